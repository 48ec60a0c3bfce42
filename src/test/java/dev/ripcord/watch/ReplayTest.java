package dev.ripcord.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded polls are judged again as a watch would judge them. */
final class ReplayTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  /** Polls as text: {@code 3/30} errors of requests, {@code silent}, {@code ?} not measured. */
  private static List<Sample> polls(String text) {
    List<Sample> samples = new ArrayList<>();
    for (String each : text.strip().split(" +", -1)) {
      String[] parts = each.split("/", -1);
      Optional<Counts> counts =
          parts.length == 2
              ? Optional.of(new Counts(Long.parseLong(parts[1]), Long.parseLong(parts[0])))
              : Optional.empty();
      Liveness liveness =
          each.equals("silent")
              ? Liveness.SILENT
              : each.equals("?") ? Liveness.UNKNOWN : Liveness.ANSWERS;
      samples.add(sample(samples.size(), liveness, counts));
    }
    return samples;
  }

  private static Sample sample(int number, Liveness liveness, Optional<Counts> counts) {
    return new Sample(
        "v42",
        AT.plusSeconds(30L * number),
        Duration.ofSeconds(30),
        liveness,
        OptionalInt.empty(),
        counts,
        false,
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        List.of());
  }

  private static Rules rules(String breaches) {
    Rules usual = Rules.DEFAULT;
    return new Rules(
        usual.threshold(),
        Breaches.parse(breaches),
        usual.minimumRequests(),
        usual.normal(),
        usual.act(),
        Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0/100 0/100 0/100, HEALTHY, 3",
    "3, 50/100 50/100 50/100 0/100, CONDEMNED, 3",
    "3, 50/100 0/100 50/100 50/100 50/100, CONDEMNED, 5",
    "2, 50/100 50/100 0/100, CONDEMNED, 2",
    "3 of 5, 50/100 0/100 50/100 0/100 50/100, CONDEMNED, 5",
    "3, silent silent silent, CONDEMNED, 3",
    "3, 50/100 ? 50/100 ? 50/100, CONDEMNED, 5",
    "3, ? ? ? ?, INCONCLUSIVE, 4",
    "3, 0/1 0/1 0/1, INCONCLUSIVE, 3",
    "3, 0/100 0/100 0/100 50/100, INCONCLUSIVE, 4",
    "3, 0/100 0/100, INCONCLUSIVE, 2",
  })
  void polls_areJudged_upToTheOneThatCondemns(
      String breaches, String polls, Outcome outcome, int judged) {
    Replay replay = Replay.of(rules(breaches), polls(polls));

    assertThat(replay.outcome()).as(replay.text()).isEqualTo(outcome);
    assertThat(replay.polls()).hasSize(judged);
  }

  @Test
  void streak_isHeldByAPollThatWasNotMeasured_andEndedByAHealthyOne() {
    Replay replay = Replay.of(rules("3"), polls("50/100 ? 50/100 0/100 50/100"));

    assertThat(replay.polls()).extracting(Replay.Poll::streak).containsExactly(1, 1, 2, 0, 1);
  }

  /** Whatever the polls are, a release is never condemned by fewer breaches than the rule says. */
  @Test
  void anyPolls_neverCondemnBeforeThreeBreaches_seeded() {
    String[] kinds = {"0/100", "50/100", "?", "silent", "1/3", "5/100", "0/0"};
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        text.append(kinds[random.nextInt(kinds.length)]).append(' ');
      }
      Replay replay = Replay.of(Rules.DEFAULT, polls(text.toString()));
      long breaches =
          replay.polls().stream()
              .filter(each -> each.reading().kind() == HealthReading.Kind.BREACH)
              .count();
      if (replay.outcome() == Outcome.CONDEMNED) {
        assertThat(breaches).as("seed %d: %s", seed, text).isGreaterThanOrEqualTo(3);
        assertThat(replay.polls().getLast().streak()).isEqualTo(3);
      }
    }
  }
}
