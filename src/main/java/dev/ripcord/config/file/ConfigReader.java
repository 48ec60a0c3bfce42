package dev.ripcord.config.file;

import dev.ripcord.config.Quoted;
import dev.ripcord.config.connection.PemFile;
import dev.ripcord.config.file.Key.Value;
import dev.ripcord.release.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Turns one value of the file into what it means: variables filled in, files read, form checked.
 *
 * @param interpolation fills the environment in
 * @param folder what relative paths are relative to
 * @param problems takes what is wrong
 * @param digests takes each file that is read, with the digest of what stands in it
 */
record ConfigReader(
    Interpolation interpolation, Path folder, Problems problems, Map<Path, String> digests) {
  private static final int SECRET_BYTES_MAX = 65_536;

  /** What all authorities of a Linux system take, some times over. */
  private static final int PEM_BYTES_MAX = 1024 * 1024;

  /** One value of a key; empty, with a problem, where it cannot be read. */
  <T> Optional<T> one(Node node, String path, Value<T> key) {
    Type<T> type = key.type();
    if (!(node instanceof Node.Scalar scalar)) {
      problems.add(
          node.at(), path, "must be a single value" + such(key) + "; found " + node.noun());
      return Optional.empty();
    }
    if (scalar.isNull()) {
      problems.add(node.at(), path, "has no value; write one" + such(key) + ", or remove the key");
      return Optional.empty();
    }
    Optional<String> text = resolve(scalar, path);
    boolean mayBeEmpty =
        type.shape() == Type.Shape.ONE_OR_EMPTY
            || type.shape() == Type.Shape.ONE_OR_LIST
            || type.shape() == Type.Shape.SECRET;
    if (mayBeEmpty && text.filter(String::isEmpty).isPresent()) {
      return Optional.empty();
    }
    return text.flatMap(filled -> parse(filled, type, scalar.at(), path));
  }

  private static String such(Value<?> key) {
    return key.type().shape() == Type.Shape.LIST ? "" : " such as " + key.example();
  }

  private Optional<String> resolve(Node.Scalar scalar, String path) {
    try {
      return Optional.of(interpolation.resolve(scalar.text()));
    } catch (IllegalArgumentException e) {
      problems.add(scalar.at(), path, rule(e));
      return Optional.empty();
    }
  }

  private <T> Optional<T> parse(String text, Type<T> type, Node.Position at, String path) {
    try {
      return Optional.of(type.parse().apply(text));
    } catch (IllegalArgumentException e) {
      problems.add(at, path, rule(e));
      return Optional.empty();
    }
  }

  private static String rule(IllegalArgumentException e) {
    return String.valueOf(e.getMessage());
  }

  /** A header's value: text, or a map with the one key {@code file}. */
  Optional<Secret> headerValue(Node node, String path, Value<Secret> key) {
    if (!(node instanceof Node.Mapping map)) {
      return one(node, path, key);
    }
    Node.Entry file = map.entries().get("file");
    if (file == null || map.entries().size() != 1) {
      problems.add(map.at(), path, "must be text, or {file: path}");
      return Optional.empty();
    }
    return secretFile(file.value(), path + ".file", key.type());
  }

  /** What stands in the file that a value names, without the line break at its end. */
  Optional<Secret> secretFile(Node node, String path, Type<Secret> type) {
    Value<Path> named = new Value<>("", Types.PATH, "", "/run/secrets/name", "");
    return one(node, path, named)
        .map(folder::resolve)
        .flatMap(file -> content(file, node.at(), path, SECRET_BYTES_MAX))
        .flatMap(text -> parse(text, type, node.at(), path));
  }

  /** The file that a value names, with what stands in it, as far as it holds what it should. */
  Optional<PemFile> pemFile(Node node, String path, Value<Path> key, UnaryOperator<PemFile> check) {
    return one(node, path, key)
        .map(given -> folder.resolve(given).normalize())
        .flatMap(
            file ->
                content(file, node.at(), path, PEM_BYTES_MAX)
                    .map(text -> new PemFile(file, new Secret(text))))
        .flatMap(
            file -> {
              try {
                return Optional.of(check.apply(file));
              } catch (IllegalArgumentException e) {
                problems.add(node.at(), path, rule(e));
                return Optional.empty();
              }
            });
  }

  private Optional<String> content(Path file, Node.Position at, String path, int bytesMax) {
    String shown = Quoted.of(file.toString());
    digests.put(file, ConfigurationFile.digest(file));
    if (!Files.isRegularFile(file)) {
      String what = Files.exists(file) ? " is not a regular file" : " does not exist";
      problems.add(at, path, "the file " + shown + what);
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(bytesMax + 1);
      String text = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
      if (bytes.length <= bytesMax) {
        digests.put(file, ConfigurationFile.digest(bytes));
      }
      if (bytes.length <= bytesMax && !text.isEmpty()) {
        return Optional.of(text);
      }
      String what =
          text.isEmpty()
              ? " is empty"
              : " is longer than " + bytesMax / 1024 + " KiB, too long for what it should hold";
      problems.add(at, path, "the file " + shown + what);
    } catch (IOException e) {
      problems.add(at, path, "the file " + shown + " cannot be read; may this user read it?");
    }
    return Optional.empty();
  }

  /** A program named by a path that begins with a dot is found from the folder of the file. */
  List<String> program(List<String> words) {
    if (words.isEmpty()
        || !(words.getFirst().startsWith("./") || words.getFirst().startsWith("../"))) {
      return words;
    }
    List<String> resolved = new ArrayList<>(words);
    resolved.set(0, folder.resolve(words.getFirst()).normalize().toString());
    return resolved;
  }
}
