package dev.ripcord.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Poll;
import dev.ripcord.health.Rules;
import dev.ripcord.watch.Effect.BeginRollback;
import dev.ripcord.watch.Effect.Finish;
import dev.ripcord.watch.Effect.Notice;
import dev.ripcord.watch.WatchEvent.Approved;
import dev.ripcord.watch.WatchEvent.PauseAsked;
import dev.ripcord.watch.WatchEvent.ResumeAsked;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A watch that a person holds, or that waits for a person. */
final class WatchHeldTest {
  private static final Poll BAD = Poll.bad();
  private static final Poll GOOD = Poll.good();

  private static Scene usual() {
    return Scene.by(Rules.DEFAULT);
  }

  private static Scene asking() {
    return Scene.by(Scene.acting(Escalation.ASK, Map.of())).polls(BAD, BAD, BAD);
  }

  @Test
  void ruleThatAsks_asksAndWaits() {
    Scene scene = asking();

    assertThat(scene.word()).isEqualTo("asking");
    assertThat(scene.notices()).containsExactly(Notice.ASK);
    assertThat(scene.polls(BAD).effects()).isEmpty();
    assertThat(scene.word()).isEqualTo("asking");
  }

  @Test
  void question_approved_rollsBack() {
    assertThat(asking().on(new Approved("ann")).effects())
        .containsExactly(new BeginRollback(new RollbackCause.ApprovedBy("ann"), false));
  }

  @Test
  void question_nobodyAnswersForABakeTime_endsCondemned() {
    Scene scene = asking().after(Scene.BAKE.minusSeconds(1));
    assertThat(scene.word()).isEqualTo("asking");

    scene.after(Duration.ofSeconds(1));

    assertThat(scene.end().outcome()).isEqualTo(Outcome.CONDEMNED);
    assertThat(scene.end().text()).endsWith("; nobody approved a rollback");
  }

  @Test
  void question_askedAtTheEndOfTheBakeTime_stillWaitsForABakeTime() {
    Scene scene = Scene.by(Scene.acting(Escalation.ASK, Map.of())).after(Duration.ofMinutes(14));
    scene.polls(BAD, BAD, BAD);
    assertThat(scene.word()).isEqualTo("asking");

    assertThat(scene.after(Duration.ofMinutes(10)).word()).isEqualTo("asking");
    assertThat(scene.on(new Approved("ann")).word()).isEqualTo("rolling-back");
  }

  @Test
  void question_serviceWellAgain_isWithdrawn() {
    Scene scene = asking().polls(GOOD);

    assertThat(scene.word()).isEqualTo("watching");
    assertThat(scene.polls(GOOD).notices()).containsExactly(Notice.RECOVERED);
  }

  @Test
  void question_nobodyAnswers_isFollowedByWhatIsConfigured() {
    WatchSpec usual =
        Scene.charter(Scene.acting(Escalation.ASK, Map.of()), Duration.ZERO, Optional.empty());
    Duration within = Duration.ofMinutes(2);
    for (WatchSpec.Otherwise otherwise : WatchSpec.Otherwise.values()) {
      Scene scene =
          new Scene(
              new WatchSpec(
                  usual.release(),
                  usual.rules(),
                  usual.startedAt(),
                  usual.warmUp(),
                  usual.bake(),
                  usual.interval(),
                  usual.alertOnly(),
                  usual.before(),
                  Optional.of(new WatchSpec.Approval(within, otherwise))));
      scene.polls(BAD, BAD, BAD);
      assertThat(scene.after(within.minusSeconds(1)).word()).isEqualTo("asking");

      scene.after(Duration.ofSeconds(1));

      assertThat(scene.word())
          .isEqualTo(otherwise == WatchSpec.Otherwise.ROLLBACK ? "rolling-back" : "ended");
    }
  }

  @Test
  void question_goneBlindMeanwhile_isTold() {
    Poll blind = Poll.unmeasured();

    Scene scene = asking().polls(blind, blind, blind, blind);

    assertThat(scene.word()).isEqualTo("asking");
    assertThat(scene.notices()).containsExactly(Notice.BLIND);
  }

  @Test
  void strongerRule_actsWhileAWeakerOneAsks() {
    Rules rules =
        Scene.acting(Escalation.ASK, Map.of(Measure.MEMORY, new Limit(0.9, Escalation.ROLLBACK)));
    Poll both = Poll.bad().memory(0.97);

    assertThat(Scene.by(rules).polls(both, both, both).word()).isEqualTo("rolling-back");
    assertThat(Scene.by(rules).polls(BAD, both, both).word()).isEqualTo("asking");
    assertThat(Scene.by(rules).polls(BAD, both, both, both).effects())
        .containsExactly(
            Scene.begins("3 breaches in a row of the limit on memory: memory 97%, limit 90%"));
  }

  @Test
  void weakerRule_asksOnce_whenTheFirstQuestionIsWithdrawn() {
    Rules rules =
        Scene.acting(Escalation.ASK, Map.of(Measure.MEMORY, new Limit(0.9, Escalation.ASK)));
    Scene scene = Scene.by(rules).polls(BAD, BAD, Poll.bad().memory(1), Poll.bad().memory(1));
    assertThat(scene.effects()).isEmpty();

    scene.polls(Poll.good().memory(1));

    assertThat(scene.notices()).containsExactly(Notice.ASK);
    assertThat(scene.state()).isInstanceOf(WatchState.Asking.class);
  }

  @Test
  void question_heldAndLetGoOn_isAskedAgain() {
    Scene scene = asking();
    scene.on(new PauseAsked("ann", scene.now().plusSeconds(600)));
    assertThat(scene.word()).isEqualTo("paused");

    scene.on(new ResumeAsked("ann"));

    assertThat(scene.word()).isEqualTo("watching");
    assertThat(scene.polls(BAD).notices()).containsExactly(Notice.ASK);
  }

  @Test
  void question_heldAndWellAgain_isNotAskedForBreachesOfBefore() {
    Rules rules =
        new Rules(
            Rules.DEFAULT.threshold(),
            new Breaches(3, 5),
            Rules.DEFAULT.minimumRequests(),
            Rules.DEFAULT.normal(),
            Escalation.ASK,
            Map.of());
    Scene scene = Scene.by(rules).polls(BAD, BAD, BAD);
    scene.on(new PauseAsked("ann", scene.now().plusSeconds(600))).on(new ResumeAsked("ann"));

    assertThat(scene.polls(GOOD).effects()).isEmpty();
    assertThat(scene.word()).isEqualTo("watching");
    assertThat(scene.polls(BAD).notices()).containsExactly(Notice.ASK);
  }

  @Test
  void paused_pollsAreSeenAndLeaveNoMark() {
    Scene scene = usual().polls(BAD, BAD);
    scene.on(new PauseAsked("ann", scene.now().plusSeconds(600)));

    scene.polls(BAD, BAD);

    assertThat(scene.word()).isEqualTo("paused");
    assertThat(scene.streak()).isEqualTo(2);
    assertThat(scene.tally().polls()).isEqualTo(2);
    assertThat(scene.tally().lastAt()).contains(scene.now());
    scene.on(new ResumeAsked("ann"));
    assertThat(scene.polls(BAD).word()).isEqualTo("rolling-back");
  }

  @Test
  void pause_stopsTheBakeTime() {
    Scene scene = usual().polls(10, GOOD);
    scene.on(new PauseAsked("ann", scene.now().plus(Duration.ofHours(2))));
    scene.after(Duration.ofMinutes(20));
    scene.on(new ResumeAsked("ann"));
    assertThat(scene.tally().paused()).isEqualTo(Duration.ofMinutes(20));

    Duration left = Scene.BAKE.minusSeconds(300);
    assertThat(scene.after(left.minusSeconds(1)).word()).isEqualTo("watching");
    assertThat(scene.after(Duration.ofSeconds(1)).end().outcome()).isEqualTo(Outcome.HEALTHY);
  }

  @Test
  void pause_endsByItself_andCountsNoLongerThanItWasAskedFor() {
    Scene scene = usual();
    scene.on(new PauseAsked("ann", scene.now().plus(Duration.ofMinutes(5))));

    assertThat(scene.after(Duration.ofMinutes(4)).word()).isEqualTo("paused");
    assertThat(scene.after(Duration.ofMinutes(3)).word()).isEqualTo("watching");
    assertThat(scene.tally().paused()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void pollAfterThePause_isJudgedThoughNoClockTicked() {
    Scene scene = usual().polls(BAD, BAD);
    scene.on(new PauseAsked("ann", scene.now().plusSeconds(10)));

    assertThat(scene.polls(BAD).word()).isEqualTo("rolling-back");
    assertThat(scene.tally().paused()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void pauseAskedAgain_keepsItsBeginning() {
    Scene scene = usual();
    scene.on(new PauseAsked("ann", scene.now().plusSeconds(60)));
    scene.after(Duration.ofSeconds(50));
    scene.on(new PauseAsked("bob", scene.now().plusSeconds(60)));

    scene.after(Duration.ofSeconds(60));

    assertThat(scene.word()).isEqualTo("watching");
    assertThat(scene.tally().paused()).isEqualTo(Duration.ofSeconds(110));
  }

  @Test
  void pauseUntilThePast_isOverAtOnce() {
    Scene scene = usual();
    scene.on(new PauseAsked("ann", scene.now().minusSeconds(60)));

    assertThat(scene.after(Duration.ZERO).word()).isEqualTo("watching");
    assertThat(scene.tally().paused()).isZero();
  }

  @Test
  void abort_endsAWatchThatIsHeldOrAsks() {
    Scene held = usual().on(new PauseAsked("ann", Scene.START.plusSeconds(60)));
    WatchEvent.AbortAsked abort = new WatchEvent.AbortAsked("bob");

    assertThat(held.on(abort).effects())
        .containsExactly(new Finish(Outcome.ABORTED, "stopped by bob"));
    assertThat(asking().on(abort).end().outcome()).isEqualTo(Outcome.ABORTED);
  }
}
