package dev.ripcord.e2e;

import dev.ripcord.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which points have held with the code as it is: a file whose first line names the code by a hash,
 * so that a run that was broken off can go on where it was left. Thread-safe.
 */
final class CrashProgress {
  private final Path file;
  private final Set<String> held;

  private CrashProgress(Path file, Set<String> held) {
    this.file = file;
    this.held = held;
  }

  /**
   * Reads the file, or begins it anew.
   *
   * @param goesOn whether what stands there counts, where it is of this code
   */
  static CrashProgress begin(Path file, boolean goesOn) throws IOException {
    String code = code();
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    if (goesOn && lines.stream().findFirst().filter(code::equals).isPresent()) {
      return new CrashProgress(file, new HashSet<>(lines));
    }
    Files.writeString(file, code + "\n");
    return new CrashProgress(file, Set.of());
  }

  /** Whether a point held in a run before this one. */
  boolean hasHeld(CrashPoint point) {
    return held.contains(point.toString());
  }

  /** Notes that a point has held. */
  synchronized void held(CrashPoint point) {
    try {
      Files.writeString(file, point + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the program's classes, those of these tests, and the libraries. */
  private static String code() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(System.getProperty("java.class.path").getBytes(StandardCharsets.UTF_8));
      add(digest, classes(Main.class));
      add(digest, classes(CrashProgress.class).resolve("dev/ripcord/e2e"));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path classes(Class<?> one) throws URISyntaxException {
    return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void add(MessageDigest digest, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
    }
  }
}
