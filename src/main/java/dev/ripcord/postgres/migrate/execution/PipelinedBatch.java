package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.MigrationSession;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends migrations as one text each, and the next one while the server works at the one before, so
 * that the server never waits for this program. Two are on their way at most, and the second does
 * nothing unless the first is committed. Used by the one thread of a run.
 */
final class PipelinedBatch {
  private final RunContext context;
  private volatile boolean waiting;
  private long number;
  private @Nullable Flight ahead;

  /** None on its way. */
  PipelinedBatch(RunContext context) {
    this.context = context;
    var _ = context.pulse().lost().onSuccess(reason -> breakOff());
  }

  /** No other run can begin while this session lives, but nothing more is to be done in it. */
  private void breakOff() {
    if (waiting) {
      context.workSession().cancel();
    }
  }

  /** A text on its way; {@code ended} counts the commands of it that ended well. */
  record Flight(
      MigrationScriptText text,
      MigrationScriptText.Sent sent,
      AtomicInteger ended,
      Future<?> answer) {}

  /** The flight of a text: the one that went off behind the last one, or a new one. */
  Flight flight(MigrationScriptText text) {
    @Nullable Flight off = ahead;
    ahead = null;
    if (off != null && off.text().equals(text)) {
      return off;
    }
    context.pulse().check();
    long first = ++number;
    var _ =
        context
            .workSession()
            .send(MigrationSession.RESET + "; " + MigrationScriptText.committed(first));
    return send(text, first);
  }

  /** Sends the next one behind a flight, unless the lock is not known to be held. */
  void follow(Flight flight, MigrationScriptText next) {
    if (context.pulse().isHeld()) {
      ahead = send(next, flight.sent().number());
    }
  }

  private Flight send(MigrationScriptText text, long behind) {
    MigrationScriptText.Sent sent = text.sent(context.settings(), ++number, behind);
    var _ = context.workSession().send(MigrationSession.CLEAN + "; " + MigrationScriptText.READY);
    AtomicInteger ended = new AtomicInteger();
    return new Flight(
        text, sent, ended, context.workSession().send(sent.sql(), ended::incrementAndGet));
  }

  /**
   * Waits for the end of a flight. When it fails, what went off behind it has done nothing, and the
   * session is free for the next thing. Fails as {@link RunContext#run}, and when the lock is lost.
   *
   * @param recorded asks another session whether it is committed
   * @return whether it is committed; if not, nothing of it is done, and why has to be asked
   */
  boolean isCommitted(Flight flight, BooleanSupplier recorded) {
    LockWaitMonitor watch = context.watch();
    try (watch) {
      watch.now(flight.sent()::place);
      await(flight);
      if (flight.sent().isWhole(flight.ended().get())) {
        return true;
      }
      settle();
      return recorded.getAsBoolean();
    } catch (PgException failure) {
      settle();
      context.pulse().check();
      int ended = flight.ended().get();
      if (flight.sent().isRefused(failure, ended)) {
        return false;
      }
      throw flight.sent().told(failure, ended, watch.seen());
    }
  }

  private void await(Flight flight) {
    waiting = true;
    if (!context.pulse().isHeld()) {
      breakOff();
    }
    try {
      var _ = context.workSession().await(flight.answer());
    } finally {
      waiting = false;
    }
  }

  private void settle() {
    @Nullable Flight off = ahead;
    ahead = null;
    if (off != null) {
      var _ = context.workSession().await(off.answer().otherwiseEmpty());
    }
    context.workSession().runIgnoringErrors("ROLLBACK");
  }
}
