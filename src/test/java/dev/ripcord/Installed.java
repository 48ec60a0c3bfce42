package dev.ripcord;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine that some tests need. */
public final class Installed {
  private Installed() {}

  /**
   * A program that is on the PATH; where it is not, the test is skipped, and says so.
   *
   * @param from the package of Debian that has it
   */
  public static Path orSkip(String program, String from) {
    String skipped = program + " is not installed (Debian: " + from + ")";
    Optional<Path> found =
        Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      System.out.println("skipped: " + skipped);
    }
    assumeTrue(found.isPresent(), skipped);
    return found.orElseThrow();
  }
}
