package dev.ripcord.engine.rollback;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchLog;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Policy;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RollbackMachine;
import dev.ripcord.rollback.RunEffect;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunResult;
import dev.ripcord.rollback.RunState;
import dev.ripcord.rollback.Step;
import dev.ripcord.vertx.AsyncLoop;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.RollbackCause;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the rollback of one watch: plans, writes each step down before it is performed, performs it,
 * and watches whether it helped. What cannot be written down is tried again and not acted upon.
 * Called on one event loop.
 */
public final class RollbackRun {
  private static final Logger LOG = LoggerFactory.getLogger(RollbackRun.class);
  private static final long RETRY_MILLIS = 1000;
  private static final Duration REPLAN = Duration.ofSeconds(5);
  private static final Duration JOURNAL_TOLD_AFTER = Duration.ofSeconds(30);
  private static final Duration RESTART = Duration.ofMinutes(10);

  private final EngineContext context;
  private final WatchedService service;
  private final WatchLog log;
  private final long watch;
  private final WatchSpec charter;
  private final StepExecutor steps;
  private final RestartNotice restart;
  private final LeasePermit permit;
  private final SwitchedImage after;
  private final BooleanSupplier runsOnItsSchema;
  private final BiConsumer<Outcome, String> ended;
  private Optional<RunState> state;
  private Instant began;
  private boolean halted;
  private boolean isUnwrittenTold;
  private Optional<String> stopBy;
  private Optional<RunEvent> answer;
  private Optional<StepAttempts> underWay = Optional.empty();
  private Future<Void> tail = Future.succeededFuture();

  /** Completes when the last effect on the world has come to its end. */
  private Future<?> effect = Future.succeededFuture();

  /**
   * Nothing begun yet.
   *
   * @param runsOnItsSchema whether the previous image is known to run on the release's schema
   * @param ended called with how the rollback has ended
   */
  public RollbackRun(
      EngineContext context,
      WatchedService service,
      WatchLog log,
      WatchProjection history,
      BooleanSupplier runsOnItsSchema,
      BiConsumer<Outcome, String> ended) {
    this.context = context;
    this.service = service;
    this.log = log;
    this.watch = history.id();
    this.charter = history.charter();
    this.state = history.run();
    this.stopBy = history.stopBy();
    this.answer = history.answer();
    this.began = history.began().orElseGet(context::now);
    this.steps = new StepExecutor(service, context.timers(), context.observer());
    this.restart = new RestartNotice(context.timers(), service.name());
    this.permit = new LeasePermit(context.timers(), context.journal(), log.lease());
    this.after = new SwitchedImage(charter.rules());
    this.runsOnItsSchema = runsOnItsSchema;
    this.ended = ended;
  }

  public Optional<RunState> state() {
    return state;
  }

  public boolean isVerifying() {
    return state.filter(RunState.Verifying.class::isInstance).isPresent();
  }

  /** Whether it waits for a person, before its downs. */
  public boolean isAsking() {
    return state.filter(RunState.Asking.class::isInstance).isPresent();
  }

  /** The name under which the previous image is measured, so that late answers are told apart. */
  public String measured() {
    return "before " + charter.release().name();
  }

  /**
   * Nothing more is done or written. What is under way is cancelled; the answer completes, and
   * never fails, when that has come to its end.
   */
  public Future<Void> halt() {
    halted = true;
    permit.revoke();
    return effect.<Void>mapEmpty().otherwiseEmpty();
  }

  /** What is being done, in one line for people; empty while nothing is. */
  public Optional<String> line() {
    return state.map(RunLine::of);
  }

  /**
   * Plans and begins; what must not run ends the watch as failed. While the platform or the
   * database cannot be asked it is planned again, for some minutes, and this does not wait for it.
   */
  public Future<Void> begin(RollbackCause cause, boolean imageOnly) {
    Policy.Scope scope = imageOnly ? Policy.Scope.IMAGE_ONLY : Policy.Scope.BOTH;
    Policy policy = service.terms().policy().with(scope);
    boolean agreed = cause instanceof RollbackCause.AskedBy; // They have seen the plan.
    return begin(
        cause,
        new PlanAttempts(
            context,
            service,
            charter.release(),
            agreed ? policy.agreed() : policy,
            runsOnItsSchema,
            why -> tellWaiting("planning", why)));
  }

  private Future<Void> begin(RollbackCause cause, PlanAttempts attempts) {
    return planned(attempts)
        .compose(
            planned -> {
              if (stopBy.isPresent()) {
                return neverBegan();
              }
              if (planned.isEmpty()) {
                context.timers().setTimer(REPLAN.toMillis(), t -> beginAgain(cause, attempts));
                return Future.succeededFuture();
              }
              return switch (planned.get()) {
                case Planned.Possible possible -> start(possible.plan(), cause);
                case Planned.Impossible impossible -> refuse(impossible, cause);
              };
            });
  }

  private void beginAgain(RollbackCause cause, PlanAttempts attempts) {
    if (!halted) {
      begin(cause, attempts)
          .onFailure(e -> LOG.warn("{}: no plan: {}", service.name(), RollbackPlanning.message(e)));
    }
  }

  private Future<Void> neverBegan() {
    String text = "stopped by " + stopBy.orElseThrow() + " before anything was done";
    ended.accept(Outcome.ABORTED, text);
    return Future.succeededFuture();
  }

  /** Sent once for each step: the alert's key is the same for all. */
  private void tellWaiting(String what, String why) {
    LOG.warn("{}: {}: {}; trying on", service.name(), what, why);
    Alert alert = AlertTexts.waiting(charter.release(), watch, what, why, context.now());
    context.journal().enqueue(List.of(alert)).onFailure(e -> context.observer().unrecorded(alert));
  }

  /** Plans, again and again until the journal can be read or the lease is lost. */
  private Future<Optional<Planned>> planned(PlanAttempts attempts) {
    return again(
        attempts::next,
        e -> {
          LOG.warn("the journal cannot be read, planning again: {}", RollbackPlanning.message(e));
          return true;
        });
  }

  /**
   * Does something until it goes well, with a pause between two tries.
   *
   * @param forgiven is called with each failure, and says whether it is tried once more
   */
  private <T> Future<T> again(Supplier<Future<T>> deed, Predicate<Throwable> forgiven) {
    return AsyncLoop.until(
        () ->
            halted
                ? Future.failedFuture("halted")
                : deed.get()
                    .map(Optional::of)
                    .recover(
                        e ->
                            forgiven.test(e)
                                ? context
                                    .timers()
                                    .timer(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                                    .map(Optional.empty())
                                : Future.failedFuture(e)));
  }

  private Future<Void> start(Plan plan, RollbackCause cause) {
    Instant now = context.now();
    began = now;
    LOG.info("rolling back {} {}: {}", service.name(), charter.release().shownName(), cause.text());
    RollbackMachine.Move move =
        RollbackMachine.on(RollbackMachine.start(plan), new RunEvent.Begun(), log.time(now));
    List<Entry> entries = List.of(new Entry.Planned(plan), new Entry.Ran(new RunEvent.Begun()));
    return write(entries, List.of(AlertTexts.rollback(plan, watch, cause, now)), now)
        .onSuccess(x -> become(move));
  }

  private Future<Void> refuse(Planned.Impossible impossible, RollbackCause cause) {
    Instant now = context.now();
    List<Refusal> why = impossible.refusals();
    String text = AlertTexts.refusedText(cause, why);
    List<Alert> alerts = List.of(AlertTexts.refused(charter.release(), watch, cause, why, now));
    return write(List.of(new Entry.Refused(why)), alerts, now)
        .onSuccess(x -> ended.accept(Outcome.FAILED, text));
  }

  /** Goes on with what a process that is gone left, and with what it was asked to stop. */
  public Future<Void> resume(RollbackCause cause, boolean imageOnly) {
    if (state.isEmpty()) {
      return begin(cause, imageOnly);
    }
    if (state.get() instanceof RunState.Ended over) {
      tellEnd(over.result());
      return Future.succeededFuture();
    }
    if (isAsking() && answer.isPresent()) {
      return on(answer.get());
    }
    RunEvent resumed = new RunEvent.Resumed(context.holder());
    if (stopBy.isEmpty() || isStopping()) {
      return on(resumed);
    }
    return on(new RunEvent.AbortAsked(stopBy.get()))
        .compose(
            x ->
                state.filter(RunState.Ended.class::isInstance).isPresent()
                    ? Future.succeededFuture()
                    : on(resumed));
  }

  private boolean isStopping() {
    return state
        .filter(s -> s instanceof RunState.Stepping stepping && stepping.stopBy().isPresent())
        .isPresent();
  }

  /** The journal says who asked for the end, or has answered, if anybody: heeded once. */
  public Future<Void> heed(WatchProjection history) {
    if (isAsking() && history.answer().isPresent()) {
      return on(history.answer().get());
    }
    Optional<String> asked = history.stopBy();
    return asked.isEmpty() || stopBy.isPresent() ? Future.succeededFuture() : stop(asked.get());
  }

  /** A person says yes to what the downs would destroy; nothing where that is not asked. */
  public Future<Void> approve(String by) {
    return isAsking() ? on(new RunEvent.Approved(by)) : Future.succeededFuture();
  }

  /** A person wants it to stop; where it asks, that is a no to its downs and nothing more. */
  public Future<Void> stop(String by) {
    if (isAsking()) {
      return on(new RunEvent.AbortAsked(by));
    }
    stopBy = Optional.of(by);
    return state.isEmpty() ? Future.succeededFuture() : on(new RunEvent.AbortAsked(by));
  }

  /** A poll of the release: whether an application that was started again answers. */
  public void polled(Sample sample) {
    restart.polled(sample);
  }

  /** A poll after the switch. */
  public Future<Void> sampled(Sample sample) {
    return sample.release().equals(measured())
        ? on(after.checked(sample))
        : Future.succeededFuture();
  }

  /**
   * One event after the other: each is decided on the state that the one before has left, written
   * down, and acted on.
   */
  private Future<Void> on(RunEvent event) {
    tail = tail.otherwiseEmpty().compose(x -> again(log::steady)).compose(x -> decide(event));
    return tail;
  }

  private Future<Void> decide(RunEvent event) {
    Instant now = context.now();
    RollbackMachine.Move move = RollbackMachine.on(state.orElseThrow(), event, log.time(now));
    List<Alert> alerts = new ArrayList<>();
    if (move.next() instanceof RunState.Asking asking && event instanceof RunEvent.LossFound) {
      alerts.add(AlertTexts.asksAboutLoss(asking, watch, now));
    }
    AlertTexts.failedDown(state.orElseThrow().plan(), watch, event, now).ifPresent(alerts::add);
    for (RunEffect effect : move.effects()) {
      if (effect instanceof RunEffect.Conclude conclude) {
        alerts.add(AlertTexts.ended(charter.release(), watch, conclude.result(), now));
      }
    }
    return write(List.of(new Entry.Ran(event)), alerts, now).onSuccess(x -> become(move));
  }

  /** The state that is in the journal now, and what follows from it, which nobody waits for. */
  private void become(RollbackMachine.Move move) {
    state = Optional.of(move.next());
    for (RunEffect effect : move.effects()) {
      switch (effect) {
        case RunEffect.Perform perform -> perform(perform.index(), perform.step());
        case RunEffect.BreakOff breakOff -> underWay.ifPresent(StepAttempts::breakOff);
        case RunEffect.AwaitAnswer wait -> tick(wait.until(), this::isAsking);
        case RunEffect.Watch w -> beginWatching((RunState.Verifying) move.next());
        case RunEffect.Restore restore -> restore(move.next().plan());
        case RunEffect.Conclude conclude -> tellEnd(conclude.result());
      }
    }
  }

  /** The machine hears when a time is over, unless it waits for something else by then. */
  private void tick(Instant until, BooleanSupplier waits) {
    long left = Duration.between(log.now(), until).toMillis() + 50;
    context
        .timers()
        .setTimer(
            Math.clamp(left, 1, Duration.ofHours(1).toMillis()),
            t -> {
              if (!halted && waits.getAsBoolean()) {
                if (log.now().isBefore(until)) {
                  tick(until, waits);
                } else {
                  on(new RunEvent.Ticked());
                }
              }
            });
  }

  private void beginWatching(RunState.Verifying verifying) {
    after.begin();
    int last = verifying.plan().steps().size() - 1;
    write(List.of(new Entry.Ran(new RunEvent.StepBegun(last))), List.of(), context.now());
    tick(verifying.until(), this::isVerifying);
  }

  private void perform(int index, Step step) {
    long nanos = context.clocks().nanos().getAsLong();
    Plan plan = state.orElseThrow().plan();
    write(List.of(new Entry.Ran(new RunEvent.StepBegun(index))), List.of(), context.now())
        .compose(x -> attempt(plan, index, step))
        .onSuccess(
            end -> {
              if (!halted) {
                Duration took = Duration.ofNanos(context.clocks().nanos().getAsLong() - nanos);
                RunEvent event = end.event(index, took);
                String name = RollbackMachine.name(step);
                LOG.info("{}: step {}, {}: {}", service.name(), index + 1, name, end.line());
                on(event);
              }
            });
  }

  private Future<StepAttempts.End> attempt(Plan plan, int index, Step step) {
    if (halted) {
      return Future.failedFuture("halted");
    }
    StepAttempts attempts =
        new StepAttempts(
            context,
            permit,
            new StepAttempts.Task(
                step.budget(),
                step.isBreakable(),
                stepPermit -> steps.perform(plan, index, stepPermit, began)),
            why -> tellWaiting("step " + (index + 1) + ", " + RollbackMachine.name(step), why));
    underWay = Optional.of(attempts);
    if (stopBy.isPresent()) {
      attempts.breakOff();
    }
    return running(attempts);
  }

  private Future<StepAttempts.End> running(StepAttempts attempts) {
    Future<StepAttempts.End> end = attempts.run();
    effect = end;
    return end;
  }

  private void restore(Plan plan) {
    StepAttempts attempts =
        new StepAttempts(
            context,
            permit,
            new StepAttempts.Task(
                RESTART,
                false,
                restartPermit ->
                    steps.restart(plan, restartPermit).map(StepAttempts.End.Done::new)),
            why -> tellWaiting("starting the application again", why));
    underWay = Optional.of(attempts);
    running(attempts)
        .compose(end -> restart.told(StepExecutor.before(plan), end))
        .onSuccess(
            line -> {
              if (!halted) {
                on(new RunEvent.Restored(line));
              }
            });
  }

  private void tellEnd(RunResult result) {
    Outcome outcome =
        switch (result) {
          case RunResult.Helped helped -> Outcome.ROLLED_BACK;
          case RunResult.DidNotHelp didNot -> Outcome.ROLLED_BACK_UNHEALTHY;
          case RunResult.Broke broke -> Outcome.FAILED;
          case RunResult.Stopped stopped -> Outcome.ABORTED;
        };
    ended.accept(outcome, result.text());
  }

  /** Writes down, again and again until it is there or the lease is lost. */
  private Future<Void> write(List<Entry> entries, List<Alert> alerts, Instant at) {
    Append append = log.append(entries, alerts, at);
    return again(
        () ->
            log.write(append)
                .map(
                    recorded -> {
                      recorded.forEach(context.observer()::recorded);
                      return recorded;
                    })
                .mapEmpty());
  }

  private Future<Void> again(Supplier<Future<Void>> written) {
    long since = context.clocks().nanos().getAsLong();
    return this.<Boolean>again(
            () -> written.get().map(true),
            e -> {
              if (WatchLog.isEnded(e)) {
                return false;
              }
              LOG.warn(
                  "the journal did not take an entry, trying again: {}",
                  RollbackPlanning.message(e));
              tellUnwritten(since);
              return true;
            })
        .mapEmpty();
  }

  /**
   * Alerts leave by the journal, so that it is away must be reported past it, once for each run.
   */
  private void tellUnwritten(long since) {
    long away = context.clocks().nanos().getAsLong() - since;
    if (!isUnwrittenTold && away >= JOURNAL_TOLD_AFTER.toNanos()) {
      isUnwrittenTold = true;
      context.observer().unrecorded(AlertTexts.unwritten(charter.release(), watch, context.now()));
    }
  }
}
