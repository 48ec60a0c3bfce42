package dev.ripcord.cli.migrate;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.process.ProcessRequest;
import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult;
import dev.ripcord.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who wrote the files of a migration, as git remembers it. */
final class Authors {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Authors() {}

  /**
   * Names and mail addresses of all who committed a change of its files; empty when git is not
   * there, does not know the files, or has only the end of the history and so cannot know.
   */
  static List<String> of(Path dir, MigrationFile file) {
    if (!git(dir, List.of("rev-parse", "--is-shallow-repository")).equals(List.of("false"))) {
      return List.of();
    }
    List<String> command = new ArrayList<>(List.of("log", "--format=%an%n%ae", "--"));
    command.add(file.up().name());
    file.down().map(SourceFile::name).ifPresent(command::add);
    return git(dir, command).stream().filter(line -> !line.isBlank()).distinct().toList();
  }

  private static List<String> git(Path dir, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("git", "--no-pager"));
    command.addAll(arguments);
    return lines(dir, command, LIMIT);
  }

  /**
   * What a program prints, line by line; nothing when it fails or has not ended within the limit.
   */
  static List<String> lines(Path dir, List<String> command, Duration limit) {
    Map<String, String> environment = ProcessRequest.ownEnvironment();
    environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    try {
      ProcessResult result =
          ProcessRunner.run(
              new ProcessRequest(
                  command, dir.toAbsolutePath(), environment, Optional.of(limit), Output.WHOLE));
      return result.isGood() ? result.output().lines().toList() : List.of();
    } catch (IOException absent) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
