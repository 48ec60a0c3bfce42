package dev.ripcord.rollback;

import dev.ripcord.migration.Version;
import dev.ripcord.release.ImageRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One step of a rollback. Each may be performed again after a crash without doing harm.
 *
 * <p>A step that was written down before steps had budgets gets the usual one.
 */
public sealed interface Step {
  /** The closed list of names. */
  List<String> NAMES = List.of("stop", "backup", "image", "drain", "ask", "down", "verify");

  /** Its name in metrics and JSON; one of {@link #NAMES}. */
  String name();

  /**
   * How long it may take at most. What has not ended by then is broken off, and the run goes on as
   * after a failure. A try after a lost answer has the whole of it again.
   */
  Duration budget();

  /**
   * Whether a person who aborts need not wait for it: broken off in the middle, it leaves
   * everything as it was.
   */
  default boolean isBreakable() {
    return false;
  }

  /**
   * Nothing writes any more.
   *
   * @param budget how long at most
   */
  record Stop(Duration budget) implements Step {
    private static final Duration USUAL = Duration.ofMinutes(5);

    /** Fills in the budget. */
    public Stop {
      budget = Objects.requireNonNullElse(budget, USUAL);
    }

    /** With the usual budget. */
    public Stop() {
      this(USUAL);
    }

    @Override
    public String name() {
      return "stop";
    }
  }

  /**
   * The database is dumped, or the tables that the downs change.
   *
   * @param file the name of the file in the backup folder
   * @param of what is dumped; all of the database where it was written down before there was a
   *     choice
   * @param budget how long at most
   */
  record Backup(String file, Policy.BackupOf of, Duration budget) implements Step {
    /** Fills in the budget. */
    public Backup {
      of = Objects.requireNonNullElse(of, Policy.BackupOf.DATABASE);
      budget = Objects.requireNonNullElse(budget, Policy.USUAL_STEP);
    }

    /** Of the whole database. */
    public Backup(String file, Duration budget) {
      this(file, Policy.BackupOf.DATABASE, budget);
    }

    @Override
    public String name() {
      return "backup";
    }

    @Override
    public boolean isBreakable() {
      return true;
    }
  }

  /**
   * The previous image is put in place.
   *
   * @param from what runs before the step, where it is known
   * @param to what runs after it
   * @param budget how long at most
   */
  record SwitchImage(Optional<ImageRef> from, ImageRef to, Duration budget) implements Step {
    private static final Duration USUAL = Duration.ofMinutes(10);

    /** Fills in the budget. */
    public SwitchImage {
      budget = Objects.requireNonNullElse(budget, USUAL);
    }

    /** With the usual budget. */
    public SwitchImage(Optional<ImageRef> from, ImageRef to) {
      this(from, to, USUAL);
    }

    @Override
    public String name() {
      return "image";
    }
  }

  /**
   * Waits until no session of the replaced version is left.
   *
   * @param budget how long at most
   * @param before sessions that began before this are of the replaced version; by the database's
   *     own clock, where it was read
   */
  record Drain(Duration budget, Optional<Instant> before) implements Step {
    /** A drain that was written down before the clock was read has none. */
    public Drain {
      before = Objects.requireNonNullElse(before, Optional.empty());
    }

    /** Without the database's clock. */
    public Drain(Duration budget) {
      this(budget, Optional.empty());
    }

    @Override
    public String name() {
      return "drain";
    }

    @Override
    public boolean isBreakable() {
      return true;
    }
  }

  /**
   * A person is asked, where the downs that follow would destroy something now.
   *
   * @param within how long an answer is waited for
   * @param otherwiseRuns whether the downs run where nobody answers
   * @param budget how long it may take to learn what they would destroy
   */
  record Approval(Duration within, boolean otherwiseRuns, Duration budget) implements Step {
    private static final Duration USUAL = Duration.ofMinutes(1);

    /** Fills in the budget. */
    public Approval {
      budget = Objects.requireNonNullElse(budget, USUAL);
    }

    /** With the usual budget. */
    public Approval(Policy.Answer answer) {
      this(answer.within(), answer.otherwiseRuns(), USUAL);
    }

    @Override
    public String name() {
      return "ask";
    }

    /** That nobody answered, and what follows, for people. */
    public String unanswered() {
      return "nobody answered within "
          + words(within)
          + ": the downs "
          + (otherwiseRuns ? "run" : "do not run");
    }

    @Override
    public boolean isBreakable() {
      return true;
    }
  }

  /**
   * One migration is reverted.
   *
   * @param label version and name, as the file spells them
   * @param checksum SHA-256 of the down text that the plan was made with
   * @param budget how long at most
   */
  record Down(Version version, String label, String checksum, Duration budget) implements Step {
    /** Fills in the budget. */
    public Down {
      budget = Objects.requireNonNullElse(budget, Policy.USUAL_STEP);
    }

    /** With the usual budget. */
    public Down(Version version, String label, String checksum) {
      this(version, label, checksum, Policy.USUAL_STEP);
    }

    @Override
    public String name() {
      return "down";
    }
  }

  /**
   * Watches whether it helped.
   *
   * @param polls how many healthy polls in a row prove it
   * @param budget how long at most
   */
  record Verify(int polls, Duration budget) implements Step {
    @Override
    public String name() {
      return "verify";
    }
  }

  /** A length of time, for people: {@code 15 min}. */
  static String words(Duration budget) {
    long seconds = budget.toSeconds();
    return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
