package dev.ripcord.postgres.embedded;

import dev.ripcord.port.JournalException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. Blocks; not for event loops. */
final class Program {
  private Program() {}

  /**
   * How it went.
   *
   * @param exit its exit code
   * @param output what it wrote, both streams together
   */
  record Result(int exit, String output) {
    boolean isGood() {
      return exit == 0;
    }
  }

  /**
   * Runs it without a terminal, in English and without settings for PostgreSQL from the
   * environment.
   *
   * @throws JournalException when it cannot be started or does not end in time
   */
  static Result run(List<String> command, Duration deadline) {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).directory(new File("/"));
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(
              () -> text(process.getInputStream()), Thread::startVirtualThread);
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new JournalException(
            command + " did not end within " + deadline.toSeconds() + " s and was stopped");
      }
      return new Result(process.exitValue(), output.join().strip());
    } catch (IOException e) {
      throw new JournalException(command.get(0) + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException(command.get(0) + " was interrupted", e);
    }
  }

  private static String text(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
