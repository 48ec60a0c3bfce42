package dev.ripcord.postgres;

import java.time.Duration;
import java.util.List;

/** How a run of migrations ended. */
public sealed interface MigrationOutcome {
  /** What was done, in order. */
  List<Step> steps();

  /**
   * One migration that was applied or taken back.
   *
   * @param label version and name
   * @param took how long it took
   * @param already whether it had been done before and nothing was run
   */
  record Step(String label, Duration took, boolean already) {}

  /** All was done; nothing was to be done when there are no steps. */
  record Done(List<Step> steps) implements MigrationOutcome {
    /** Copies the list. */
    public Done {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A rule forbids it.
   *
   * @param reasons each with what was found and what to do
   * @param steps what was done before the refusal; mostly nothing
   */
  record Refused(List<String> reasons, List<Step> steps) implements MigrationOutcome {
    /** Copies the lists. */
    public Refused {
      reasons = List.copyOf(reasons);
      steps = List.copyOf(steps);
    }
  }

  /**
   * A migration failed; the ones before it stay.
   *
   * @param message file, line, column, the server's words, and how the database stands, for people;
   *     several lines
   * @param steps what was done before it
   */
  record Failed(String message, List<Step> steps) implements MigrationOutcome {
    /** Copies the list. */
    public Failed {
      steps = List.copyOf(steps);
    }
  }
}
