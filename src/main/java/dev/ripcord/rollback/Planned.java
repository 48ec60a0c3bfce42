package dev.ripcord.rollback;

import java.util.List;

/** What planning gave. */
public sealed interface Planned {
  /**
   * It can be rolled back.
   *
   * @param plan how
   */
  record Possible(Plan plan) implements Planned {}

  /**
   * It cannot.
   *
   * @param refusals every reason, at least one
   */
  record Impossible(List<Refusal> refusals) implements Planned {
    /** Copies the list. */
    public Impossible {
      refusals = List.copyOf(refusals);
    }
  }
}
