package dev.ripcord.rollback;

import static dev.ripcord.rollback.RunEvent.Health.HEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.rollback.RunEvent.AbortAsked;
import dev.ripcord.rollback.RunEvent.Resumed;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The process that ran it is gone, and another goes on. */
final class RunResumedTest {
  private static final Duration BUDGET = Duration.ofMinutes(5);

  @Test
  void resumed_performsTheSameStepAgain() {
    for (Drive drive : List.of(Drive.imageFirst(), Drive.migrationsFirst())) {
      drive.begin();
      for (int step = 0; drive.state() instanceof RunState.Stepping; step++) {
        RunState before = drive.state();
        assertThat(drive.on(new Resumed("another")).state()).isEqualTo(before);
        assertThat(drive.effects())
            .containsExactly(new RunEffect.Perform(step, before.plan().steps().get(step)));
        drive.done(1);
      }
    }
  }

  @Test
  void resumed_beforeTheFirstStep_begins() {
    assertThat(Drive.imageFirst().on(new Resumed("another")).performs())
        .isEqualTo("image :42 → :41");
  }

  @Test
  void resumed_whileStopping_stillStops() {
    Drive drive = Drive.imageFirst().begin().on(new AbortAsked("ann")).on(new Resumed("another"));

    assertThat(drive.performs()).isEqualTo("image :42 → :41");
    assertThat(drive.done(1).result()).isInstanceOf(RunResult.Stopped.class);
  }

  @Test
  void resumed_whileVerified_watchesAnew() {
    Drive drive = Drive.imageFirst().begin().done(3).polls(HEALTHY, HEALTHY);

    drive.after(BUDGET).on(new Resumed("another"));

    assertThat(drive.effects()).containsExactly(new RunEffect.Watch());
    assertThat(drive.polls(HEALTHY, HEALTHY).effects()).isEmpty();
    assertThat(drive.polls(HEALTHY).result()).isInstanceOf(RunResult.Helped.class);
  }

  @Test
  void resumed_whileRestoring_restoresAgain() {
    Drive drive = Drive.migrationsFirst().begin().done(2).fails("syntax error");

    assertThat(drive.on(new Resumed("another")).effects()).containsExactly(new RunEffect.Restore());
  }
}
