package dev.ripcord.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Escalation;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Poll;
import dev.ripcord.health.Rules;
import dev.ripcord.watch.Effect.BeginRollback;
import dev.ripcord.watch.Effect.Finish;
import dev.ripcord.watch.Effect.Notice;
import dev.ripcord.watch.Effect.Notify;
import dev.ripcord.watch.Effect.StopRollback;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules by which a release is condemned. What is held, asked and settled has its own test. */
final class WatchTest {
  private static final Poll BAD = Poll.bad();
  private static final Poll GOOD = Poll.good();
  private static final Poll BLIND = Poll.unmeasured();

  private static Scene usual() {
    return Scene.by(Rules.DEFAULT);
  }

  @Test
  void thirdBreachInARow_condemnsTheRelease() {
    Scene scene = usual().polls(BAD, BAD);
    assertThat(scene.word()).isEqualTo("watching");

    scene.polls(BAD);

    String cause =
        "3 breaches in a row of 5% or more: error rate 50.0% (50 of 100 requests), limit 5%";
    assertThat(scene.word()).isEqualTo("rolling-back");
    assertThat(scene.effects()).containsExactly(Scene.begins(cause));
  }

  @Test
  void thirdSilentPollInARow_condemnsTheRelease() {
    Scene scene = usual().polls(Poll.silent(), Poll.silent(), Poll.silent());

    assertThat(scene.effects())
        .containsExactly(
            Scene.begins(
                "3 breaches in a row of 5% or more: connection refused by 127.0.0.1:8080"));
  }

  @Test
  void healthyPoll_resetsTheStreak() {
    Scene scene = usual().polls(BAD, BAD, GOOD);
    assertThat(scene.streak()).isZero();

    assertThat(scene.polls(BAD, BAD).streak()).isEqualTo(2);
    assertThat(scene.word()).isEqualTo("watching");
  }

  @Test
  void secondHealthyPollInARow_endsTheAlert() {
    Scene scene = usual().polls(BAD, BAD, GOOD);
    assertThat(scene.effects()).isEmpty();
    assertThat(scene.polls(BAD).effects()).as("it is the same trouble still").isEmpty();
    assertThat(scene.polls(GOOD, BLIND).effects()).isEmpty();

    assertThat(scene.polls(GOOD).effects())
        .containsExactly(new Notify(Notice.RECOVERED, "healthy again after 3 breaches"));
    assertThat(scene.polls(BAD).notices()).containsExactly(Notice.BREACH);
  }

  @Test
  void unknown_neitherExtendsNorResetsTheStreak() {
    Scene scene = usual().polls(BAD, BAD, BLIND, Poll.counting(0, 0), BLIND);
    assertThat(scene.streak()).isEqualTo(2);
    assertThat(scene.word()).isEqualTo("watching");

    assertThat(scene.polls(BAD).word()).isEqualTo("rolling-back");
  }

  @Test
  void firstBreach_isToldOnce() {
    assertThat(usual().polls(BAD).notices()).containsExactly(Notice.BREACH);
    assertThat(usual().polls(BAD, BAD).notices()).isEmpty();
  }

  @Test
  void firstBreach_ofARuleThatOnlyObserves_isNotTold() {
    Scene scene = Scene.by(Scene.acting(Escalation.OBSERVE, Map.of()));

    assertThat(scene.polls(BAD).effects()).isEmpty();
    assertThat(scene.polls(BAD, BAD, BAD).effects()).isEmpty();
    assertThat(scene.word()).isEqualTo("watching");
  }

  @Test
  void sampleOfAnotherRelease_isDropped() {
    Scene scene = usual().polls(BAD, BAD, Poll.bad().of("v41"));

    assertThat(scene.streak()).isEqualTo(2);
    assertThat(scene.effects()).isEmpty();
  }

  @Test
  void sampleAgain_isDropped() {
    Scene scene = usual().polls(BAD, BAD);

    scene.sample(Poll.bad().at(scene.now()));

    assertThat(scene.streak()).isEqualTo(2);
    assertThat(scene.effects()).isEmpty();
  }

  @Test
  void a22_clockOfTheSampleSetBack_theThirdBreachActs() {
    Scene scene = usual().polls(BAD);
    Instant hourBefore = scene.now().minus(Duration.ofHours(1));

    scene.sample(Poll.bad().at(hourBefore)).sample(Poll.bad().at(hourBefore.plusSeconds(30)));

    assertThat(scene.word()).isEqualTo("rolling-back");
  }

  @Test
  void warmUp_pollsBeforeItsEnd_areNotJudged() {
    Scene scene = new Scene(Scene.charter(Rules.DEFAULT, Duration.ofSeconds(61), Optional.empty()));

    assertThat(scene.polls(BAD, BAD).tally().polls()).isZero();
    assertThat(scene.polls(BAD, BAD).streak()).isEqualTo(2);
    assertThat(scene.polls(BAD).word()).isEqualTo("rolling-back");
  }

  @Test
  void fourPollsUnmeasured_areBlind_andNeverARollback() {
    assertThat(usual().polls(BLIND, BLIND, BLIND).notices()).isEmpty();

    Scene scene = usual().polls(BAD, BAD, BLIND, BLIND, BLIND, BLIND);
    assertThat(scene.effects())
        .containsExactly(
            new Notify(
                Notice.BLIND, "nothing could be measured for 4 polls: Prometheus does not answer"));
    for (int poll = 0; poll < 15; poll++) {
      assertThat(scene.polls(BLIND).effects()).isEmpty();
    }
    assertThat(scene.streak()).isEqualTo(2);
    assertThat(scene.polls(GOOD).notices()).containsExactly(Notice.SEES_AGAIN);
    assertThat(scene.polls(GOOD).notices()).containsExactly(Notice.RECOVERED);
  }

  @Test
  void tooFewRequests_areNotBlind() {
    Poll quiet = Poll.counting(0, 0);

    assertThat(usual().polls(quiet, quiet, quiet, quiet, quiet).notices()).isEmpty();
  }

  @Test
  void threeOfFive_condemnsAcrossHealthyPolls() {
    Scene scene = Scene.by(Scene.breaches("3 of 5")).polls(BAD, GOOD, BAD, GOOD);
    assertThat(scene.word()).isEqualTo("watching");

    assertThat(scene.polls(BAD).effects())
        .containsExactly(
            Scene.begins(
                "3 breaches of 5% or more: error rate 50.0% (50 of 100 requests), limit 5%"));
  }

  @Test
  void threeOfFive_forgetsTheSixthPoll() {
    Scene scene = Scene.by(Scene.breaches("3 of 5")).polls(BAD, BAD, GOOD, GOOD, GOOD, BAD);

    assertThat(scene.word()).isEqualTo("watching");
  }

  @Test
  void oneBreach_canBeEnough() {
    assertThat(Scene.by(Scene.breaches("1")).polls(BAD).effects())
        .contains(
            Scene.begins(
                "1 breach in a row of 5% or more: error rate 50.0% (50 of 100 requests), limit"
                    + " 5%"));
  }

  @Test
  void alertOnly_endsCondemned_andNothingIsDone() {
    Scene scene = new Scene(Scene.charter(Rules.DEFAULT, Duration.ZERO, Optional.of("--dry-run")));

    scene.polls(BAD, BAD, BAD);

    assertThat(scene.end().outcome()).isEqualTo(Outcome.CONDEMNED);
    assertThat(scene.end().text()).endsWith("; nothing was done: --dry-run");
    assertThat(scene.effects())
        .containsExactly(
            new Notify(Notice.CONDEMNED, scene.end().text()),
            new Finish(Outcome.CONDEMNED, scene.end().text()));
  }

  @Test
  void errorRateThatOnlyAlerts_endsCondemned_andNothingIsDone() {
    Scene scene = Scene.by(Scene.acting(Escalation.ALERT, Map.of())).polls(BAD, BAD, BAD);

    assertThat(scene.end().outcome()).isEqualTo(Outcome.CONDEMNED);
    assertThat(scene.end().text()).endsWith("; nothing was done: the rule only alerts");
  }

  @Test
  void limitThatOnlyAlerts_isToldOnce_andTheWatchGoesOn() {
    Rules rules =
        Scene.acting(Escalation.ROLLBACK, Map.of(Measure.CPU, new Limit(0.9, Escalation.ALERT)));
    Scene scene = Scene.by(rules).polls(Poll.good().cpu(0.95), Poll.good().cpu(0.95));
    assertThat(scene.effects()).isEmpty();

    assertThat(scene.polls(Poll.good().cpu(0.95)).effects())
        .containsExactly(
            new Notify(
                Notice.LIMIT, "3 breaches in a row of the limit on cpu: cpu 95%, limit 90%"));
    assertThat(scene.polls(Poll.good().cpu(0.95)).effects()).isEmpty();
    assertThat(scene.word()).isEqualTo("watching");
  }

  @Test
  void steadyFailureOfAQuietService_isToldOnce_andTheWatchGoesOn() {
    Scene scene = Scene.by(Rules.DEFAULT);
    List<Notify> told = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      scene.polls(Poll.counting(i % 3 == 0 ? 2 : 0, 10));
      scene.effects().stream()
          .filter(Notify.class::isInstance)
          .map(Notify.class::cast)
          .filter(notify -> notify.notice() == Notice.LIMIT)
          .forEach(told::add);
    }
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().text())
        .startsWith("an error rate over the whole watch of 5% or more: ")
        .contains("single polls are too small to tell; a service that fails 1% when well")
        .contains("in 1 of 1000 watches");
    assertThat(scene.word()).isEqualTo("watching");
  }

  private static Rules wholeWatch(Escalation act) {
    Rules usual = Rules.DEFAULT;
    return new Rules(
        usual.threshold(),
        usual.breaches(),
        usual.minimumRequests(),
        usual.normal(),
        usual.act(),
        usual.limits(),
        usual.relativeThreshold(),
        usual.slowerThan(),
        act,
        usual.clear(),
        usual.objective());
  }

  private static Scene quietFailure(Escalation act) {
    Scene scene = Scene.by(wholeWatch(act));
    for (int i = 0; i < 25 && scene.word().equals("watching"); i++) {
      scene.polls(Poll.counting(i % 3 == 0 ? 2 : 0, 10));
    }
    return scene;
  }

  @Test
  void wholeWatch_actsAsFarAsItIsTold() {
    assertThat(quietFailure(Escalation.OBSERVE).word()).isEqualTo("watching");
    assertThat(quietFailure(Escalation.ASK).word()).isEqualTo("asking");
    assertThat(quietFailure(Escalation.ASK).notices()).contains(Notice.ASK);

    Scene rolling = quietFailure(Escalation.ROLLBACK);
    assertThat(rolling.word()).isEqualTo("rolling-back");
    assertThat(rolling.effects().getLast().toString())
        .contains("an error rate over the whole watch", "5% or more");
  }

  @Test
  void wholeWatch_thatAsks_goesOnAskingWhileItIsSo() {
    Scene scene = quietFailure(Escalation.ASK);

    assertThat(scene.polls(Poll.counting(1, 10)).word()).isEqualTo("asking");
    assertThat(scene.polls(60, Poll.counting(0, 300)).word()).isNotEqualTo("asking");
  }

  @Test
  void limitThatMayRollBack_condemnsTheRelease() {
    Rules rules =
        Scene.acting(
            Escalation.ROLLBACK, Map.of(Measure.LATENCY_P99, new Limit(0.8, Escalation.ROLLBACK)));
    Poll slow = Poll.good().p99(0.9);

    assertThat(Scene.by(rules).polls(slow, slow, new Poll(), slow).effects())
        .contains(
            Scene.begins(
                "3 breaches in a row of the limit on latency p99: latency p99 900 ms, limit 800"
                    + " ms"));
  }

  @Test
  void cause_namesTheMeasureThatCondemned_whateverElseIsOverItsLimit() {
    Rules rules =
        Scene.acting(Escalation.ROLLBACK, Map.of(Measure.CPU, new Limit(0.9, Escalation.ALERT)));
    Poll both = Poll.bad().cpu(0.95);

    assertThat(Scene.by(rules).polls(both, both, both).effects())
        .contains(
            Scene.begins(
                "3 breaches in a row of 5% or more: error rate 50.0% (50 of 100 requests), limit"
                    + " 5%"));
  }

  @Test
  void rollingBack_obeysOnlyAnAbortAndItsEnd() {
    Scene scene = usual().polls(BAD, BAD, BAD);
    WatchState rolling = scene.state();

    assertThat(scene.polls(GOOD, BAD).after(Duration.ofDays(1)).state()).isEqualTo(rolling);
    assertThat(scene.on(new WatchEvent.Superseded("v43")).state()).isEqualTo(rolling);
    assertThat(scene.on(new WatchEvent.AbortAsked("ann")).effects())
        .containsExactly(new StopRollback("ann"));

    scene.on(new WatchEvent.RunEnded(Outcome.ROLLED_BACK, "rolled back, healthy again"));
    assertThat(scene.end().outcome()).isEqualTo(Outcome.ROLLED_BACK);
  }

  @Test
  void rollbackAskedFor_begins_unlessNothingMayBeRolledBack() {
    assertThat(usual().on(new WatchEvent.RollbackAsked("ann", false)).effects())
        .containsExactly(new BeginRollback(new RollbackCause.AskedBy("ann"), false));

    Scene dry = new Scene(Scene.charter(Rules.DEFAULT, Duration.ZERO, Optional.of("--dry-run")));
    assertThat(usual().on(new WatchEvent.RollbackAsked("ann", true)).effects())
        .containsExactly(new BeginRollback(new RollbackCause.AskedBy("ann"), true));
    assertThat(dry.on(new WatchEvent.RollbackAsked("ann", false)).effects()).isEmpty();
    dry.on(new WatchEvent.PauseAsked("bob", Scene.START.plusSeconds(600)));
    assertThat(dry.on(new WatchEvent.RollbackAsked("ann", false)).word()).isEqualTo("paused");
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void outcome_isSpeltAsJsonHasIt_andReadBack(Outcome outcome) {
    assertThat(Outcome.of(outcome.text())).isEqualTo(outcome);
  }
}
