package dev.ripcord.rollback;

import java.util.List;
import java.util.Optional;

/** What planning gave. */
public sealed interface Planned {
  /** Whether people should hear of it while there is time to fix it. */
  default boolean needsAttention() {
    return switch (this) {
      case Possible possible -> possible.caveat().isPresent();
      case Impossible impossible -> true;
    };
  }

  /** The same, its plan with one more warning where there is a plan. */
  default Planned warned(String warning) {
    return switch (this) {
      case Possible possible ->
          new Possible(
              possible.plan().warned(warning),
              possible.target(),
              possible.caveat(),
              possible.noBackup());
      case Impossible impossible -> impossible;
    };
  }

  /** The answer in one line: that it can be rolled back and with what, or why not. */
  default String line() {
    return switch (this) {
      case Possible possible -> {
        int downs = possible.plan().downs();
        String migrations = downs == 1 ? "1 down migration" : downs + " down migrations";
        String target = possible.target();
        yield "can be rolled back: "
            + migrations
            + (target.isEmpty() ? "" : ", previous image " + target)
            + possible.caveat().map(text -> ". But: " + text).orElse("");
      }
      case Impossible impossible ->
          impossible.reason() + ". Next: " + impossible.refusals().getFirst().next();
    };
  }

  /**
   * It can be rolled back.
   *
   * @param target what is known of the image that is put back, such as its size; may be empty
   * @param caveat what of the release would stay, because it is not known; empty when all is known
   * @param noBackup why it goes on without the backup that belongs to it; empty where it has one,
   *     or needs none
   */
  record Possible(Plan plan, String target, Optional<String> caveat, Optional<String> noBackup)
      implements Planned {}

  /**
   * It cannot.
   *
   * @param refusals every reason, at least one
   * @param downs the migrations of the release, newest first, as far as they are known
   */
  record Impossible(List<Refusal> refusals, List<Step> downs) implements Planned {
    public Impossible {
      refusals = List.copyOf(refusals);
      downs = List.copyOf(downs);
    }

    /** The first reason, a clause without a full stop. */
    public String reason() {
      return "could not be rolled back now: " + refusals.getFirst().text();
    }
  }
}
