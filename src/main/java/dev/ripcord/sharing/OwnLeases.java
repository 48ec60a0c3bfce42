package dev.ripcord.sharing;

import dev.ripcord.release.ServiceName;
import java.util.Map;
import java.util.Set;

/**
 * What this daemon holds itself, which it knows better than any view.
 *
 * @param held the services that it holds, or is just taking, and how busy each is
 * @param leaving those that it is giving back
 * @param ready those that it does not hold and could take now
 */
public record OwnLeases(
    Map<ServiceName, Busy> held, Set<ServiceName> leaving, Set<ServiceName> ready) {
  public OwnLeases {
    held = Map.copyOf(held);
    leaving = Set.copyOf(leaving);
    ready = Set.copyOf(ready);
  }

  /** Whether a service may move to another daemon; the first ones are preferred. */
  public enum Busy {
    /** No release is under watch. */
    IDLE,
    /** A release is under watch. */
    WATCHED,
    /** People were told of trouble that has not ended: it moves only where it is asked for. */
    TROUBLED,
    /** It stays: a rollback runs, or something else that must not be broken off. */
    PINNED
  }
}
