package dev.ripcord.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.json.Examples;
import dev.ripcord.json.StatusJson;
import dev.ripcord.port.Control.WatchStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A bake time of 15 minutes. */
class BakeTimeTest {
  private static final WatchSpec SPEC = Examples.charter("v42");
  private static final Instant BEGAN = SPEC.startedAt();

  private static BakeTime at(WatchState state) {
    return BakeTime.of(state);
  }

  private static WatchState on(WatchState state, WatchEvent event, int second) {
    return new Watch(SPEC).on(state, event, BEGAN.plusSeconds(second)).next();
  }

  @Test
  void withoutAPause_itIsTheTimeSinceTheStart() {
    BakeTime bake = at(Watch.start());

    assertThat(bake.over(SPEC, BEGAN.plusSeconds(40))).isEqualTo(Duration.ofSeconds(40));
    assertThat(bake.over(SPEC, BEGAN.minusSeconds(1))).isEqualTo(Duration.ZERO);
    assertThat(bake.over(SPEC, BEGAN.plusSeconds(901))).isEqualTo(SPEC.bake());
    assertThat(bake.ends(SPEC)).isEqualTo(SPEC.bakeEnds());
  }

  @Test
  void pause_stopsIt_andMovesItsEnd() {
    WatchState paused =
        on(Watch.start(), new WatchEvent.PauseAsked("kim", BEGAN.plusSeconds(3660)), 60);

    assertThat(at(paused).over(SPEC, BEGAN.plusSeconds(1000))).isEqualTo(Duration.ofSeconds(60));
    assertThat(at(paused).ends(SPEC)).isEqualTo(SPEC.bakeEnds().plusSeconds(3600));

    BakeTime resumed = at(on(paused, new WatchEvent.ResumeAsked("kim"), 660));

    assertThat(resumed.over(SPEC, BEGAN.plusSeconds(700))).isEqualTo(Duration.ofSeconds(100));
    assertThat(resumed.ends(SPEC)).isEqualTo(SPEC.bakeEnds().plusSeconds(600));
  }

  @Test
  void api_saysWhenItEnds() {
    WatchStatus like = Examples.watch(17, "v42");
    BakeTime bake =
        at(on(Watch.start(), new WatchEvent.PauseAsked("kim", BEGAN.plusSeconds(600)), 0));

    assertThat(
            StatusJson.watch(
                    new WatchStatus(
                        like.row(), WatchState.Phase.PAUSED, 0, true, like.rollback(), bake, false))
                .path("bakeEnds")
                .textValue())
        .isEqualTo("2026-01-02T03:29:05.678Z");
  }
}
