package dev.ripcord.cli.migrate.context;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Prints how a run of migrations ended.
 *
 * @param console where to write
 * @param json whether the result is one JSON object
 * @param verb what was done to each: {@code applied} or {@code reverted}
 * @param kept what was kept, brought back or lost, line by line
 * @param shown how many of these lines were printed
 */
public record MigrateReport(
    Console console, boolean json, String verb, List<String> kept, AtomicInteger shown) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a run of which nothing is known yet. */
  public MigrateReport(Console console, boolean json, String verb) {
    this(console, json, verb, new CopyOnWriteArrayList<>(), new AtomicInteger());
  }

  /** A line on what was kept, brought back or lost; may be called from any thread. */
  void kept(String line) {
    kept.add(line);
  }

  /** Prints what was kept and so on since the last time. */
  private void showKept() {
    if (!json) {
      kept.subList(shown.getAndSet(kept.size()), kept.size())
          .forEach(line -> console.out().println("  " + line));
    }
  }

  /** One line for one migration, as soon as it is done. */
  public void step(MigrationOutcome.Step step) {
    if (!json) {
      String how = step.already() ? "was " + verb + " already" : verb + " in " + span(step.took());
      console.out().println("✔ " + step.label() + "  " + how);
      step.waits().forEach(each -> console.out().println("    · " + each));
      showKept();
    }
  }

  /**
   * What is said when the run is ended by a signal.
   *
   * @param done the migrations that were done by then
   */
  String interrupted(List<String> done) {
    String so =
        done.isEmpty()
            ? "no migration was " + verb + " yet"
            : Format.count(done.size(), "migration was ", "migrations were ")
                + verb
                + " by this run, the last "
                + done.getLast();
    return "interrupted; "
        + so
        + ". One that was under way is undone by the server, or goes on at its next statement where"
        + " it runs without a transaction. The same command goes on; how it stands: ripcord migrate"
        + " status";
  }

  /** Ends the report and gives the exit code. */
  public int end(MigrationOutcome outcome) {
    showKept();
    if (json) {
      console.out().println(object(outcome, kept));
    }
    PrintStream err = console.err();
    outcome.remarks().forEach(remark -> err.println("▲ " + remark.replace("\n", "\n    · ")));
    return switch (outcome) {
      case MigrationOutcome.Done done -> {
        if (done.steps().isEmpty() && !json) {
          console.out().println("✔ nothing to do");
        }
        yield ExitCode.DONE;
      }
      case MigrationOutcome.Refused refused -> {
        err.println(
            "✖ refused; " + (refused.steps().isEmpty() ? "nothing was changed:" : "left to do:"));
        refused.reasons().forEach(reason -> err.println("  · " + reason));
        yield ExitCode.REFUSED;
      }
      case MigrationOutcome.Failed failed -> {
        err.println("✖ " + failed.shown());
        yield ExitCode.MIGRATION_FAILED;
      }
    };
  }

  private static ObjectNode object(MigrationOutcome outcome, List<String> kept) {
    ObjectNode object = JSON.createObjectNode();
    ArrayNode problems = JSON.createArrayNode();
    String word =
        switch (outcome) {
          case MigrationOutcome.Done ignored -> "done";
          case MigrationOutcome.Refused refused -> {
            refused.reasons().forEach(problems::add);
            yield "refused";
          }
          case MigrationOutcome.Failed failed -> {
            problems.add(failed.message());
            yield "failed";
          }
        };
    object.put("outcome", word);
    ArrayNode steps = object.putArray("migrations");
    for (MigrationOutcome.Step step : outcome.steps()) {
      ObjectNode each =
          steps
              .addObject()
              .put("migration", step.label())
              .put("seconds", step.took().toMillis() / 1000.0)
              .put("already", step.already());
      if (!step.waits().isEmpty()) {
        step.waits().forEach(each.putArray("waits")::add);
      }
    }
    object.set("problems", problems);
    ArrayNode schema = object.putArray("schema");
    outcome.remarks().stream().flatMap(String::lines).forEach(schema::add);
    ArrayNode lines = object.putArray("kept");
    kept.forEach(lines::add);
    return object;
  }

  /** A duration as people say it: {@code 12 ms}, {@code 1.2 s}. */
  public static String span(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    return millis < 60_000
        ? millis / 1000 + "." + millis % 1000 / 100 + " s"
        : millis / 60_000 + " min " + millis % 60_000 / 1000 + " s";
  }

  /** One refusal, told as a run that was refused. */
  public int refuse(String reason) {
    return end(new MigrationOutcome.Refused(List.of(reason), List.of()));
  }
}
