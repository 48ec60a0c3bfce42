package dev.ripcord.cli.migrate;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

  private static String text(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(dir.toAbsolutePath().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> text =
          CompletableFuture.supplyAsync(
              () -> text(process.getInputStream()), Thread::startVirtualThread);
      try {
        String read = text.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        return ended && process.exitValue() == 0 ? read.lines().toList() : List.of();
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
