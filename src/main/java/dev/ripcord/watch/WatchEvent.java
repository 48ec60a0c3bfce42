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
   * @param until when it goes on by itself
   */
  record PauseAsked(String by, Instant until) implements WatchEvent {}

  /** A person lets it go on. */
  record ResumeAsked(String by) implements WatchEvent {}

  /** A person ends it. */
  record AbortAsked(String by) implements WatchEvent {}

  /** A person says yes to the rollback that was asked for. */
  record Approved(String by) implements WatchEvent {}

  /**
   * A person wants the rollback now.
   *
   * @param imageOnly whether the schema is to stay as it is
   */
  record RollbackAsked(String by, boolean imageOnly) implements WatchEvent {}

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
