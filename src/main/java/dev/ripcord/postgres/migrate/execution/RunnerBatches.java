package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.sql.Batch;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.postgres.Backoff;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.ServerMessage;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a statement in batches until nothing is left to change: each batch is a transaction of its
 * own, with a pause behind it. What was changed stays when it breaks off, and a statement that is
 * begun again finds what is left by its own condition.
 *
 * <p>The table is gone through from its first page to its last, so that a batch does not read again
 * what the ones before it have done; it is over when a pass from the first page finds nothing.
 */
final class RunnerBatches {
  private static final String FIRST = "(0,0)";
  private static final int FRUITLESS_MAX = 3;
  private static final int PAUSE_MILLIS_MAX = 500;
  private static final long TELL_NANOS = Duration.ofSeconds(1).toNanos();

  private final RunContext context;
  private final HistoryWriter books;
  private final Backoff pause;

  private long changed;
  private long toldAt;

  RunnerBatches(RunContext context, HistoryWriter books) {
    this.context = context;
    this.books = books;
    this.pause = new Backoff(context.vertx(), context.nanos());
    this.toldAt = context.nanos().getAsLong();
  }

  /**
   * What one batch did.
   *
   * @param changed rows
   * @param place the last row that was due when it began; null when none was
   */
  private record Done(long changed, @Nullable String place) {}

  /** Runs it to its end, or fails with a {@link PartialFailure} that says what stays. */
  void run(ScriptSource source, Statement statement, Batch batch) {
    String what = source.file() + ":" + statement.line();
    String place = FIRST;
    int fruitless = 0;
    while (true) {
      long start = context.nanos().getAsLong();
      Done done = one(what, batch, place);
      changed += done.changed();
      if (done.changed() > 0) {
        fruitless = 0;
        place = done.place() == null ? FIRST : done.place();
      } else if (!place.equals(FIRST)) {
        place = FIRST;
      } else if (done.place() == null) {
        break;
      } else if (++fruitless > FRUITLESS_MAX) {
        throw new PartialFailure(
            what
                + "  rows are due that the statement does not change: a trigger or a rule keeps"
                + " them, or others change them all the time."
                + stays());
      }
      report(what);
      pause.about(Math.clamp(context.millisSince(start) / 4, 1, PAUSE_MILLIS_MAX));
    }
    batch.table().ifPresent(table -> context.workSession().runIgnoringErrors("ANALYZE " + table));
  }

  private Done one(String what, Batch batch, String place) {
    LockWaitMonitor watch = context.watch();
    watch.now(what);
    try {
      return new RunnerTransaction(context)
          .run(
              () -> {
                books.checkFence(context.workSession());
                return batch.counted() ? counted(what, batch, place) : placed(batch);
              });
    } catch (PgException failure) {
      String blockers = watch.seen().isEmpty() ? "" : "\n    in the way: " + watch.seen();
      String more = blockers + stays();
      throw new PartialFailure(
          what + "  " + ServerMessage.withoutRows(failure) + more,
          what + "  " + ServerMessage.whole(failure) + more,
          failure);
    } finally {
      watch.close();
    }
  }

  private Done counted(String what, Batch batch, String place) {
    Row row = context.workSession().ask(batch.sql(), place).getFirst();
    long still = row.getLong("still");
    if (still > 0) {
      throw new PartialFailure(
          what
              + "  "
              + still
              + " rows of a batch still meet the WHERE after the UPDATE, so it would never end;"
              + " that batch is undone. Write a WHERE that is false for rows that are done."
              + stays());
    }
    return new Done(row.getLong("changed"), row.getString("place"));
  }

  /** Such a statement finds its rows itself, each time anew. */
  private Done placed(Batch batch) {
    return new Done(context.workSession().changed(batch.sql()), null);
  }

  private void report(String what) {
    long now = context.nanos().getAsLong();
    if (now - toldAt >= TELL_NANOS) {
      toldAt = now;
      context.meanwhile().accept(new RunProgress(what, changed + " rows so far"));
    }
  }

  private String stays() {
    return "\n  "
        + changed
        + " rows that were changed before stay; run it again when it is fixed: it goes on with"
        + " what is left.";
  }
}
