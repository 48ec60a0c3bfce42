package dev.ripcord.watch;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.Rules;
import dev.ripcord.release.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What a watch was set up to do. While it runs it changes only where the configuration of its
 * service does, which its journal tells.
 *
 * @param release the watched release
 * @param rules how its polls are judged, as follows from what was measured before
 * @param startedAt when the watch began
 * @param warmUp from the start to the first judged poll
 * @param bake from the start until the release counts as healthy
 * @param interval between polls
 * @param alertOnly why nothing may be rolled back; empty when it may
 * @param before what was measured before the release; empty where nothing was
 * @param approval how long a rollback that asks waits for a person, and what follows
 * @param traceParent the span of a pipeline that the watch belongs under, as Trace Context writes
 *     it; not checked
 */
public record WatchSpec(
    Release release,
    Rules rules,
    Instant startedAt,
    Duration warmUp,
    Duration bake,
    Duration interval,
    Optional<String> alertOnly,
    Optional<Baseline> before,
    Optional<Approval> approval,
    Optional<String> traceParent) {
  /**
   * How a rollback waits for a person who approves it.
   *
   * @param within how long
   * @param otherwise what follows when nobody has said anything by then
   */
  public record Approval(Duration within, Otherwise otherwise) {}

  /** What follows when nobody approves. */
  public enum Otherwise {
    /** Nothing: the watch ends condemned, and the release stays. */
    NOTHING,
    /** The rollback. */
    ROLLBACK;

    /** As the configuration spells it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Under no span. */
  public WatchSpec(
      Release release,
      Rules rules,
      Instant startedAt,
      Duration warmUp,
      Duration bake,
      Duration interval,
      Optional<String> alertOnly,
      Optional<Baseline> before,
      Optional<Approval> approval) {
    this(
        release,
        rules,
        startedAt,
        warmUp,
        bake,
        interval,
        alertOnly,
        before,
        approval,
        Optional.empty());
  }

  /** With the bake time to approve in, after which nothing is done. */
  public WatchSpec(
      Release release,
      Rules rules,
      Instant startedAt,
      Duration warmUp,
      Duration bake,
      Duration interval,
      Optional<String> alertOnly,
      Optional<Baseline> before) {
    this(release, rules, startedAt, warmUp, bake, interval, alertOnly, before, Optional.empty());
  }

  /** Until when a rollback that is asked for now waits for a person. */
  Instant approvalEnds(Instant now) {
    return now.plus(approval.map(Approval::within).orElse(bake));
  }

  /** Whether a rollback that nobody approved is run all the same. */
  boolean rollsBackUnapproved() {
    return approval.map(Approval::otherwise).orElse(Otherwise.NOTHING) == Otherwise.ROLLBACK;
  }

  /** When judging begins. */
  public Instant judgedFrom() {
    return startedAt.plus(warmUp);
  }

  /** When the bake time is over, if nobody pauses. */
  public Instant bakeEnds() {
    return startedAt.plus(bake);
  }
}
