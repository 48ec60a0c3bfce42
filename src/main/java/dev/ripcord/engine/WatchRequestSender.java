package dev.ripcord.engine;

import dev.ripcord.engine.context.Timers;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.WatchRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks something of a watch, whichever process runs it: what is wanted is written to the journal,
 * and whoever watches answers it there. May be used on any thread.
 */
public final class WatchRequestSender {
  /** Longer than a lease outlives a process that stands still, so that its heir can answer. */
  public static final Duration PATIENCE = Duration.ofSeconds(12);

  private static final Duration LOOK = Duration.ofMillis(250);

  private final Journal journal;
  private final Timers timers;

  /** By the timers of Vert.x. */
  public WatchRequestSender(Journal journal, Vertx vertx) {
    this(journal, Timers.of(vertx));
  }

  WatchRequestSender(Journal journal, Timers timers) {
    this.journal = journal;
    this.timers = timers;
  }

  /**
   * Writes it down and waits for the answer; empty when nobody has answered within {@link
   * #PATIENCE}: it stays in the journal for who goes on with the watch. Fails when the journal does
   * not answer for as long.
   */
  public Future<Optional<WatchRequest.Answer>> ask(WatchRequest ask) {
    return written(ask, PATIENCE);
  }

  private Future<Optional<WatchRequest.Answer>> written(WatchRequest ask, Duration left) {
    return journal
        .ask(ask)
        .map(true)
        .recover(
            e ->
                left.isNegative() || refused(e)
                    ? Future.failedFuture(e)
                    : Future.succeededFuture(false))
        .compose(
            done ->
                done ? answer(ask, left) : later().compose(x -> written(ask, left.minus(LOOK))));
  }

  private static boolean refused(Throwable failure) {
    return failure instanceof JournalException said && said.isRefused();
  }

  private Future<Optional<WatchRequest.Answer>> answer(WatchRequest ask, Duration left) {
    return look(ask)
        .recover(
            e ->
                left.isNegative()
                    ? Future.failedFuture(e)
                    : Future.succeededFuture(Optional.empty()))
        .compose(
            answer ->
                answer.isPresent() || left.isNegative()
                    ? Future.succeededFuture(answer)
                    : later().compose(x -> answer(ask, left.minus(LOOK))));
  }

  private Future<Void> later() {
    return timers.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Future<Optional<WatchRequest.Answer>> look(WatchRequest ask) {
    return journal
        .answered(ask.id())
        .compose(
            answer ->
                answer.isPresent()
                    ? Future.succeededFuture(answer)
                    : journal.watch(ask.watch()).compose(row -> ended(ask, row)));
  }

  /** Nobody answers for a watch that has ended, so it is answered here. */
  private Future<Optional<WatchRequest.Answer>> ended(WatchRequest ask, Optional<WatchRow> row) {
    if (row.flatMap(WatchRow::endedAt).isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return journal
        .openAsks()
        .compose(
            open ->
                open.stream()
                    .filter(o -> o.ask().id().equals(ask.id()))
                    .findFirst()
                    .map(o -> journal.answer(ask.id(), ofEnded(o, row.get())))
                    .orElseGet(Future::succeededFuture))
        .compose(x -> journal.answered(ask.id()));
  }

  /** What is said to who asks something of a watch that has ended. */
  static WatchRequest.Answer ofEnded(WatchRequest.Open open, WatchRow row) {
    return open.done()
        ? new WatchRequest.Answer(true, "ended")
        : new WatchRequest.Answer(false, late(row));
  }

  /** What comes after the end of a watch. */
  static String late(WatchRow row) {
    return "that came too late: the watch of release "
        + row.charter().release().name()
        + " has ended"
        + row.outcome().map(o -> " (" + o.text() + ")").orElse("")
        + row.text().map(text -> ": " + text.split("\n", 2)[0]).orElse("");
  }
}
