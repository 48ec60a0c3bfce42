package dev.ripcord.postgres;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Optional;

/** Who keeps a waiting statement from its lock: asked by another session while it waits. */
final class RunnerBlockers {
  private static final String BLOCKERS =
      """
      SELECT string_agg(format('pid %s (%s, %s): %s', pid,
        coalesce(nullif(application_name, ''), 'a program without a name'),
        coalesce(state, 'state unknown'), left(regexp_replace(query, '\\s+', ' ', 'g'), 80)), '; ')
      FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1))
      """;

  private final MigrationSession asking;
  private final int waitingPid;
  private volatile String seen = "";

  RunnerBlockers(MigrationSession asking, int waitingPid) {
    this.asking = asking;
    this.waitingPid = waitingPid;
  }

  /** Asks now, without waiting for the answer. */
  void look() {
    var _ = asking.later(BLOCKERS, waitingPid).onSuccess(this::note);
  }

  private void note(RowSet<Row> rows) {
    for (Row row : rows) {
      seen = Optional.ofNullable(row.getString(0)).orElse(seen);
    }
  }

  /** Who was in the way when it was asked; empty when nobody was. */
  String seen() {
    return seen;
  }
}
