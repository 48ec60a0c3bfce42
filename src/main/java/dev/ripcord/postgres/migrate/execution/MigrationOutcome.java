package dev.ripcord.postgres.migrate.execution;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** How a run of migrations ended. */
public sealed interface MigrationOutcome {
  /** What was done, in order. */
  List<Step> steps();

  /**
   * What was found when the schema was compared with what is on record, for people; nothing when
   * all was as it should be. Where one lists what it found, each thing has a line of its own.
   */
  List<String> remarks();

  /**
   * One migration that was applied or reverted.
   *
   * @param label version and name
   * @param took how long it took
   * @param already whether it had been done before and nothing was run
   * @param waits what it met of locks, and whom it cancelled for them, for people
   */
  record Step(String label, Duration took, boolean already, List<String> waits) {
    public Step {
      waits = List.copyOf(waits);
    }

    /** One that met no lock. */
    public Step(String label, Duration took, boolean already) {
      this(label, took, already, List.of());
    }
  }

  /** All was done; nothing was to be done when there are no steps. */
  record Done(List<Step> steps, List<String> remarks) implements MigrationOutcome {
    public Done {
      steps = List.copyOf(steps);
      remarks = List.copyOf(remarks);
    }

    /** Nothing to remark. */
    public Done(List<Step> steps) {
      this(steps, List.of());
    }
  }

  /**
   * A rule forbids it.
   *
   * @param reasons each with what was found and what to do
   * @param steps what was done before the refusal; mostly nothing
   */
  record Refused(List<String> reasons, List<Step> steps, List<String> remarks)
      implements MigrationOutcome {
    public Refused {
      reasons = List.copyOf(reasons);
      steps = List.copyOf(steps);
      remarks = List.copyOf(remarks);
    }

    /** Nothing to remark. */
    public Refused(List<String> reasons, List<Step> steps) {
      this(reasons, steps, List.of());
    }
  }

  /**
   * A migration failed; the ones before it stay.
   *
   * @param message file, line, column, what is wrong, and how the database stands; for logs, alerts
   *     and the journal, and without anything that may be part of a row; several lines
   * @param shown the same with all that the server said, which may quote rows: only for the
   *     terminal of who runs the migration
   * @param steps what was done before it
   * @param left what of it stays
   */
  record Failed(String message, String shown, List<Step> steps, List<String> remarks, Left left)
      implements MigrationOutcome {
    public Failed {
      steps = List.copyOf(steps);
      remarks = List.copyOf(remarks);
    }

    /** Nothing to remark. */
    public Failed(String message, String shown, List<Step> steps, Left left) {
      this(message, shown, steps, List.of(), left);
    }
  }

  /** What stays of a migration that failed. */
  enum Left {
    /** Nothing: the database is as before it. */
    NOTHING,
    /** A part of it. */
    PART,
    /** The connection was lost, so it is not known. */
    UNKNOWN
  }

  /** The same with more remarks. */
  default MigrationOutcome with(List<String> more) {
    List<String> all = Stream.concat(remarks().stream(), more.stream()).toList();
    return switch (this) {
      case Done done -> new Done(done.steps(), all);
      case Refused refused -> new Refused(refused.reasons(), refused.steps(), all);
      case Failed failed ->
          new Failed(failed.message(), failed.shown(), failed.steps(), all, failed.left());
    };
  }
}
