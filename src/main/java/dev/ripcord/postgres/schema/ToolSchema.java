package dev.ripcord.postgres.schema;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.port.Permit;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.tool.ToolReleases;
import dev.ripcord.postgres.tool.ToolSavepoints;
import dev.ripcord.process.ProgramNote;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The database of a service whose migrations another tool runs: what a release did is what that
 * tool moved since the release's savepoint, and it goes back by the tool's own command. Sessions
 * and backups are those of the plain database. May be called from any thread; never blocks.
 */
public final class ToolSchema implements BesideTool {
  private final Vertx vertx;
  private final Database database;
  private final PostgresSchema plain;
  private final Means means;
  private final MigrationSetup setup;
  private final LongSupplier nanos;

  /**
   * What runs the migrations of a service.
   *
   * @param tool any but {@link Tool#NATIVE}
   * @param down the program that takes migrations back; empty when none is configured
   * @param notes the folder in which it is noted that the program runs
   */
  public record Means(Tool tool, List<String> down, Path notes) {
    public Means {
      down = List.copyOf(down);
    }

    /** The note of the program that goes down in a database. */
    public ProgramNote note(Database database) {
      String name = database.label().replaceAll("[^A-Za-z0-9._-]+", "_");
      return new ProgramNote(notes.resolve("tool_" + name + ".pid"));
    }
  }

  /**
   * Opens nothing yet.
   *
   * @param plain the same database, for sessions and backups
   * @param means what runs the migrations
   * @param nanos a clock for durations, as {@code System::nanoTime}
   */
  public ToolSchema(
      Vertx vertx,
      Database database,
      PostgresSchema plain,
      Means means,
      MigrationSetup setup,
      LongSupplier nanos) {
    this.vertx = vertx;
    this.database = database;
    this.plain = plain;
    this.means = means;
    this.setup = setup;
    this.nanos = nanos;
  }

  @Override
  public Future<List<Applied>> applied() {
    return database.onThread(
        "tool",
        () -> {
          try (ToolBooks books = ToolBooks.open(vertx, database, setup, nanos, means.tool())) {
            return applied(books);
          }
        });
  }

  private List<Applied> applied(ToolBooks books) {
    return ToolReleases.applied(books.ways(), books.standing(), !means.down().isEmpty());
  }

  /** Another tool's down is a command, which nobody has tried on a copy. */
  @Override
  public Future<List<RevertCost>> waysBack(List<Applied> migrations) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Reverted> down(Applied migration, String release, Permit permit) {
    RunMetadata note = RunMetadata.rollback(release, permit);
    return database
        .onThread(
            "tool",
            () -> {
              try (ToolBooks books = ToolBooks.open(vertx, database, setup, nanos, means.tool())) {
                return line(migration, down(books, migration, note, permit.revoked()));
              }
            })
        .map(Reverted::new);
  }

  private MigrationOutcome down(
      ToolBooks books, Applied migration, RunMetadata note, Future<Void> revoked) {
    return new ToolDown(books, means.down(), means.note(database), nanos)
        .run(standing -> choose(books, standing, migration), note, revoked);
  }

  /** Back to where the release began, while nothing else has moved the tool since the plan. */
  private MigrationSelection<ToolPosition.Goal> choose(
      ToolBooks books, ToolPosition standing, Applied migration) {
    Optional<ToolReleases.Way> way =
        books.ways().stream().filter(each -> each.id() == migration.order()).findFirst();
    if (way.isEmpty()) {
      return new MigrationSelection.Refused<>(
          List.of(migration.label() + ": its savepoint is not in the database any more"));
    }
    if (standing.place().equals(way.get().from())) {
      return new MigrationSelection.Chosen<>(List.of());
    }
    boolean same =
        applied(books).reversed().stream()
            .findFirst()
            .filter(last -> last.label().equals(migration.label()))
            .isPresent();
    return same
        ? standing.downTo(way.get().from())
        : new MigrationSelection.Refused<>(
            List.of(
                migration.label()
                    + ": "
                    + means.tool().text()
                    + " stands at "
                    + standing.place()
                    + " now, which is not where this release left it. Make a new plan"));
  }

  private static String line(Applied migration, MigrationOutcome outcome) {
    return switch (outcome) {
      case MigrationOutcome.Done done ->
          done.steps().isEmpty()
              ? migration.label() + " was reverted already"
              : done.steps().getFirst().label()
                  + " in "
                  + done.steps().getFirst().took().toMillis()
                  + " ms";
      case MigrationOutcome.Refused refused ->
          throw new SchemaException(String.join("; ", refused.reasons()));
      case MigrationOutcome.Failed failed -> throw PostgresSchema.failure(failed);
    };
  }

  @Override
  public Future<Optional<String>> mark(String release) {
    return savepoints().mark(release);
  }

  @Override
  public Future<Optional<String>> caveat(String release) {
    return savepoints().caveat(release);
  }

  private ToolSavepoints savepoints() {
    return new ToolSavepoints(vertx, database, setup, means.tool());
  }

  @Override
  public PostgresSchema plain() {
    return plain;
  }
}
