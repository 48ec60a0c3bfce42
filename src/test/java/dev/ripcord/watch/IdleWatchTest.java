package dev.ripcord.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Escalation;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Poll;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.watch.Effect.Notice;
import dev.ripcord.watch.Effect.Notify;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class IdleWatchTest {
  private static final Poll BAD = Poll.bad();
  private static final Poll GOOD = Poll.good();
  private static final Poll BLIND = Poll.unmeasured();

  private IdleWatch standing = IdleWatch.start();
  private int polls;

  /** What people are told of each poll, one after the other. */
  private List<Notify> told(Rules rules, Poll... samples) {
    List<Notify> told = new ArrayList<>();
    Judge judge = new Judge(rules);
    for (Poll poll : samples) {
      Sample sample = poll.at(Scene.START.plus(Scene.INTERVAL.multipliedBy(++polls)));
      IdleWatch.Step step = standing.on(sample, judge, rules);
      standing = step.next();
      told.addAll(step.notices());
    }
    return told;
  }

  private List<Notify> told(Poll... samples) {
    return told(Rules.DEFAULT, samples);
  }

  @Test
  void threeBreaches_areToldOnce() {
    assertThat(told(BAD, BAD)).isEmpty();

    assertThat(told(BAD))
        .containsExactly(
            new Notify(
                Notice.LIMIT,
                "3 breaches in a row of 5% or more: error rate 50.0% (50 of 100 requests), limit"
                    + " 5%"));
    assertThat(standing.firing()).isTrue();
    assertThat(told(BAD, BAD, BAD)).isEmpty();
  }

  @Test
  void twoHealthyPolls_endIt() {
    assertThat(told(BAD, BAD, BAD, GOOD)).hasSize(1);

    assertThat(told(GOOD)).containsExactly(new Notify(Notice.RECOVERED, "healthy again"));
    assertThat(standing.firing()).isFalse();
  }

  @Test
  void aBreachBetween_beginsTheCountOfHealthyPollsAnew() {
    assertThat(told(BAD, BAD, BAD, GOOD, BAD, GOOD, BLIND)).hasSize(1);
    assertThat(standing.firing()).isTrue();

    assertThat(told(GOOD)).hasSize(1);
  }

  @Test
  void fewerBreaches_areNotTold() {
    assertThat(told(BAD, BAD, GOOD, BAD, BAD, GOOD)).isEmpty();
  }

  @Test
  void fourPollsUnmeasured_areBlind_andSeeAgain() {
    assertThat(told(BLIND, BLIND, BLIND)).isEmpty();

    assertThat(told(BLIND))
        .containsExactly(
            new Notify(
                Notice.BLIND, "nothing could be measured for 4 polls: Prometheus does not answer"));
    assertThat(told(BLIND)).isEmpty();
    assertThat(told(GOOD))
        .containsExactly(new Notify(Notice.SEES_AGAIN, "it can be measured again"));
  }

  @Test
  void limitThatAlerts_isTold_whileTheErrorRateIsHealthy() {
    Rules rules =
        Scene.acting(Escalation.ROLLBACK, Map.of(Measure.CPU, new Limit(0.9, Escalation.ALERT)));
    Poll hot = Poll.good().cpu(0.95);

    assertThat(told(rules, hot, hot, hot))
        .containsExactly(
            new Notify(
                Notice.LIMIT, "3 breaches in a row of the limit on cpu: cpu 95%, limit 90%"));
    assertThat(told(rules, Poll.good().cpu(0.1), Poll.good().cpu(0.1)))
        .extracting(Notify::notice)
        .containsExactly(Notice.RECOVERED);
  }

  @Test
  void ruleThatOnlyObserves_isNotTold() {
    assertThat(told(Scene.acting(Escalation.OBSERVE, Map.of()), BAD, BAD, BAD, BAD)).isEmpty();
  }

  @Test
  void threeOfFive_isSaidAsItIs() {
    assertThat(told(Scene.breaches("3 of 5"), BAD, GOOD, BAD, GOOD, BAD))
        .extracting(Notify::text)
        .containsExactly(
            "3 breaches of 5% or more: error rate 50.0% (50 of 100 requests), limit 5%");
  }

  @Test
  void sampleAgain_changesNothing() {
    Judge judge = new Judge(Rules.DEFAULT);
    IdleWatch once = standing.on(BAD.at(Scene.START), judge, Rules.DEFAULT).next();

    IdleWatch twice = once.on(BAD.at(Scene.START), judge, Rules.DEFAULT).next();

    assertThat(twice).isSameAs(once);
  }

  @Test
  void a22_clockOfTheSampleSetBack_breachesAreStillCounted() {
    Judge judge = new Judge(Rules.DEFAULT);
    IdleWatch now = IdleWatch.start();
    List<Notify> told = new ArrayList<>();
    for (int poll = 0; poll < 3; poll++) {
      IdleWatch.Step step =
          now.on(BAD.at(Scene.START.minus(Duration.ofHours(poll))), judge, Rules.DEFAULT);
      now = step.next();
      told.addAll(step.notices());
    }

    assertThat(told).extracting(Notify::notice).containsExactly(Notice.LIMIT);
  }

  @Test
  void anyPolls_neverToldTwiceInARowTheSame() {
    List<Notice> notices =
        told(BAD, BAD, BAD, BLIND, BLIND, BLIND, BLIND, GOOD, BLIND, GOOD, BAD, BAD, BAD).stream()
            .map(Notify::notice)
            .toList();

    assertThat(notices)
        .containsExactly(
            Notice.LIMIT, Notice.BLIND, Notice.SEES_AGAIN, Notice.RECOVERED, Notice.LIMIT);
  }
}
