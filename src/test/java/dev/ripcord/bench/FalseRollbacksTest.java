package dev.ripcord.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures that docs/judgement.md promises, calculated anew. */
final class FalseRollbacksTest {
  private static double inTenYears(long requests) {
    return FalseRollbacks.inTenYears(Rules.DEFAULT, requests, 0.01);
  }

  @Test
  void serviceThatIsWell_atTheWorstTraffic_isRolledBackOnceInEightYears() {
    assertThat(inTenYears(31)).isCloseTo(1.25, within(0.01));
  }

  @ParameterizedTest
  @CsvSource({"10", "20", "30", "32", "60", "100", "200"})
  void serviceThatIsWell_atAnyTraffic_isRolledBackNoMoreOftenThanAtTheWorst(long requests) {
    assertThat(inTenYears(requests)).isLessThan(1.25);
  }

  @Test
  void thresholdAlone_wouldRollBackFiveThousandTimesAYear() {
    double aYear = FalseRollbacks.inTenYears(FalseRollbacks.literal(), 20, 0.01) / 10;

    assertThat(aYear).isBetween(5_000.0, 5_500.0);
  }

  @Test
  void tenPercentOnTwentyRequests_isCondemnedWithinTwentyPolls() {
    assertThat(new PollChain(Rules.DEFAULT, 20, 0.1).condemnedWithin(20)).isGreaterThan(0.97);
  }

  @Test
  void fiftyPercentOnThirtyRequests_isCondemnedAtTheThirdPoll() {
    assertThat(new PollChain(Rules.DEFAULT, 30, 0.5).condemnedWithin(3)).isGreaterThan(0.9999);
  }

  /** The chain against watches that are played: 6% fail, so that it happens often enough to see. */
  @ParameterizedTest
  @CsvSource({"20", "30", "7"})
  void chain_agreesWithWatchesThatArePlayed(int requests) {
    long seed = Long.getLong("seed", 20_260_204L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int rounds = 5_000;
    int condemned = 0;
    for (int round = 0; round < rounds; round++) {
      condemned += isCondemned(requests, 0.06, 20, random) ? 1 : 0;
    }
    double expected = new PollChain(Rules.DEFAULT, requests, 0.06).condemnedWithin(20);

    double sigma = Math.sqrt(expected * (1 - expected) / rounds);
    assertThat(condemned / (double) rounds)
        .as("seed %s", seed)
        .isCloseTo(expected, within(4.5 * sigma));
  }

  /** Three breaches in a row, counted by hand from what the judge says of each poll. */
  private static boolean isCondemned(int requests, double rate, int polls, Random random) {
    Judge judge = new Judge(Rules.DEFAULT);
    Counts carried = Counts.NONE;
    int inARow = 0;
    for (int poll = 0; poll < polls && inARow < 3; poll++) {
      int errors = 0;
      for (int request = 0; request < requests; request++) {
        errors += random.nextDouble() < rate ? 1 : 0;
      }
      Judge.Judgement judgement = judge.judge(sample(requests, errors), carried);
      carried = judgement.carried();
      if (judgement.reading().kind() != HealthReading.Kind.UNKNOWN) {
        inARow = judgement.reading().kind() == HealthReading.Kind.BREACH ? inARow + 1 : 0;
      }
    }
    return inARow == 3;
  }

  /** A burst of up to 30 failing requests a day, over in a second, at the worst levels. */
  @ParameterizedTest
  @ValueSource(ints = {20, 31, 100})
  void shortBurstEachDay_doublesTheFalseRollbacksAtMost(int requests) {
    double added = new Bursts(Rules.DEFAULT, requests, 0.01, 30, 1).condemning(20_000, 7) * 3652.5;

    assertThat(added).isLessThan(FalseRollbacks.inTenYears(Rules.DEFAULT, requests, 0.01));
  }

  @Test
  void burstThatLastsForMinutes_isAFailure_andIsSeen() {
    Bursts outage = new Bursts(Rules.DEFAULT, 10, 0.01, 60, Double.MAX_VALUE);

    assertThat(outage.condemning(500, 7)).isGreaterThan(0.2);
  }

  @Test
  void rulesWithoutAFloor_areWrongThousandsOfTimes() {
    double watches = 35_064;
    assertThat(FalseRollbacks.inTenYears(NaiveRules.threeInARow(), 10, 0.01))
        .isBetween(8_000.0, 9_000.0);
    assertThat(NaiveRules.cumulative(10, 0.01, NaiveRules.POLLS) * watches)
        .isBetween(19_000.0, 20_000.0);
    assertThat(NaiveRules.cumulative(300, 0.5, NaiveRules.POLLS)).isEqualTo(1);
  }

  private static Sample sample(long requests, long errors) {
    return new Sample(
        "v42",
        Instant.EPOCH,
        Duration.ofSeconds(30),
        Liveness.ANSWERS,
        OptionalInt.empty(),
        Optional.of(new Counts(requests, errors)),
        false,
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        List.of());
  }
}
