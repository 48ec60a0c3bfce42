package dev.ripcord.engine.rollback;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.port.Permit;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Salvaged;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Tries one thing until it has an answer: a lost connection is no answer. Each try has a budget and
 * is broken off when that is spent; a person may have it broken off earlier. Used once, on one
 * event loop.
 */
final class StepAttempts {
  /** How long it is tried again while nothing answers. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration TOLD_AFTER = Duration.ofMinutes(1);
  private static final long FIRST_PAUSE_MILLIS = 1000;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long STILL_ENDING_MILLIS = 60_000;

  private final EngineContext context;
  private final Permit run;
  private final StepPermit permit;
  private final Task task;
  private final Consumer<String> onWaiting;
  private final Promise<End> end = Promise.promise();
  private Optional<Long> waiting = Optional.empty();
  private Optional<Long> awaySince = Optional.empty();
  private long pause = FIRST_PAUSE_MILLIS;
  private String why = "";
  private boolean isTold;
  private boolean stopping;
  private boolean timedOut;

  /** Whether it may be done, as far as the tries so far tell. */
  private boolean uncertain;

  /**
   * What is tried.
   *
   * @param budget how long one try may take
   * @param breakable whether it may be broken off in the middle without harm
   * @param deed does it, and gives one line for people
   */
  record Task(Duration budget, boolean breakable, Function<Permit, Future<End.Done>> deed) {}

  /** How it ended. */
  sealed interface End {
    /** In one line, for people. */
    default String line() {
      return switch (this) {
        case Done(String text, var _) -> text;
        case Refused(String why) -> why;
        case Failed(String why) -> why;
        case TimedOut(String why) -> "too slow, broken off: " + why;
        case Uncertain(String why) -> "not known to be done: " + why;
        case Asks(String losses) -> "a person is asked: " + losses;
        case Stopped() -> "broken off";
      };
    }

    /** What it is to the run, for the step of an index. */
    default RunEvent event(int index, Duration took) {
      return switch (this) {
        case Done(String text, List<Salvaged> kept) ->
            new RunEvent.StepDone(index, text, took, kept);
        case Refused(String why) -> new RunEvent.StepRefused(index, why);
        case Failed(String why) -> new RunEvent.StepFailed(index, why);
        case TimedOut(String why) -> new RunEvent.StepTimedOut(index, why);
        case Uncertain(String why) -> new RunEvent.StepUncertain(index, why);
        case Asks(String losses) -> new RunEvent.LossFound(index, losses);
        case Stopped() -> new RunEvent.StepStopped(index);
      };
    }

    /**
     * It is done.
     *
     * @param kept what it destroyed and salvage has kept
     */
    record Done(String text, List<Salvaged> kept) implements End {
      Done(String text) {
        this(text, List.of());
      }
    }

    /** It must not be done, and nothing was touched. */
    record Refused(String why) implements End {}

    /** It failed, and what was to change is as before. */
    record Failed(String why) implements End {}

    /** It took too long and was broken off. */
    record TimedOut(String why) implements End {}

    /** It may be done, or done in part. */
    record Uncertain(String why) implements End {}

    /** Something would be lost, so a person is asked. */
    record Asks(String losses) implements End {}

    /** A person had it broken off; nothing of it is done. */
    record Stopped() implements End {}
  }

  /**
   * Not begun yet.
   *
   * @param run the right to act; when it is revoked nothing more is tried
   * @param onWaiting is called once, for people, when nothing has answered for a minute
   */
  StepAttempts(EngineContext context, Permit run, Task task, Consumer<String> onWaiting) {
    this.context = context;
    this.run = run;
    this.permit = new StepPermit(run, this::unanswered);
    this.task = task;
    this.onWaiting = onWaiting;
  }

  /** Tries. Fails only when the right to act is revoked. */
  Future<End> run() {
    run.revoked()
        .onComplete(
            lost -> {
              if (waiting.isPresent()) {
                revoked();
              }
            });
    if (stopping && task.breakable()) {
      end.complete(new End.Stopped());
    } else {
      attempt();
    }
    return end.future();
  }

  /** A person stops it: at once where that does no harm, else the try under way ends first. */
  void breakOff() {
    stopping = true;
    if (waiting.isPresent()) {
      context.timers().cancelTimer(waiting.get());
      end.tryComplete(uncertain ? new End.Uncertain(why) : new End.Stopped());
    } else if (task.breakable()) {
      permit.breakOff();
    }
  }

  private void attempt() {
    waiting = Optional.empty();
    if (run.revoked().isComplete()) {
      revoked();
      return;
    }
    long limit = Math.max(1, task.budget().toMillis());
    long timer =
        context
            .timers()
            .setTimer(
                limit,
                t -> {
                  timedOut = true;
                  permit.breakOff();
                });
    long still =
        context
            .timers()
            .setTimer(
                limit + STILL_ENDING_MILLIS,
                t -> onWaiting.accept("it was broken off, and has not come to its end yet"));
    Future.succeededFuture()
        .compose(x -> task.deed().apply(permit))
        .onComplete(
            (done, failure) -> {
              context.timers().cancelTimer(timer);
              context.timers().cancelTimer(still);
              if (failure == null) {
                end.tryComplete(done);
              } else {
                ended(StepFailure.of(failure, StepFailure.Kind.LOST));
              }
            });
  }

  private void ended(StepFailure trouble) {
    why = trouble.getMessage();
    uncertain =
        switch (trouble.kind()) {
          case LOST, PARTLY -> true;
          case UNPROVED, AWAY -> uncertain;
          case REFUSED, FAILED, UNDONE, ASKS -> false;
        };
    if (run.revoked().isComplete()) {
      revoked();
    } else if (uncertain && (timedOut || stopping || !trouble.isPassing())) {
      end.tryComplete(new End.Uncertain(why));
    } else if (timedOut) {
      end.tryComplete(new End.TimedOut(why));
    } else if (stopping && (task.breakable() || trouble.isPassing())) {
      end.tryComplete(new End.Stopped());
    } else if (trouble.isPassing()) {
      again(trouble);
    } else {
      end.tryComplete(
          switch (trouble.kind()) {
            case REFUSED -> new End.Refused(why);
            case ASKS -> new End.Asks(why);
            default -> new End.Failed(why);
          });
    }
  }

  /** Without the right to act nothing can be given up either, so that has no limit here. */
  private void again(StepFailure trouble) {
    if (trouble.kind() == StepFailure.Kind.UNPROVED) {
      awaySince = Optional.empty();
    } else {
      long now = context.clocks().nanos().getAsLong();
      Duration away = Duration.ofNanos(now - awaySince.orElse(now));
      awaySince = Optional.of(awaySince.orElse(now));
      if (away.compareTo(PATIENCE) >= 0) {
        String text = "nothing has answered for " + away.toMinutes() + " min: " + why;
        end.tryComplete(uncertain ? new End.Uncertain(text) : new End.Failed(text));
        return;
      }
      unanswered(away, why);
    }
    waiting = Optional.of(context.timers().setTimer(pause, t -> attempt()));
    pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
  }

  private void unanswered(Duration lasted, String text) {
    if (!isTold && lasted.compareTo(TOLD_AFTER) >= 0) {
      isTold = true;
      onWaiting.accept(text);
    }
  }

  private void revoked() {
    waiting.ifPresent(context.timers()::cancelTimer);
    end.tryFail("the right to act is lost");
  }
}
