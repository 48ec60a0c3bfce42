package dev.ripcord.postgres.migrate;

import java.util.List;

/**
 * What was changed in the history of a database, or would be.
 *
 * @param changes each for people; empty when there was nothing to change
 * @param refusals why nothing was changed; empty when it was
 * @param left what differs and was not accepted, for people
 */
public record Amendment(List<String> changes, List<String> refusals, List<String> left) {
  /** Copies the lists. */
  public Amendment {
    changes = List.copyOf(changes);
    refusals = List.copyOf(refusals);
    left = List.copyOf(left);
  }

  static Amendment refused(List<String> reasons) {
    return new Amendment(List.of(), reasons, List.of());
  }
}
