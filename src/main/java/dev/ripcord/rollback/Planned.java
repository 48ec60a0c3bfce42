package dev.ripcord.rollback;

import java.util.List;

/** What planning gave. */
public sealed interface Planned {
  /** The answer in one line: that it can be rolled back and with what, or why not. */
  default String line() {
    return switch (this) {
      case Possible(Plan plan, String target) -> {
        int downs = plan.downs();
        String migrations = downs == 1 ? "1 down migration" : downs + " down migrations";
        yield "can be rolled back: "
            + migrations
            + (target.isEmpty() ? "" : ", previous image " + target);
      }
      case Impossible(List<Refusal> refusals, List<Step> downs) ->
          "could not be rolled back now: "
              + refusals.getFirst().text()
              + ". Next: "
              + refusals.getFirst().next();
    };
  }

  /**
   * It can be rolled back.
   *
   * @param plan how
   * @param target what is known of the image that is put back, such as its size; may be empty
   */
  record Possible(Plan plan, String target) implements Planned {}

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
