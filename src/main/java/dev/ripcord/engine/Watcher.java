package dev.ripcord.engine;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Lease;
import dev.ripcord.watch.Charter;
import dev.ripcord.watch.Effect;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.Sample;
import dev.ripcord.watch.Transition;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one release: feeds events to the machine one at a time, writes each down before anything
 * is done, and performs what the machine wants. All methods are called on one event loop.
 */
final class Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

  private final Desk desk;
  private final Lease lease;
  private final long id;
  private final Charter charter;
  private final Watch watch;
  private final RollbackRun run;
  private final Outlook outlook;
  private final Promise<WatchState.Ended> end = Promise.promise();
  private WatchState state;
  private boolean halted;
  private long timer = -1;
  private Future<?> tail = Future.succeededFuture();

  Watcher(Desk desk, Service service, Lease lease, History history) {
    this.desk = desk;
    this.lease = lease;
    this.id = history.id();
    this.charter = history.charter();
    this.watch = new Watch(charter);
    this.state = history.state();
    this.outlook = new Outlook(desk, service, charter);
    this.run = new RollbackRun(desk, service, lease, history, this::runEnded);
    arm();
  }

  long id() {
    return id;
  }

  Charter charter() {
    return charter;
  }

  WatchState state() {
    return state;
  }

  /** How it stands. */
  WatchStatus status() {
    Journal.WatchRow row =
        new Journal.WatchRow(id, charter, Optional.empty(), Optional.empty(), Optional.empty());
    return new WatchStatus(row, state.word(), state.tally().polls(), outlook.line());
  }

  /** Asks whether it could be rolled back, unless it is being rolled back already. */
  Future<Void> outlook() {
    return state instanceof WatchState.RollingBack ? Future.succeededFuture() : outlook.ask(id);
  }

  /** Completes when the watch has ended; fails when it was halted before. */
  Future<WatchState.Ended> ended() {
    return end.future();
  }

  /** The release that the next sample is measured for. */
  String measured() {
    return run.isVerifying() ? run.measured() : charter.release().name();
  }

  /** How often to poll: faster while it is watched whether a rollback helped. */
  Duration interval() {
    Duration usual = charter.interval();
    if (run.state().isEmpty()) {
      return usual;
    }
    Duration third = usual.dividedBy(3);
    Duration least = Duration.ofSeconds(1);
    Duration faster = third.compareTo(least) < 0 ? least : third;
    return faster.compareTo(usual) < 0 ? faster : usual;
  }

  /** Goes on where a process that is gone left off. */
  Future<Void> resume(History history) {
    if (!(state instanceof WatchState.RollingBack rolling)) {
      return Future.succeededFuture();
    }
    LOG.info("watch {} of {}: a rollback was under way, going on", id, charter.release().service());
    return queued(
        () -> {
          if (history.refused()) {
            return end(Outcome.FAILED, "condemned, and the rollback was refused");
          }
          return run.resume(rolling.cause(), rolling.imageOnly());
        });
  }

  /**
   * A poll has ended.
   *
   * @param judged is called when it is judged and written down, before anything is done about it
   */
  Future<Void> sampled(Sample sample, Runnable judged) {
    return queued(
        () -> {
          if (run.isVerifying()) {
            judged.run();
            return run.sampled(sample);
          }
          return handle(new WatchEvent.Sampled(sample), judged);
        });
  }

  /** A person, or another release, wants something. */
  Future<Void> on(WatchEvent event) {
    return queued(() -> handle(event, () -> {}));
  }

  /**
   * Stops at once without a word in the journal: the lease is lost, or the process ends. The answer
   * completes, and never fails, when what was under way has come to its end.
   */
  Future<Void> halt(String why) {
    halted = true;
    desk.vertx().cancelTimer(timer);
    Future<Void> calm = run.halt();
    end.tryFail(why);
    return calm;
  }

  /** Waits for what is under way. */
  Future<Void> settled() {
    return tail.<Void>mapEmpty().otherwiseEmpty();
  }

  private interface Work {
    Future<Void> begin();
  }

  private Future<Void> queued(Work work) {
    Future<Void> mine =
        tail.otherwiseEmpty().compose(x -> halted ? Future.<Void>succeededFuture() : work.begin());
    tail = mine;
    return mine;
  }

  private void arm() {
    desk.vertx().cancelTimer(timer);
    Instant due =
        switch (state) {
          case WatchState.Paused paused -> paused.until();
          case WatchState.Asking asking -> asking.until();
          default -> charter.bakeEnds().plus(state.tally().paused());
        };
    Duration left = Duration.between(desk.now(), due);
    long millis = Math.clamp(left.toMillis() + 1, 200, Duration.ofHours(1).toMillis());
    timer = desk.vertx().setTimer(millis, t -> ticked());
  }

  private void ticked() {
    if (halted || state instanceof WatchState.Ended) {
      return;
    }
    queued(() -> handle(new WatchEvent.Ticked(), () -> {}))
        .onComplete(
            done -> {
              if (!halted && !(state instanceof WatchState.Ended)) {
                arm();
              }
            });
  }

  /** Decides, writes down, then acts. When it cannot be written down nothing has happened. */
  private Future<Void> handle(WatchEvent event, Runnable decided) {
    Instant now = desk.now();
    Transition transition = watch.on(state, event, now);
    if (transition.effects().isEmpty() && transition.next().equals(state)) {
      decided.run();
      return Future.succeededFuture();
    }
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry.Watched(event));
    List<Alert> alerts = new ArrayList<>();
    for (Effect effect : transition.effects()) {
      switch (effect) {
        case Effect.Tell tell ->
            alerts.add(Notices.of(tell, charter, id, transition.next().tally(), now));
        case Effect.Finish finish ->
            entries.add(new Entry.Finished(finish.outcome(), finish.text()));
        case Effect.BeginRollback begin -> {}
        case Effect.StopRollback stop -> {}
      }
    }
    return desk.journal()
        .append(lease, id, now, entries, alerts)
        .compose(
            recorded -> {
              state = transition.next();
              desk.observer().recorded(recorded.getFirst());
              decided.run();
              recorded.stream().skip(1).forEach(desk.observer()::recorded);
              return perform(transition.effects());
            });
  }

  private Future<Void> perform(List<Effect> effects) {
    Future<Void> done = Future.succeededFuture();
    for (Effect effect : effects) {
      done =
          done.compose(
              x ->
                  switch (effect) {
                    case Effect.BeginRollback begin -> run.begin(begin.cause(), begin.imageOnly());
                    case Effect.StopRollback stop -> run.stop(stop.by());
                    case Effect.Finish finish -> finished();
                    case Effect.Tell tell -> Future.succeededFuture();
                  });
    }
    return done;
  }

  private Future<Void> finished() {
    desk.vertx().cancelTimer(timer);
    if (state instanceof WatchState.Ended ended) {
      LOG.info(
          "watch {} of {} {} ended: {}, {}",
          id,
          charter.release().service(),
          charter.release().name(),
          ended.outcome().text(),
          ended.text());
      return outlook.mark().onComplete(marked -> end.tryComplete(ended));
    }
    return Future.succeededFuture();
  }

  /**
   * The rollback is over: written down again and again until it is there. A try that failed may
   * have been written all the same, so the journal is asked before the next one.
   */
  private void runEnded(Outcome outcome, String text) {
    queued(() -> end(outcome, text))
        .recover(
            e -> {
              LOG.warn("the journal did not take the end of watch {}: {}", id, e.getMessage());
              return desk.journal()
                  .watch(id)
                  .compose(row -> isEnded(row) ? ended(outcome, text) : Future.failedFuture(e));
            })
        .onFailure(e -> desk.vertx().setTimer(1000, t -> runEnded(outcome, text)));
  }

  private static boolean isEnded(Optional<Journal.WatchRow> row) {
    return row.filter(r -> r.endedAt().isPresent()).isPresent();
  }

  private Future<Void> ended(Outcome outcome, String text) {
    state = new WatchState.Ended(state.tally(), outcome, text);
    return finished();
  }

  private Future<Void> end(Outcome outcome, String text) {
    return handle(new WatchEvent.RunEnded(outcome, text), () -> {});
  }

  /** Whether a rollback is under way. */
  boolean isRollingBack() {
    return state instanceof WatchState.RollingBack;
  }
}
