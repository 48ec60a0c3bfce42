package dev.ripcord.cli.migrate.context;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.schema.ToolBooks;
import dev.ripcord.postgres.schema.ToolDown;
import dev.ripcord.postgres.schema.ToolSchema;
import dev.ripcord.postgres.tool.ToolSavepoint;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The subcommands for a database that another tool migrates.
 *
 * @param console where to write
 * @param loops the event loops of the command
 * @param json whether results are JSON
 * @param means what runs the migrations
 */
public record ForeignToolCommands(
    Console console, EventLoops loops, boolean json, ToolSchema.Means means, Database database) {
  private static final ObjectMapper JSON = new ObjectMapper();

  private <T> T with(Function<ToolBooks, T> work) {
    MigrationSetup setup = MigrationSetup.of(MigrateContext.SCHEMA);
    try (ToolBooks books =
        ToolBooks.open(loops.vertx(), database, setup, System::nanoTime, means.tool())) {
      return work.apply(books);
    }
  }

  public int current() {
    ToolPosition standing = with(ToolBooks::standing);
    return current(
        console, json, Optional.of(means.tool().text()), standing.current(), standing.problems());
  }

  /**
   * Says what is applied last. Where a tool's table cannot be trusted that is not known, which is
   * refused: "none" would be a lie.
   */
  public static int current(
      Console console,
      boolean json,
      Optional<String> tool,
      Optional<String> current,
      List<String> problems) {
    boolean unknown = current.isEmpty() && !problems.isEmpty();
    if (json) {
      ObjectNode object = JSON.createObjectNode();
      tool.ifPresent(name -> object.put("tool", name));
      object.put("current", current.orElse(null));
      if (!problems.isEmpty()) {
        ArrayNode array = object.putArray("problems");
        problems.forEach(array::add);
      }
      console.out().println(object);
    } else {
      console.out().println(current.orElse(unknown ? "unknown" : "none"));
    }
    problems.forEach(problem -> console.err().println("▲ " + problem));
    return unknown ? ExitCode.REFUSED : ExitCode.DONE;
  }

  public int status() {
    return with(
        books -> {
          if (json) {
            console.out().println(object(books.standing(), books.savepoints()));
          } else {
            print(books.standing(), books.savepoints());
          }
          return ExitCode.DONE;
        });
  }

  private void print(ToolPosition standing, List<ToolSavepoint> savepoints) {
    standing.applied().forEach(each -> console.out().println("✔ " + each));
    console
        .out()
        .println(
            means.tool().text()
                + " stands at "
                + standing.place()
                + (means.down().isEmpty() ? "; no down command is configured" : ""));
    if (!savepoints.isEmpty()) {
      console
          .out()
          .println(
              "Savepoints: "
                  + savepoints.stream()
                      .map(each -> each.name() + " (" + each.place() + ")")
                      .collect(Collectors.joining(", ")));
    }
    standing.problems().forEach(problem -> console.out().println("▲ " + problem));
  }

  private ObjectNode object(ToolPosition standing, List<ToolSavepoint> savepoints) {
    ObjectNode object = JSON.createObjectNode();
    object.put("tool", means.tool().text()).put("current", standing.current().orElse(null));
    object.putNull("pending");
    ArrayNode applied = object.putArray("applied");
    standing.applied().forEach(each -> applied.addObject().put("version", each));
    ArrayNode points = object.putArray("savepoints");
    for (ToolSavepoint each : savepoints) {
      points
          .addObject()
          .put("name", each.name())
          .put("version", each.place().equals(ToolPosition.BASE) ? null : each.place())
          .put("release", each.release().orElse(null))
          .put("setAt", MigrateStatusView.utc(each.at()));
    }
    ArrayNode problems = object.putArray("problems");
    standing.problems().forEach(problems::add);
    return object;
  }

  public int savepoint(String name, RunMetadata note) {
    ToolPosition standing = with(books -> books.save(name, note));
    if (!json) {
      console
          .out()
          .println(
              "✔ savepoint " + name + " set: " + means.tool().text() + " at " + standing.place());
    }
    return ExitCode.DONE;
  }

  /** Reverts to a savepoint. */
  public int rollback(String name, RunMetadata note, boolean acceptLoss) {
    Optional<ToolSavepoint> found =
        with(ToolBooks::savepoints).stream().filter(each -> each.name().equals(name)).findFirst();
    return found
        .map(savepoint -> down(standing -> standing.downTo(savepoint.place()), note, acceptLoss))
        .orElseGet(
            () -> report().refuse("there is no savepoint " + name + " of " + means.tool().text()));
  }

  /** Reverts what a release did. */
  public int downOf(String release, RunMetadata note, boolean acceptLoss) {
    return down((books, standing) -> books.downOf(release), note, acceptLoss);
  }

  public int down(
      Function<ToolPosition, MigrationSelection<ToolPosition.Goal>> choose,
      RunMetadata note,
      boolean acceptLoss) {
    return down((books, standing) -> choose.apply(standing), note, acceptLoss);
  }

  /** Reverts what is chosen, by the tool's own command, and looks whether it did. */
  private int down(
      BiFunction<ToolBooks, ToolPosition, MigrationSelection<ToolPosition.Goal>> choose,
      RunMetadata note,
      boolean acceptLoss) {
    if (means.down().isEmpty()) {
      return report()
          .refuse(
              means.tool().text()
                  + " runs the migrations, and no command reverts them: set"
                  + " services.NAME.migrations.down, such as down: [alembic, downgrade, \"{to}\"]");
    }
    if (with(books -> mayLose(choose.apply(books, books.standing())))) {
      new MigrateLoss(console, acceptLoss, System.in)
          .agree(
              List.of(
                  "what the down of "
                      + means.tool().text()
                      + " deletes is not known to Ripcord, since it cannot read these migrations"));
    }
    return with(
        books -> {
          MigrationOutcome outcome =
              new ToolDown(books, means.down(), means.note(database), System::nanoTime)
                  .run(standing -> choose.apply(books, standing), note);
          outcome.steps().forEach(report()::step);
          return report().end(outcome);
        });
  }

  private static boolean mayLose(MigrationSelection<ToolPosition.Goal> choice) {
    return choice
            instanceof MigrationSelection.Chosen<ToolPosition.Goal>(List<ToolPosition.Goal> goals)
        && !goals.isEmpty();
  }

  private MigrateReport report() {
    return new MigrateReport(console, json, "reverted");
  }
}
