package dev.ripcord.watch;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Rules;
import dev.ripcord.release.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a watch was set up to do. It does not change while the watch runs.
 *
 * @param release the watched release
 * @param rules how its polls are judged; {@code normal} already holds what was measured before
 * @param startedAt when the watch began
 * @param warmUp from the start to the first judged poll
 * @param bake from the start until the release counts as healthy
 * @param interval between polls
 * @param alertOnly why nothing may be rolled back; empty when it may
 * @param before the error counts from before the release, for the report
 */
public record WatchSpec(
    Release release,
    Rules rules,
    Instant startedAt,
    Duration warmUp,
    Duration bake,
    Duration interval,
    Optional<String> alertOnly,
    Optional<Counts> before) {
  /** When judging begins. */
  public Instant judgedFrom() {
    return startedAt.plus(warmUp);
  }

  /** When the bake time is over, if nobody pauses. */
  public Instant bakeEnds() {
    return startedAt.plus(bake);
  }
}
