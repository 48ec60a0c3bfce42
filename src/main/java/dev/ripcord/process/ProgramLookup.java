package dev.ripcord.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out whether a program can be started, as the system would look for it. One that is started
 * by way of a shell is looked for before, since a shell tells of its absence only by a number.
 */
public final class ProgramLookup {
  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

  private ProgramLookup() {}

  /**
   * Why a program cannot be started, for people; empty when it can. Blocks for the file system.
   *
   * @param program a name that is looked for in the folders of the PATH, or a path
   * @param folder where the program will run; paths are relative to it
   * @param environment the program's environment, for its PATH
   */
  public static Optional<String> trouble(
      String program, Path folder, Map<String, String> environment) {
    if (program.indexOf('/') >= 0) {
      Path file = folder.resolve(program);
      if (!Files.isRegularFile(file)) {
        return Optional.of("there is no file " + file);
      }
      return Files.isExecutable(file)
          ? Optional.empty()
          : Optional.of(file + " may not be executed by this user");
    }
    boolean found =
        Stream.of(environment.getOrDefault("PATH", USUAL_PATH).split(":"))
            .map(place -> folder.resolve(place).resolve(program))
            .anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file));
    return found ? Optional.empty() : Optional.of("no folder of the PATH has it");
  }
}
