package dev.ripcord.platform.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.platform.swarm.SwarmService.Rollout;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SteadyTasksTest {
  private static final Rollout A = new Rollout.Done(Set.of("a"));
  private static final Rollout B = new Rollout.Done(Set.of("b"));
  private static final Rollout NONE = new Rollout.Waiting("0 of 1 tasks run shop:1");

  private final SteadyTasks steady = new SteadyTasks(Duration.ofNanos(5));

  @Test
  void sameTasks_mustHaveRunForTheTime() {
    assertThat(steady.on(NONE, 0)).isEqualTo(NONE);
    assertThat(steady.on(A, 10)).isInstanceOf(Rollout.Waiting.class);
    assertThat(steady.on(A, 14)).isInstanceOf(Rollout.Waiting.class);
    assertThat(steady.on(A, 15)).isEqualTo(A);
  }

  @Test
  void anotherTaskOrNone_isFailed() {
    var _ = steady.on(A, 10);

    assertThat(steady.on(B, 11))
        .isEqualTo(new Rollout.Failed("a task ended soon after it had come up"));
    assertThat(steady.on(NONE, 11))
        .isEqualTo(new Rollout.Failed("it came up and did not stay: 0 of 1 tasks run shop:1"));
  }

  @Test
  void whereSwarmWatches_theFirstLookCounts() {
    assertThat(new SteadyTasks(Duration.ZERO).on(A, 10)).isEqualTo(A);
  }
}
