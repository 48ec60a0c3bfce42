package dev.ripcord.postgres.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A case of {@code proof/downs.txt}.
 *
 * @param name what it is about
 * @param verdict what must be found
 * @param parts {@code up}, {@code down}, and where there are, {@code setup} and {@code lost}
 */
public record ProofCase(String name, String verdict, Map<String, String> parts) {
  public String part(String key) {
    return parts.getOrDefault(key, "");
  }

  @Override
  public String toString() {
    return name;
  }

  static List<ProofCase> all() {
    return of("/proof/downs.txt");
  }

  /** The cases of a file in the form of {@code downs.txt}. */
  public static List<ProofCase> of(String resource) {
    List<ProofCase> cases = new ArrayList<>();
    for (String block : text(resource).split("(?m)^== ", -1)) {
      List<String> lines = block.lines().filter(line -> !line.isBlank()).toList();
      if (lines.isEmpty() || lines.getFirst().startsWith("#")) {
        continue;
      }
      int colon = lines.getFirst().lastIndexOf(": ");
      Map<String, String> parts = new LinkedHashMap<>();
      for (String line : lines.subList(1, lines.size())) {
        int at = line.indexOf(": ");
        parts.put(line.substring(0, at), line.substring(at + 2));
      }
      String name = lines.getFirst().substring(0, colon);
      cases.add(new ProofCase(name, lines.getFirst().substring(colon + 2), parts));
    }
    return cases;
  }

  public static String text(String resource) {
    try (InputStream in = Objects.requireNonNull(ProofCase.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
