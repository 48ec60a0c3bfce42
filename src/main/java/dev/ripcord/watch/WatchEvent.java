package dev.ripcord.watch;

import dev.ripcord.health.Sample;
import java.time.Instant;

/** What can happen to a watch. */
public sealed interface WatchEvent {
  /**
   * A poll has ended.
   *
   * @param sample what it measured
   */
  record Sampled(Sample sample) implements WatchEvent {}

  /** Time has passed. */
  record Ticked() implements WatchEvent {}

  /**
   * A person holds the watch: it observes and does not act, and the bake time stands still.
   *
   * @param by who
   * @param until when it goes on by itself
   */
  record PauseAsked(String by, Instant until) implements WatchEvent {}

  /**
   * A person lets it go on.
   *
   * @param by who
   */
  record ResumeAsked(String by) implements WatchEvent {}

  /**
   * A person ends it.
   *
   * @param by who
   */
  record AbortAsked(String by) implements WatchEvent {}

  /**
   * A person says yes to the rollback that was asked for.
   *
   * @param by who
   */
  record Approved(String by) implements WatchEvent {}

  /**
   * A person wants the rollback now.
   *
   * @param by who
   * @param imageOnly whether the schema is to stay as it is
   */
  record RollbackAsked(String by, boolean imageOnly) implements WatchEvent {
    private static final String ASKED_BY = "asked for by ";

    /** Why the rollback begins, in words. */
    public String cause() {
      return ASKED_BY + by;
    }

    /** Whether a rollback begins because a person asked for it, and not for what was measured. */
    public static boolean isCause(String cause) {
      return cause.startsWith(ASKED_BY);
    }
  }

  /**
   * A newer release of the same service is out.
   *
   * @param release its name
   */
  record Superseded(String release) implements WatchEvent {}

  /**
   * The platform was asked, and the release does not run.
   *
   * @param outcome superseded when another image has taken its place, inconclusive when it is not
   *     known to have run at all
   * @param text one line for people
   */
  record NotRunning(Outcome outcome, String text) implements WatchEvent {}

  /**
   * The rollback run has ended.
   *
   * @param outcome one of rolled-back, rolled-back-unhealthy, failed, aborted
   * @param text one line for people
   */
  record RunEnded(Outcome outcome, String text) implements WatchEvent {}
}
