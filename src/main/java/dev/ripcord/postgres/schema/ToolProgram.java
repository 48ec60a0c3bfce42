package dev.ripcord.postgres.schema;

import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.process.ProcessRequest;
import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult;
import dev.ripcord.process.ProcessRunner;
import dev.ripcord.process.ProcessTree;
import dev.ripcord.process.ProgramLookup;
import dev.ripcord.process.ProgramNote;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configured program that takes another tool's migrations back. It runs in the present folder
 * with the environment of this process, since it needs the way to the database as the tool itself
 * does, and finds {@code RIPCORD_TO} and, where it is known, {@code RIPCORD_STEPS} in it; arguments
 * may hold them as {@code {to}} and {@code {steps}}.
 *
 * @param command the program and its arguments
 * @param note says that it runs, for a process that comes after this one
 */
record ToolProgram(List<String> command, ProgramNote note) {
  private static final Logger LOG = LoggerFactory.getLogger(ToolProgram.class);
  private static final Pattern PASSWORD = Pattern.compile("(://[^:/@\\s]*):[^/@\\s]+@");
  private static final int LINES_SHOWN = 20;

  /**
   * How it ended.
   *
   * @param exitCode 0 for well; -1 when it could not be started
   * @param output the last lines of what it printed, without passwords of URLs
   */
  record Ended(int exitCode, String output) {}

  /** Waits for the end of one that a process which is gone has left running. */
  void awaitLeftOver() {
    note.running()
        .ifPresent(
            program -> {
              LOG.warn(
                  "the down command that an earlier process called still runs (pid {}); its end is"
                      + " awaited",
                  program.pid());
              ProcessTree.awaitEnd(program);
            });
  }

  /**
   * Runs it to its end, or until it is broken off: then it is ended with all that it started, and
   * the tool's own table tells how far it came.
   */
  Ended run(ToolPosition.Goal goal, Future<Void> revoked) {
    List<String> filled = command.stream().map(word -> fill(word, goal)).toList();
    Optional<String> trouble =
        ProgramLookup.trouble(filled.getFirst(), Path.of("").toAbsolutePath(), System.getenv());
    if (trouble.isPresent()) {
      return new Ended(-1, filled.getFirst() + " cannot be run: " + trouble.get());
    }
    Map<String, String> environment = ProcessRequest.ownEnvironment();
    environment.put("RIPCORD_TO", goal.to());
    environment.remove("RIPCORD_STEPS");
    goal.steps().ifPresent(steps -> environment.put("RIPCORD_STEPS", steps.toString()));
    try {
      ProcessResult result =
          ProcessRunner.run(
              new ProcessRequest(
                  note.noting(filled),
                  Path.of("").toAbsolutePath(),
                  environment,
                  Optional.empty(),
                  Output.WHOLE_TOGETHER),
              revoked.toCompletionStage());
      String output = PASSWORD.matcher(result.output().strip()).replaceAll("$1:***@");
      return new Ended(result.exitCode(), last(output));
    } catch (IOException e) {
      return new Ended(-1, filled.getFirst() + " cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Ended(-1, filled.getFirst() + " was interrupted");
    }
  }

  private static String fill(String word, ToolPosition.Goal goal) {
    String steps = goal.steps().map(String::valueOf).orElse("");
    return word.replace("{to}", goal.to()).replace("{steps}", steps);
  }

  private static String last(String output) {
    List<String> lines = output.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
  }
}
