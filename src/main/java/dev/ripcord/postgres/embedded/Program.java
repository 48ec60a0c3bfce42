package dev.ripcord.postgres.embedded;

import dev.ripcord.port.JournalException;
import dev.ripcord.process.ProcessRequest;
import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult;
import dev.ripcord.process.ProcessResult.Ending;
import dev.ripcord.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a program of PostgreSQL or of the system to its end. Blocks; not for event loops. */
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
    Map<String, String> environment = ProcessRequest.ownEnvironment();
    environment.keySet().removeIf(name -> name.startsWith("PG"));
    environment.put("LC_ALL", "C");
    try {
      ProcessResult result =
          ProcessRunner.run(
              new ProcessRequest(
                  command,
                  Path.of("/"),
                  environment,
                  Optional.of(deadline),
                  Output.WHOLE_TOGETHER));
      if (result.ending() == Ending.LATE) {
        throw new JournalException(
            command + " did not end within " + deadline.toSeconds() + " s and was stopped");
      }
      return new Result(result.exitCode(), result.output().strip());
    } catch (IOException e) {
      throw new JournalException(command.get(0) + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException(command.get(0) + " was interrupted", e);
    }
  }
}
