package dev.ripcord.cli.watch;

import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.watch.Effect;
import dev.ripcord.watch.Transition;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import java.time.Duration;
import java.util.Optional;

/**
 * Follows the entries of a watch to the poll that condemns its release, whichever of its rules does
 * so: which poll that is follows from the entries, and no entry says it.
 */
final class Condemnation {
  private Optional<WatchSpec> charter = Optional.empty();
  private WatchState state = Watch.start();
  private Duration jumped = Duration.ZERO;

  /**
   * Why a release is condemned.
   *
   * @param rule which rule, in a few words: {@code 3 breaches of 5% or more}
   * @param figures what was measured against what
   */
  record Cause(String rule, String figures) {}

  /** Follows one entry; gives why the release is condemned, where this entry condemns it. */
  Optional<Cause> after(Recorded recorded) {
    switch (recorded.entry()) {
      case Entry.Opened(WatchSpec opened) -> {
        charter = Optional.of(opened);
        state = Watch.start();
        jumped = Duration.ZERO;
      }
      case Entry.ClockJumped(Duration by) -> jumped = jumped.plus(by);
      case Entry.Watched(WatchEvent event) -> {
        return charter.flatMap(known -> after(known, event, recorded));
      }
      case Entry.Planned planned -> {}
      case Entry.Refused refused -> {}
      case Entry.Ran ran -> {}
      case Entry.Finished finished -> {}
    }
    return Optional.empty();
  }

  private Optional<Cause> after(WatchSpec known, WatchEvent event, Recorded recorded) {
    Transition transition = new Watch(known).on(state, event, recorded.at().minus(jumped));
    state = transition.next();
    return event instanceof WatchEvent.Sampled
        ? transition.effects().stream()
            .flatMap(e -> text(e).stream())
            .findFirst()
            .map(Condemnation::cause)
        : Optional.empty();
  }

  private static Optional<String> text(Effect effect) {
    return switch (effect) {
      case Effect.BeginRollback begin -> Optional.of(begin.cause());
      case Effect.Notify tell ->
          Optional.of(tell.text())
              .filter(
                  x ->
                      tell.notice() == Effect.Notice.ASK
                          || tell.notice() == Effect.Notice.CONDEMNED);
      case Effect.StopRollback stop -> Optional.empty();
      case Effect.Finish finish -> Optional.empty();
    };
  }

  private static Cause cause(String text) {
    String[] parts = text.split("; nothing was done: ", 2)[0].split(": ", 2);
    return new Cause(
        parts[0].replace(" in a row of", " of"), parts.length == 2 ? parts[1] : parts[0]);
  }
}
