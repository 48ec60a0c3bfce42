package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchLog;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.AlertTexts;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.engine.rollback.RollbackRun;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.watch.BakeTime;
import dev.ripcord.watch.Effect;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.Transition;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one release: feeds events to the machine one at a time, writes each down before anything
 * is done, and performs what the machine wants. All methods are called on one event loop.
 */
final class Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

  private static final long LEAST_MILLIS = 200;
  private static final long AGAIN_MILLIS = 1000;

  private final EngineContext context;
  private final WatchLog log;
  private final long id;
  private final WatchSpec charter;
  private final Watch watch;
  private final RollbackRun run;
  private final RollbackReadiness outlook;
  private final RunningImage image;
  private final Optional<Duration> afterBreach;
  private final Promise<WatchState.Ended> end = Promise.promise();
  private WatchState state;
  private boolean halted;
  private boolean doubtful;
  private boolean rollbackBegun;
  private long timer = -1;
  private Future<?> tail = Future.succeededFuture();

  Watcher(EngineContext context, WatchedService service, Lease lease, WatchProjection history) {
    this.context = context;
    this.log = new WatchLog(context, lease, history);
    this.id = history.id();
    this.charter = history.charter();
    this.watch = new Watch(charter);
    this.state = history.state();
    this.outlook = new RollbackReadiness(context, service, charter);
    this.afterBreach = service.terms().afterBreach();
    this.image =
        new RunningImage(context, service, charter.release(), history.state().tally().polls() > 0);
    this.run =
        new RollbackRun(context, service, log, history, outlook::runsOnItsSchema, this::runEnded);
    arm();
  }

  long id() {
    return id;
  }

  WatchSpec charter() {
    return charter;
  }

  WatchState state() {
    return state;
  }

  /** The time by which it is decided, which goes on evenly though the clock of the day is set. */
  Instant now() {
    return log.now();
  }

  /** Whether something waits for a person's yes: the rollback itself, or its downs. */
  boolean isAsking() {
    return state instanceof WatchState.Asking || run.isAsking();
  }

  /** How it stands. */
  WatchStatus status() {
    Journal.WatchRow row =
        new Journal.WatchRow(id, charter, Optional.empty(), Optional.empty(), Optional.empty());
    Optional<String> running = run.line();
    return new WatchStatus(
        row,
        state.phase(),
        state.tally().polls(),
        running.isEmpty() && outlook.prospect() instanceof ReadinessState.Possible,
        running.orElse(outlook.line()),
        BakeTime.of(state),
        isAsking());
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

  /**
   * How often to poll: faster while it is watched whether a rollback helped, and, where that is
   * configured, while breaches are under way.
   */
  Duration interval() {
    Duration usual = charter.interval();
    if (run.state().isEmpty()) {
      boolean suspect =
          state instanceof WatchState.Watching
              && state.tally().streak(Measure.ERROR_RATE, charter.rules().breaches()) > 0;
      return suspect ? afterBreach.filter(f -> f.compareTo(usual) < 0).orElse(usual) : usual;
    }
    Duration third = usual.dividedBy(3);
    Duration least = Duration.ofSeconds(1);
    Duration faster = third.compareTo(least) < 0 ? least : third;
    return faster.compareTo(usual) < 0 ? faster : usual;
  }

  /** Asks whether the release runs at all, and ends the watch when it does not. */
  void identify() {
    if (state instanceof WatchState.RollingBack || state instanceof WatchState.Ended) {
      return;
    }
    image
        .atStart()
        .compose(
            wrong -> wrong.isEmpty() || halted ? Future.<Void>succeededFuture() : on(wrong.get()))
        .onFailure(
            e -> LOG.warn("watch {} could not be ended: {}", id, RollbackPlanning.message(e)));
  }

  /** Goes on where a process that is gone left off. */
  Future<Void> resume(WatchProjection history) {
    return queued(() -> goOn(history));
  }

  /** Does what follows from a state that was read, and that nobody here does yet. */
  private Future<Void> goOn(WatchProjection history) {
    return switch (state) {
      case WatchState.Ended ended -> finished();
      case WatchState.RollingBack rolling -> rollBack(rolling, history);
      case WatchState.Watching w -> Future.succeededFuture();
      case WatchState.Paused p -> Future.succeededFuture();
      case WatchState.Asking a -> Future.succeededFuture();
    };
  }

  private Future<Void> rollBack(WatchState.RollingBack rolling, WatchProjection history) {
    if (rollbackBegun) {
      return run.heed(history);
    }
    rollbackBegun = true;
    LOG.info("watch {} of {}: a rollback was under way, going on", id, charter.release().service());
    if (!history.refusals().isEmpty()) {
      runEnded(Outcome.FAILED, AlertTexts.refusedText(rolling.cause(), history.refusals()));
      return Future.succeededFuture();
    }
    return run.resume(rolling.cause(), rolling.imageOnly());
  }

  /**
   * A poll has ended.
   *
   * @param judged is called when it is judged and written down, before anything is done about it
   */
  Future<Void> sampled(Sample sample, Runnable judged) {
    return queued(
        () -> {
          run.polled(sample);
          if (run.isVerifying()) {
            judged.run();
            return run.sampled(sample);
          }
          return handle(new WatchEvent.Sampled(sample), judged);
        });
  }

  /** A person, or another release, wants something. Fails when it could not be written down. */
  Future<Void> on(WatchEvent event) {
    return on(event, Optional.empty());
  }

  /**
   * The same.
   *
   * @param appendId the id to write it down with, so that it is written once whoever does it; one
   *     of this process when empty
   */
  Future<Void> on(WatchEvent event, Optional<String> appendId) {
    return queued(() -> handle(new Happening(event, appendId), () -> {}))
        .compose(
            x ->
                halted && !(state instanceof WatchState.Ended)
                    ? Future.failedFuture(
                        new JournalException(
                            "the lease for "
                                + charter.release().service()
                                + " is lost; try again when it is held again"))
                    : Future.succeededFuture());
  }

  /**
   * Writes down that it does something else from now on; what was seen stays. Whoever wants that
   * makes another watcher of the journal then.
   *
   * @return false where nothing was done, since it has ended, a rollback runs, or it was halted
   */
  Future<Boolean> revise(UnaryOperator<WatchSpec> to) {
    return queued(() -> known().compose(x -> log.steady()).compose(x -> revised(to)))
        .map(x -> !halted && !isOver());
  }

  private Future<Void> revised(UnaryOperator<WatchSpec> to) {
    WatchSpec next = to.apply(charter);
    if (halted || isOver() || next.equals(charter)) {
      return Future.succeededFuture();
    }
    return log.write(log.append(List.of(new Entry.Revised(next)), List.of(), context.now()))
        .onSuccess(recorded -> recorded.forEach(context.observer()::recorded))
        .mapEmpty();
  }

  private boolean isOver() {
    return isRollingBack() || state instanceof WatchState.Ended;
  }

  /**
   * Stops at once without a word in the journal: the lease is lost, or the process ends. The answer
   * completes, and never fails, when what was under way has come to its end.
   */
  Future<Void> halt(String why) {
    halted = true;
    context.timers().cancelTimer(timer);
    Future<Void> calm = run.halt();
    end.tryFail(why);
    return calm;
  }

  /** Waits for what is under way. */
  Future<Void> settled() {
    return tail.<Void>mapEmpty().otherwiseEmpty();
  }

  /** An event, and the id of the append that writes it down where that is given. */
  private record Happening(WatchEvent event, Optional<String> appendId) {}

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
    context.timers().cancelTimer(timer);
    if (halted) {
      return;
    }
    Instant due =
        switch (state) {
          case WatchState.Paused paused -> paused.until();
          case WatchState.Asking asking -> asking.until();
          default -> charter.bakeEnds().plus(state.tally().paused());
        };
    Duration left = Duration.between(log.now(), due);
    long millis = Math.clamp(left.toMillis() + 1, LEAST_MILLIS, Duration.ofHours(1).toMillis());
    timer = context.timers().setTimer(doubtful ? AGAIN_MILLIS : millis, t -> ticked());
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

  /**
   * Decides, writes down, then acts. When it cannot be written down nothing has happened; when it
   * is not known whether it was written, the journal is read before anything else is decided.
   */
  private Future<Void> handle(WatchEvent event, Runnable decided) {
    return handle(new Happening(event, Optional.empty()), decided);
  }

  private Future<Void> handle(Happening happening, Runnable decided) {
    return known()
        .compose(
            x ->
                log.steady()
                    .compose(y -> decide(happening, decided))
                    .recover(e -> inDoubt(e, decided)));
  }

  private Future<Void> decide(Happening happening, Runnable decided) {
    WatchEvent event = happening.event();
    Instant at = context.now();
    Transition transition = watch.on(state, event, log.time(at));
    if (transition.next().equals(state) && transition.effects().isEmpty()) {
      decided.run();
      return Future.succeededFuture();
    }
    boolean proved =
        transition.next() instanceof WatchState.Ended end && end.outcome() == Outcome.HEALTHY;
    return proved
        ? image
            .atEnd()
            .compose(
                wrong ->
                    wrong.isEmpty()
                        ? write(happening, transition, at, decided)
                        : write(
                            new Happening(wrong.get(), Optional.empty()),
                            watch.on(state, wrong.get(), log.time(at)),
                            at,
                            decided))
        : write(happening, transition, at, decided);
  }

  private Future<Void> write(
      Happening happening, Transition transition, Instant at, Runnable decided) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry.Watched(happening.event()));
    List<Alert> alerts = new ArrayList<>();
    for (Effect effect : transition.effects()) {
      switch (effect) {
        case Effect.Notify tell ->
            alerts.add(
                new WatchNotices(charter, id, transition.next(), outlook.prospect()).of(tell, at));
        case Effect.Finish finish ->
            entries.add(new Entry.Finished(finish.outcome(), finish.text()));
        case Effect.BeginRollback begin -> {}
        case Effect.StopRollback stop -> {}
        case Effect.ApproveRollback approve -> {}
      }
    }
    if (halted) {
      return Future.succeededFuture();
    }
    return log.write(
            happening
                .appendId()
                .map(own -> new Journal.Append(own, id, at, entries, alerts))
                .orElseGet(() -> log.append(entries, alerts, at)))
        .compose(recorded -> become(transition, recorded, decided));
  }

  private Future<Void> become(Transition transition, List<Recorded> recorded, Runnable decided) {
    state = transition.next();
    context.observer().recorded(recorded.getFirst());
    decided.run();
    recorded.stream().skip(1).forEach(context.observer()::recorded);
    return perform(transition.effects());
  }

  /** What was wanted could not be written; it may have been written all the same. */
  private Future<Void> inDoubt(Throwable failure, Runnable decided) {
    if (halted || (WatchLog.isRefused(failure) && !WatchLog.isEnded(failure))) {
      return Future.failedFuture(failure);
    }
    doubtful = true;
    return known()
        .compose(
            written -> {
              if (written || state instanceof WatchState.Ended) {
                decided.run();
                return Future.<Void>succeededFuture();
              }
              return Future.failedFuture(failure);
            });
  }

  /**
   * Reads where the watch stands, where that is in doubt, and goes on from there. Gives whether the
   * event that was in doubt is in the journal.
   */
  private Future<Boolean> known() {
    if (!doubtful) {
      return Future.succeededFuture(false);
    }
    return log.read()
        .onFailure(e -> arm())
        .compose(
            found -> {
              if (halted) {
                return Future.failedFuture("halted");
              }
              doubtful = false;
              state = found.history().state();
              arm();
              return goOn(found.history()).map(found.decided());
            });
  }

  private Future<Void> perform(List<Effect> effects) {
    Future<Void> done = Future.succeededFuture();
    for (Effect effect : effects) {
      done =
          done.compose(
              x ->
                  switch (effect) {
                    case Effect.BeginRollback begin -> begin(begin);
                    case Effect.StopRollback stop -> run.stop(stop.by());
                    case Effect.ApproveRollback approve -> run.approve(approve.by());
                    case Effect.Finish finish -> finished();
                    case Effect.Notify tell -> Future.succeededFuture();
                  });
    }
    return done;
  }

  private Future<Void> begin(Effect.BeginRollback wanted) {
    rollbackBegun = true;
    return run.begin(wanted.cause(), wanted.imageOnly());
  }

  private Future<Void> finished() {
    context.timers().cancelTimer(timer);
    if (state instanceof WatchState.Ended ended) {
      return outlook.mark().onComplete(marked -> end.tryComplete(ended));
    }
    return Future.succeededFuture();
  }

  /** The rollback is over: written down again and again until it is there. */
  private void runEnded(Outcome outcome, String text) {
    queued(() -> handle(new WatchEvent.RunEnded(outcome, text), () -> {}))
        .onFailure(
            e -> {
              if (!halted) {
                LOG.warn(
                    "the journal did not take the end of watch {}: {}",
                    id,
                    RollbackPlanning.message(e));
                context.timers().setTimer(AGAIN_MILLIS, t -> runEnded(outcome, text));
              }
            });
  }

  /** Whether a rollback is under way. */
  boolean isRollingBack() {
    return state instanceof WatchState.RollingBack;
  }
}
