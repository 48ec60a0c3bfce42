package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.Version;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Backoff;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.RunContext;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What each run means to do, written down before it does it, and how it ended. A run that has no
 * end in the table, and whose server process is gone, broke off: how far it came is reported by the
 * records that its transactions have left.
 *
 * <p>One row for a run, not for a file: the files it means to run stand in it in their order, each
 * one's own transaction writes that it is done, so the first without such a record is the one that
 * was under way. That costs two commits a run and none a file.
 */
final class RunLog {
  private static final int POLL_MILLIS = 100;

  private static final String BEGIN =
      """
      INSERT INTO $schema.migration_attempt
        (direction, versions, names, release, executed_by, backend_pid, backend_start)
      VALUES ($1, $2, $3, $4, $5, $6,
        (SELECT backend_start FROM pg_stat_activity WHERE pid = $6))
      RETURNING id
      """;
  private static final String END =
      """
      UPDATE $schema.migration_attempt SET ended_at = clock_timestamp(), ending = $2
      WHERE id = $1 AND ended_at IS NULL
      """;
  private static final String OPEN =
      """
      SELECT a.id, a.direction, a.versions, a.names, a.release, a.executed_by, a.backend_pid,
        to_char(a.begun_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' AS begun,
        EXISTS (SELECT FROM pg_stat_activity s
          WHERE s.pid = a.backend_pid AND s.backend_start = a.backend_start) AS alive,
        (SELECT count(*) FROM $schema.migration_audit u WHERE u.attempt = a.id AND u.success)::int
          AS done
      FROM $schema.migration_attempt a WHERE a.ended_at IS NULL ORDER BY a.id
      """;
  private static final String PART =
      "SELECT done, total FROM $schema.migration_progress WHERE version = $1::text::numeric";
  private static final String BROKEN =
      """
      INSERT INTO $schema.migration_audit (migration_version, executed_by, execution_time_ms, success,
        error_message, rollback_executed, name, direction, release, attempt)
      VALUES ($1, $2, 0, false, $3, $4, $5, $6, $7, $8)
      """;

  /** One migration of a run that is about to begin. */
  record Planned(Version version, String name) {}

  private final RunContext context;

  RunLog(RunContext context) {
    this.context = context;
  }

  /** Writes down what is meant; gives the number of the run. */
  long begin(String direction, List<Planned> planned, RunMetadata note) {
    return context
        .lockSession()
        .ask(
            sql(BEGIN),
            direction,
            planned.stream().map(each -> each.version().text()).toArray(String[]::new),
            planned.stream().map(Planned::name).toArray(String[]::new),
            note.release().orElse(null),
            note.by(),
            context.workSession().pid())
        .getFirst()
        .getLong(0);
  }

  /** Writes down how it ended. */
  void end(long attempt, String ending) {
    var _ = context.failureSession().change(sql(END), attempt, ending);
  }

  /**
   * Closes runs that broke off, in the audit too, and reports them. To be called while the locks
   * are held.
   *
   * @throws SchemaException when the server process of one does not end
   */
  void closeBroken() {
    Backoff pause = new Backoff(context.vertx(), context.nanos());
    long start = context.nanos().getAsLong();
    List<Row> open = context.lockSession().ask(sql(OPEN));
    while (open.stream().anyMatch(row -> row.getBoolean("alive"))) {
      if (context.millisSince(start) > context.setup().lockWait().toMillis()) {
        throw stillAlive(open, context.setup().lockWait());
      }
      pause.about(POLL_MILLIS);
      open = context.lockSession().ask(sql(OPEN));
    }
    open.forEach(this::close);
  }

  private static SchemaException stillAlive(List<Row> open, Duration waited) {
    Row row = open.stream().filter(each -> each.getBoolean("alive")).findFirst().orElseThrow();
    return SchemaException.unanswered(
        "a run that broke off still works in the server, after "
            + waited.toSeconds()
            + " s: pid "
            + row.getInteger("backend_pid")
            + ", begun "
            + row.getString("begun")
            + ". Let it end, or end it: SELECT pg_terminate_backend("
            + row.getInteger("backend_pid")
            + ")");
  }

  private void close(Row row) {
    int done = row.getInteger("done");
    String[] versions = row.getArrayOfStrings("versions");
    if (done < versions.length) {
      String label = versions[done] + "_" + row.getArrayOfStrings("names")[done];
      String what =
          "a run that "
              + row.getString("executed_by")
              + " began "
              + row.getString("begun")
              + " broke off at the "
              + row.getString("direction")
              + " of "
              + label
              + ": "
              + stays(versions[done]);
      context.meanwhile().accept(RunProgress.once(what));
      var _ =
          context
              .lockSession()
              .change(
                  sql(BROKEN),
                  versions[done],
                  row.getString("executed_by"),
                  what,
                  row.getString("direction").equals("down"),
                  row.getArrayOfStrings("names")[done],
                  row.getString("direction"),
                  row.getString("release"),
                  row.getLong("id"));
    }
    end(row.getLong("id"), done < versions.length ? "broke off" : "done");
  }

  private String stays(String version) {
    Optional<Row> part = context.lockSession().ask(sql(PART), version).stream().findFirst();
    return part.map(
            row ->
                row.getInteger("done")
                    + " of its "
                    + row.getInteger("total")
                    + " statements stay, and it goes on there")
        .orElse("nothing of it stays");
  }

  private String sql(String text) {
    return context.tables().sql(text);
  }
}
