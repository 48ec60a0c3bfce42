package dev.ripcord.platform.swarm;

import dev.ripcord.platform.swarm.SwarmService.Rollout;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Takes a service for running only when the same tasks have run for a time. Swarm itself watches
 * the tasks of an update, not those of a service that is scaled up from nothing: one that ends at
 * once is seen to run for a moment.
 */
final class SteadyTasks {
  private final long needNanos;
  private Optional<Set<String>> seen = Optional.empty();
  private long sinceNanos;

  /**
   * Has seen nothing yet.
   *
   * @param need nothing where Swarm watches
   */
  SteadyTasks(Duration need) {
    this.needNanos = need.toNanos();
  }

  /**
   * What to make of a look.
   *
   * @param nowNanos by a monotonic clock
   */
  Rollout on(Rollout look, long nowNanos) {
    return switch (look) {
      case Rollout.Done done when needNanos == 0 -> done;
      case Rollout.Done(Set<String> tasks) when seen.isEmpty() -> {
        seen = Optional.of(tasks);
        sinceNanos = nowNanos;
        yield waiting();
      }
      case Rollout.Done(Set<String> tasks) when !seen.orElseThrow().equals(tasks) ->
          new Rollout.Failed("a task ended soon after it had come up");
      case Rollout.Done done -> nowNanos - sinceNanos >= needNanos ? done : waiting();
      case Rollout.Waiting(String how) when seen.isPresent() ->
          new Rollout.Failed("it came up and did not stay: " + how);
      case Rollout.Waiting waiting -> waiting;
      case Rollout.Failed failed -> failed;
    };
  }

  private static Rollout waiting() {
    return new Rollout.Waiting("its tasks have come up just now");
  }
}
