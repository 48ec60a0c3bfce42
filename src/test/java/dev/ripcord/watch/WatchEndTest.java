package dev.ripcord.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Poll;
import dev.ripcord.health.Rules;
import dev.ripcord.watch.Effect.Finish;
import dev.ripcord.watch.Effect.Notice;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a watch ends when its bake time is over. */
final class WatchEndTest {
  private static final Poll BAD = Poll.bad();
  private static final Poll GOOD = Poll.good();
  private static final Poll BLIND = Poll.unmeasured();

  private static Scene usual() {
    return Scene.by(Rules.DEFAULT);
  }

  private static Scene lastMinute() {
    return usual().polls(10, GOOD).after(Duration.ofSeconds(510));
  }

  @Test
  void threeHealthyPolls_amongEnough_areHealthy() {
    Scene scene = usual().polls(GOOD, GOOD, GOOD).polls(7, Poll.counting(0, 3)).after(Scene.BAKE);

    assertThat(scene.end().outcome()).isEqualTo(Outcome.HEALTHY);
    assertThat(scene.effects())
        .containsExactly(new Finish(Outcome.HEALTHY, "4 of 10 polls healthy"));
  }

  @Test
  void bakeTimeNotOver_goesOn() {
    Scene scene = usual().polls(GOOD, GOOD, GOOD).after(Scene.BAKE.minusSeconds(91));

    assertThat(scene.word()).isEqualTo("watching");
  }

  @Test
  void lastPollAtTheEnd_countsAndEnds() {
    Scene scene = usual().polls(9, GOOD).after(Scene.BAKE.minusSeconds(300)).polls(GOOD);

    assertThat(scene.end().outcome()).isEqualTo(Outcome.HEALTHY);
  }

  private static Scene warning() {
    return Scene.by(
        new Rules(
            Rules.DEFAULT.threshold(),
            Rules.DEFAULT.breaches(),
            Rules.DEFAULT.minimumRequests(),
            Rules.DEFAULT.normal(),
            Escalation.ROLLBACK,
            Map.of(Measure.CPU, new Limit(0.9, Escalation.ALERT))));
  }

  @Test
  void e23_warningPolls_areNotCalledHealthyAtTheEnd() {
    Scene proved = warning().polls(10, Poll.counting(0, 100).cpu(0.95)).after(Scene.BAKE);
    assertThat(proved.end().outcome()).isEqualTo(Outcome.HEALTHY);
    assertThat(proved.end().text())
        .isEqualTo("error rate below the threshold in 10 of 10 polls, 10 were warnings");

    Scene few =
        warning()
            .polls(2, Poll.counting(0, 100).cpu(0.95))
            .polls(2, Poll.counting(0, 3).cpu(0.95))
            .after(Scene.BAKE);
    assertThat(few.end().text())
        .isEqualTo(
            "not enough evidence: the error rate was below the threshold in 2 of 4 polls, 3 such"
                + " polls are needed; 4 were warnings");
  }

  @Test
  void e23_warningPoll_namesItsLimit() {
    HealthReading reading =
        new Judge(
                new Rules(
                    Rules.DEFAULT.threshold(),
                    Rules.DEFAULT.breaches(),
                    Rules.DEFAULT.minimumRequests(),
                    Rules.DEFAULT.normal(),
                    Escalation.ROLLBACK,
                    Map.of(Measure.CPU, new Limit(0.9, Escalation.ALERT))))
            .judge(Poll.counting(0, 100).cpu(0.95).at(Scene.START), Counts.NONE)
            .reading();

    assertThat(reading.kind()).isEqualTo(HealthReading.Kind.WARNING);
    assertThat(reading.limits()).isEqualTo("cpu 95%, limit 90%");
  }

  @Test
  void e25_bakeTimeShorterThanAPoll_saysThatNoneWasMade() {
    Scene scene = usual().after(Scene.BAKE);

    assertThat(scene.end().text())
        .isEqualTo(
            "not enough evidence: no poll was judged in the bake time of 900 s, with one each"
                + " 30 s; 3 healthy ones are needed");
  }

  @Test
  void oneHealthyPoll_isCalledSo() {
    assertThat(usual().polls(GOOD).after(Scene.BAKE).end().text())
        .isEqualTo("not enough evidence: 1 healthy poll of 1, 3 are needed");
  }

  @Test
  void twoHealthyPolls_areInconclusive() {
    Scene scene = usual().polls(GOOD, GOOD, Poll.counting(0, 3)).after(Scene.BAKE);

    assertThat(scene.end().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(scene.end().text())
        .isEqualTo("not enough evidence: 2 healthy polls of 3, 3 are needed");
    assertThat(scene.notices()).containsExactly(Notice.INCONCLUSIVE);
  }

  @Test
  void a23_bakeTimeOverAtOnce_withFewOfItsPolls_isInconclusive() {
    Scene scene = usual().polls(4, GOOD).after(Duration.ofHours(1));

    assertThat(scene.end().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(scene.end().text())
        .isEqualTo("not enough evidence: only 4 polls in the bake time, 10 are needed");
  }

  @Test
  void a23_aThirdOfThePolls_isEnough() {
    assertThat(usual().polls(9, GOOD).after(Scene.BAKE).end().outcome())
        .isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(usual().polls(10, GOOD).after(Scene.BAKE).end().outcome())
        .isEqualTo(Outcome.HEALTHY);
  }

  @Test
  void noPolls_areInconclusive() {
    assertThat(usual().after(Scene.BAKE).end().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
  }

  @Test
  void blindAtTheEnd_isInconclusive_whateverWasSeenBefore() {
    Scene scene = usual().polls(GOOD, GOOD, GOOD, GOOD, BLIND, BLIND, BLIND, BLIND);

    assertThat(scene.after(Scene.BAKE).end().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(scene.end().text())
        .isEqualTo("not enough evidence: the last 4 polls could not be measured");
  }

  @Test
  void breachesUnderWayAtTheEnd_areFollowedUntilTheyCondemn() {
    Scene scene = lastMinute().polls(BAD, BAD, BAD);

    assertThat(scene.now()).isAfter(Scene.START.plus(Duration.ofMinutes(14)));
    assertThat(scene.word()).isEqualTo("rolling-back");
  }

  @Test
  void breachUnderWayAtTheEnd_isFollowedUntilItPasses() {
    Scene scene = lastMinute().polls(BAD).after(Duration.ofSeconds(90));
    assertThat(scene.now()).isAfter(Scene.START.plus(Scene.BAKE));
    assertThat(scene.word()).isEqualTo("watching");

    assertThat(scene.polls(GOOD).end().outcome()).isEqualTo(Outcome.HEALTHY);
    assertThat(scene.notices()).containsExactly(Notice.RECOVERED);
  }

  @Test
  void breachUnderWayAtTheEnd_isNotFollowedForEver() {
    Scene scene = lastMinute().polls(BAD).after(Duration.ofSeconds(60));
    assertThat(scene.now()).isEqualTo(Scene.START.plus(Scene.BAKE));

    for (int poll = 0; poll < 6; poll++) {
      assertThat(scene.polls(Poll.counting(0, 0)).word()).isEqualTo("watching");
    }
    scene.polls(Poll.counting(0, 0));

    assertThat(scene.end().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(scene.end().text())
        .isEqualTo(
            "not enough evidence: breaches were still under way at the end of the bake time");
  }

  @ParameterizedTest
  @EnumSource(Escalation.class)
  void breachesAtTheEnd_areNeverHealthy_whateverTheRuleMayDo(Escalation act) {
    Scene scene = Scene.by(Scene.acting(act, Map.of())).polls(GOOD, GOOD, GOOD);
    scene.after(Duration.ofMinutes(13).minusSeconds(1)).polls(BAD, BAD);

    scene.after(Scene.BAKE);

    assertThat(scene.end().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
  }

  @Test
  void limitThatOnlyAlerts_doesNotSpoilTheEnd() {
    Rules rules =
        Scene.acting(Escalation.ROLLBACK, Map.of(Measure.CPU, new Limit(0.9, Escalation.ALERT)));
    Poll hot = Poll.good().cpu(0.95);

    Scene scene = Scene.by(rules).polls(10, hot).after(Scene.BAKE);

    assertThat(scene.end().outcome()).isEqualTo(Outcome.HEALTHY);
  }

  @Test
  void supersededOrAborted_endsAtOnce() {
    Scene superseded = usual().polls(BAD, BAD).on(new WatchEvent.Superseded("v43"));
    Scene aborted = usual().on(new WatchEvent.AbortAsked("ann"));

    assertThat(superseded.effects())
        .containsExactly(new Finish(Outcome.SUPERSEDED, "release v43 took its place"));
    assertThat(aborted.effects()).containsExactly(new Finish(Outcome.ABORTED, "stopped by ann"));
  }
}
