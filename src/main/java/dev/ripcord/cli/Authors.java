package dev.ripcord.cli;

import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Who wrote the files of a migration, as git remembers it. */
final class Authors {
  private static final int SECONDS_MAX = 20;

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
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(dir.toAbsolutePath().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? text.lines().toList() : List.of();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
