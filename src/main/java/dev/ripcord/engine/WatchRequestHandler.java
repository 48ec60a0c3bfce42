package dev.ripcord.engine;

import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.ControlException.Cause;
import dev.ripcord.port.WatchRequest;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchState;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What a person may ask of a watch that runs here, and when it is too late for it. */
final class WatchRequestHandler {
  /** What acts is not done any more when it was asked so long ago: the person looked at less. */
  private static final Duration FRESH = Duration.ofMinutes(10);

  private static final Set<Outcome> WITHOUT_ROLLBACK =
      Set.of(Outcome.HEALTHY, Outcome.INCONCLUSIVE, Outcome.SUPERSEDED, Outcome.CONDEMNED);

  private WatchRequestHandler() {}

  /**
   * Does what is asked. Fails with a {@link ControlException} when it does not fit, or comes late.
   *
   * @param ask what is asked
   * @param age how long ago it was asked
   * @param appendId the id to write it down with; one of this process when empty
   */
  static Future<WatchStatus> grant(
      ServiceLoop loop,
      Watcher watcher,
      WatchRequest ask,
      Duration age,
      Optional<String> appendId) {
    refuse(watcher, ask.wish());
    WatchEvent event = event(watcher, ask, age);
    return watcher
        .on(event, appendId)
        .map(
            x -> {
              loop.publish();
              refuseLate(watcher.state(), ask.wish());
              return watcher.status();
            });
  }

  private static WatchEvent event(Watcher watcher, WatchRequest ask, Duration age) {
    return switch (ask.wish()) {
      case PAUSE -> {
        Duration left = ask.pause().minus(age);
        if (!left.isPositive()) {
          throw stale("the pause would be over already", age);
        }
        yield new WatchEvent.PauseAsked(ask.by(), watcher.now().plus(left));
      }
      case RESUME -> new WatchEvent.ResumeAsked(ask.by());
      case ABORT -> new WatchEvent.AbortAsked(ask.by());
      case ROLLBACK -> new WatchEvent.RollbackAsked(fresh(ask.by(), age), false);
      case ROLLBACK_IMAGE -> new WatchEvent.RollbackAsked(fresh(ask.by(), age), true);
      case APPROVE -> new WatchEvent.Approved(fresh(ask.by(), age));
    };
  }

  private static String fresh(String by, Duration age) {
    if (age.compareTo(FRESH) > 0) {
      throw stale("what acts is done only within " + FRESH.toMinutes() + " min", age);
    }
    return by;
  }

  private static ControlException stale(String why, Duration age) {
    return new ControlException(
        Cause.CONFLICT,
        "that came too late: it was asked "
            + age.toMinutes()
            + " min ago, while nobody watched, and "
            + why
            + "; ask again");
  }

  /** A wish waits its turn; what happened before it may have left nothing to be done. */
  private static void refuseLate(WatchState state, Wish wish) {
    boolean rolling = state instanceof WatchState.RollingBack;
    Optional<Outcome> ended =
        state instanceof WatchState.Ended end ? Optional.of(end.outcome()) : Optional.empty();
    boolean done =
        switch (wish) {
          case PAUSE -> state instanceof WatchState.Paused;
          case RESUME -> !rolling && ended.isEmpty();
          case ABORT -> rolling || ended.isPresent();
          case ROLLBACK, ROLLBACK_IMAGE, APPROVE ->
              rolling || ended.filter(o -> !WITHOUT_ROLLBACK.contains(o)).isPresent();
        };
    if (!done) {
      throw new ControlException(
          Cause.CONFLICT,
          "that came too late: the watch is "
              + state.word()
              + ended.map(o -> " (" + o.text() + ")").orElse(""));
    }
  }

  private static void refuse(Watcher watcher, Wish wish) {
    Optional<String> alertOnly = watcher.charter().alertOnly();
    boolean back = wish == Wish.ROLLBACK || wish == Wish.ROLLBACK_IMAGE;
    if (back && alertOnly.isPresent()) {
      throw new ControlException(Cause.CONFLICT, "it cannot be rolled back: " + alertOnly.get());
    }
    if (wish == Wish.APPROVE && !watcher.isAsking()) {
      throw new ControlException(
          Cause.CONFLICT, "nothing waits for an approval: the watch is " + watcher.state().word());
    }
  }
}
