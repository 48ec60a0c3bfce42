package dev.ripcord.postgres.schema;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Backoff;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.lock.MigrationLock;
import dev.ripcord.postgres.migrate.lock.RunnerFence;
import dev.ripcord.postgres.tool.ToolReleases;
import dev.ripcord.postgres.tool.ToolSavepoint;
import dev.ripcord.postgres.tool.ToolSavepoints;
import dev.ripcord.postgres.tool.ToolTable;
import dev.ripcord.release.Printable;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A database that another tool migrates: where it stands by that tool's own table, and Ripcord's
 * savepoints and audit beside it. One connection; its methods wait for the server and are called
 * from one thread that may wait, never from an event loop. They throw a {@link
 * dev.ripcord.port.SchemaException} when the database cannot be reached.
 */
public final class ToolBooks implements AutoCloseable {
  private static final String SAVEPOINTS =
      """
      SELECT DISTINCT ON (name) name, place, release, set_at FROM $schema.tool_savepoint
      WHERE tool = $1 AND name <> $2 ORDER BY name, id DESC
      """;
  private static final String WAYS =
      """
      SELECT id, place, release, set_at FROM $schema.tool_savepoint
      WHERE tool = $1 AND release IS NOT NULL ORDER BY id
      """;
  private static final String AUDIT =
      """
      INSERT INTO $schema.migration_audit (migration_version, executed_by, execution_time_ms, success,
        error_message, rollback_executed, name, direction, detail, release)
      VALUES ($1, $2, $3, $4, $5, true, $6, 'down', $7, $8)
      """;
  private static final String THERE = "SELECT to_regclass($1) IS NOT NULL";

  private final Vertx vertx;
  private final MigrationSetup setup;
  private final LongSupplier nanos;
  private final MigrationTables tables;
  private final MigrationSession session;
  private final Tool tool;

  private ToolBooks(
      Vertx vertx, MigrationSession session, MigrationSetup setup, LongSupplier nanos, Tool tool) {
    this.vertx = vertx;
    this.session = session;
    this.setup = setup;
    this.nanos = nanos;
    this.tables = new MigrationTables(setup.schema());
    this.tool = tool;
  }

  /**
   * Connects.
   *
   * @param nanos a clock for durations, as {@code System::nanoTime}
   * @param tool any but {@link Tool#NATIVE}
   */
  public static ToolBooks open(
      Vertx vertx, Database database, MigrationSetup setup, LongSupplier nanos, Tool tool) {
    return new ToolBooks(vertx, MigrationSession.open(vertx, database), setup, nanos, tool);
  }

  /** Where the database stands now. */
  public ToolPosition standing() {
    return ToolTable.read(session, tool);
  }

  /** The savepoints of this tool, each name once, as it was set last; makes nothing. */
  public List<ToolSavepoint> savepoints() {
    if (!hasSavepoints()) {
      return List.of();
    }
    return session.ask(tables.sql(SAVEPOINTS), tool.text(), ToolSavepoints.LOOK).stream()
        .map(ToolBooks::savepoint)
        .toList();
  }

  private static ToolSavepoint savepoint(Row row) {
    return new ToolSavepoint(
        row.getString("name"),
        row.getString("place"),
        Optional.ofNullable(row.getString("release")),
        row.getOffsetDateTime("set_at").toInstant());
  }

  /** Writes down where the database stands; gives it. */
  public ToolPosition save(String name, RunMetadata note) {
    tables.make(session);
    ToolPosition standing = standing();
    ToolSavepoints.set(session, tables, name, standing, note);
    return standing;
  }

  /** The savepoints that were set for a release, in the order in which they were set. */
  List<ToolReleases.Way> ways() {
    if (!hasSavepoints()) {
      return List.of();
    }
    return session.ask(tables.sql(WAYS), tool.text()).stream()
        .map(
            row ->
                new ToolReleases.Way(
                    row.getLong("id"),
                    row.getString("place"),
                    Optional.of(row.getString("release")),
                    row.getOffsetDateTime("set_at").toInstant()))
        .toList();
  }

  /** A rollback to where a release began; nothing to do when nothing of it is left. */
  public MigrationSelection<ToolPosition.Goal> downOf(String release) {
    ToolPosition standing = standing();
    List<Applied> applied = ToolReleases.applied(ways(), standing, true);
    List<Applied> own =
        applied.stream().filter(each -> each.release().equals(Optional.of(release))).toList();
    if (own.isEmpty()) {
      return ways().stream().anyMatch(way -> way.release().equals(Optional.of(release)))
          ? new MigrationSelection.Chosen<>(List.of())
          : new MigrationSelection.Refused<>(
              List.of(
                  "no release "
                      + Printable.of(release)
                      + " is known here: no savepoint was set for it, by \"ripcord migrate"
                      + " savepoint NAME --release\", a deploy or a watch. To go back by hand: --to"
                      + " VERSION"));
    }
    if (!applied.getLast().equals(own.getLast())) {
      return new MigrationSelection.Refused<>(
          List.of(
              applied.getLast().label()
                  + applied.getLast().release().map(name -> " of release " + name).orElse("")
                  + " was applied on top of release "
                  + release
                  + ": revert it first"));
    }
    return ways().stream()
        .filter(way -> way.id() == own.getFirst().order())
        .findFirst()
        .map(way -> standing.downTo(way.from()))
        .orElseGet(() -> new MigrationSelection.Chosen<>(List.of()));
  }

  private boolean hasSavepoints() {
    return session.ask(THERE, tables.sql("$schema.tool_savepoint")).getFirst().getBoolean(0);
  }

  /**
   * Does something while no run of Ripcord's may change the database, and only for who is not
   * behind the fence.
   */
  <T> T locked(RunMetadata note, Supplier<T> body) {
    RunnerFence fence = new RunnerFence(tables, note.permit());
    MigrationLock lock =
        new MigrationLock(new Backoff(vertx, nanos), nanos, setup.lockWait(), line -> {}, fence);
    lock.take(session, MigrationLock.lockKey(setup.schema()));
    tables.make(session);
    try {
      fence.enter(session, session);
    } catch (PreconditionFailure behind) {
      throw new SchemaException(behind.getMessage());
    }
    return body.get();
  }

  /** Writes a way down by the tool to the audit, good or bad. */
  void wentDown(
      ToolPosition from,
      ToolPosition after,
      RunMetadata note,
      Duration took,
      @Nullable String error) {
    session.change(
        tables.sql(AUDIT),
        from.place(),
        note.by(),
        took.toMillis(),
        error == null,
        error,
        tool.text(),
        "from " + from.place() + " to " + after.place() + " by the command of " + tool.text(),
        note.release().orElse(null));
  }

  @Override
  public void close() {
    session.close();
  }
}
