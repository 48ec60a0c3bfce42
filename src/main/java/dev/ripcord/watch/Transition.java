package dev.ripcord.watch;

import java.util.List;

/**
 * What an event does to a watch.
 *
 * @param next the state after it
 * @param effects what is to be done, in order
 */
public record Transition(WatchState next, List<Effect> effects) {
  public Transition {
    effects = List.copyOf(effects);
  }

  static Transition to(WatchState next, Effect... effects) {
    return new Transition(next, List.of(effects));
  }
}
