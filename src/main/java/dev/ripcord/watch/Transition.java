package dev.ripcord.watch;

import java.util.List;
import java.util.Optional;

/**
 * What an event does to a watch.
 *
 * @param next the state after it
 * @param effects what is to be done, in order
 * @param condemned why the release is condemned, where this event condemns it
 */
public record Transition(WatchState next, List<Effect> effects, Optional<Condemnation> condemned) {
  public Transition {
    effects = List.copyOf(effects);
  }

  /** An event that condemns nothing. */
  public Transition(WatchState next, List<Effect> effects) {
    this(next, effects, Optional.empty());
  }

  static Transition to(WatchState next, Effect... effects) {
    return new Transition(next, List.of(effects));
  }
}
