package dev.ripcord.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Rules;
import dev.ripcord.json.Examples;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunState;
import dev.ripcord.watch.Condemnation;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the entries of a watch say of it, one after the other. */
class WatchProjectionTest {
  private static final Entry OPENED = new Entry.Opened(Examples.charter("v42"));
  private static final Entry PLANNED = new Entry.Planned(Examples.plan());

  private static List<Recorded> recorded(Entry... entries) {
    List<Recorded> recorded = new ArrayList<>();
    for (Entry entry : entries) {
      recorded.add(Examples.recorded(30L * recorded.size(), entry));
    }
    return recorded;
  }

  private static WatchProjection fold(Entry... entries) {
    return WatchProjection.fold(recorded(entries));
  }

  private static Entry poll(long requests, long errors) {
    return new Entry.Watched(new WatchEvent.Sampled(Examples.sample(requests, errors)));
  }

  private static Entry ran(RunEvent event) {
    return new Entry.Ran(event);
  }

  @Test
  void opening_isWatchedAndNothingElse() {
    WatchProjection watch = fold(OPENED);

    assertThat(watch.id()).isEqualTo(17);
    assertThat(watch.charter()).isEqualTo(Examples.charter("v42"));
    assertThat(watch.state().phase()).isEqualTo(WatchState.Phase.WATCHING);
    assertThat(watch.poll()).isEmpty();
    assertThat(watch.plan()).isEmpty();
    assertThat(watch.run()).isEmpty();
    assertThat(watch.refusals()).isEmpty();
    assertThat(watch.began()).isEmpty();
    assertThat(watch.newest()).isZero();
  }

  @Test
  void entriesWithoutAnOpening_areRefused_andTellFollowersNothing() {
    assertThatThrownBy(() -> fold(PLANNED, OPENED)).hasMessageContaining("begins with its opening");
    assertThatThrownBy(WatchProjectionTest::fold).hasMessageContaining("begins with its opening");
    assertThat(WatchProjection.after(Optional.empty(), Examples.recorded(3, PLANNED))).isEmpty();
  }

  @Test
  void poll_isWhatTheLastEntryMeans_andNoOtherEntryIsOne() {
    WatchProjection watch = fold(OPENED, poll(1000, 71), poll(1000, 72));

    WatchProjection.Poll poll = watch.poll().orElseThrow();
    assertThat(poll.sample()).isEqualTo(Examples.sample(1000, 72));
    assertThat(poll.reading().kind()).isEqualTo(HealthReading.Kind.BREACH);
    assertThat(poll.streak()).isEqualTo(2);
    assertThat(poll.condemned()).isEmpty();
    assertThat(fold(OPENED, poll(1000, 71), new Entry.ClockJumped(Duration.ofHours(1))).poll())
        .isEmpty();
  }

  @Test
  void pollBeforeTheWarmUpIsOver_isNotJudged() {
    WatchSpec usual = Examples.charter("v42");
    Entry warming =
        new Entry.Opened(
            new WatchSpec(
                usual.release(),
                Rules.DEFAULT,
                usual.startedAt(),
                Duration.ofHours(1),
                usual.bake(),
                usual.interval(),
                usual.alertOnly(),
                usual.before()));

    assertThat(fold(warming, poll(1000, 71)).poll()).isEmpty();
  }

  @Test
  void pollThatCondemns_saysWhy_andTheOnesBeforeItDoNot() {
    WatchProjection watch = fold(OPENED, poll(1000, 71), poll(1000, 72), poll(1000, 73));

    Condemnation why = watch.poll().orElseThrow().condemned().orElseThrow();
    assertThat(why.rule()).isEqualTo("3 breaches of 5% or more");
    assertThat(why.figures()).contains("7.3%");
    assertThat(why.text()).startsWith("3 breaches in a row of 5% or more: ");
    assertThat(watch.state())
        .isInstanceOfSatisfying(
            WatchState.RollingBack.class, rolling -> assertThat(rolling.cause()).isEqualTo(why));
  }

  @Test
  void rollback_isFollowedStepByStep() {
    WatchProjection watch =
        fold(
            OPENED,
            PLANNED,
            ran(new RunEvent.Begun()),
            ran(new RunEvent.StepBegun(0)),
            ran(new RunEvent.StepFailed(0, "no such image")));

    Plan plan = watch.plan().orElseThrow();
    assertThat(watch.step(2)).contains(plan.steps().get(2));
    assertThat(watch.step(4)).isEmpty();
    assertThat(watch.began()).contains(Examples.AT.plusSeconds(60));
    assertThat(watch.run()).get().isInstanceOf(RunState.Ended.class);
    assertThat(fold(OPENED, PLANNED).began()).isEmpty();
  }

  @Test
  void refusal_isKept() {
    Refusal refusal = new Refusal("no-previous-image", "no image", "name one");

    assertThat(fold(OPENED, new Entry.Refused(List.of(refusal))).refusals())
        .containsExactly(refusal);
  }

  @Test
  void abortOfARunningRollback_isAWishToStopIt_andOfAWatchItsEnd() {
    Entry abort = new Entry.Watched(new WatchEvent.AbortAsked("ann"));

    WatchProjection rolling =
        fold(OPENED, poll(1000, 71), poll(1000, 72), poll(1000, 73), PLANNED, abort);
    assertThat(rolling.stopBy()).contains("ann");
    assertThat(rolling.state().phase()).isEqualTo(WatchState.Phase.ROLLING_BACK);
    assertThat(fold(OPENED, abort).stopBy()).isEmpty();
    assertThat(fold(OPENED, abort).state().phase()).isEqualTo(WatchState.Phase.ENDED);
  }

  @Test
  void clockThatWasSet_doesNotShortenTheBake() {
    Entry jump = new Entry.ClockJumped(Duration.ofHours(2));
    Entry tick = new Entry.Watched(new WatchEvent.Ticked());

    WatchProjection watch =
        WatchProjection.fold(
            List.of(
                Examples.recorded(0, OPENED),
                Examples.recorded(7230, jump),
                Examples.recorded(7231, tick)));

    assertThat(watch.jumped()).isEqualTo(Duration.ofHours(2));
    assertThat(watch.state().phase()).isEqualTo(WatchState.Phase.WATCHING);
    assertThat(watch.last()).isEqualTo(Examples.AT.plusSeconds(7231));
  }

  @Test
  void followers_knowAWatchUntilItsEnd() {
    WatchProjections watches = new WatchProjections();
    watches.follow(Examples.recorded(1, OPENED));
    assertThat(watches.knows(17)).isTrue();

    Optional<WatchProjection> planned = watches.follow(Examples.recorded(2, PLANNED));
    assertThat(planned.flatMap(WatchProjection::plan)).contains(Examples.plan());
    Entry end = new Entry.Finished(Outcome.ROLLED_BACK, "well");
    assertThat(watches.follow(Examples.recorded(3, end)).flatMap(WatchProjection::plan))
        .contains(Examples.plan());
    assertThat(watches.knows(17)).isFalse();
  }
}
