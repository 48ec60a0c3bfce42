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
   * @param downs the migrations of the release, newest first, as far as they are known
   */
  record Impossible(List<Refusal> refusals, List<Step> downs) implements Planned {
    /** Copies the lists. */
    public Impossible {
      refusals = List.copyOf(refusals);
      downs = List.copyOf(downs);
    }
  }
}
