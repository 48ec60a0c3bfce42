package dev.ripcord.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Played watches: how often the test is wrong, and how soon it is right. Seeds are fixed. */
final class SequentialTestTest {
  private static final Rules RULES = Rules.DEFAULT;

  /** After how many polls the test is sure; 0 when it is not within so many. */
  private static int surePoll(Random random, double rate, int requests, int polls) {
    Counts total = Counts.NONE;
    for (int poll = 1; poll <= polls; poll++) {
      long errors = 0;
      for (int i = 0; i < requests; i++) {
        errors += random.nextDouble() < rate ? 1 : 0;
      }
      total = total.plus(new Counts(requests, errors));
      if (SequentialTest.isSure(total, RULES)) {
        return poll;
      }
    }
    return 0;
  }

  private static int sure(long seed, double rate, int requests, int polls, int watches) {
    Random random = new Random(seed);
    int sure = 0;
    for (int i = 0; i < watches; i++) {
      sure += surePoll(random, rate, requests, polls) > 0 ? 1 : 0;
    }
    return sure;
  }

  @ParameterizedTest
  @CsvSource({"0.01, 1", "0.01, 5", "0.01, 30", "0.005, 30", "0, 30"})
  void serviceThatIsWell_isAlarmedOfOnceInAThousandWatches_howeverOftenItIsLookedAt(
      double rate, int requests) {
    assertThat(sure(1, rate, requests, 120, 4_000)).isLessThanOrEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    // Six percent on ten requests a poll, which three polls in a row seldom find.
    "0.06, 10, 30, 80",
    "0.10, 10, 30, 99",
    "0.06, 20, 30, 90",
    "0.50, 3, 10, 99",
  })
  void steadyFailure_ofAQuietService_isFoundWithinItsWatch(
      double rate, int requests, int polls, int percent) {
    assertThat(sure(2, rate, requests, polls, 1_000)).isGreaterThanOrEqualTo(percent * 10);
  }

  /** One more request never raises the mean of the evidence for a service that is well. */
  @Test
  void evidence_isASupermartingale_forEveryRateUpToNormal() {
    for (long requests = 0; requests < 400; requests += 7) {
      for (long errors = 0; errors <= Math.min(requests, 30); errors++) {
        double now = SequentialTest.evidence(new Counts(requests, errors), RULES);
        double good = SequentialTest.evidence(new Counts(requests + 1, errors), RULES);
        double bad = SequentialTest.evidence(new Counts(requests + 1, errors + 1), RULES);
        for (double rate : new double[] {0, 0.001, 0.005, 0.01}) {
          assertThat(rate * bad + (1 - rate) * good).isLessThanOrEqualTo(now * (1 + 1e-9));
        }
      }
    }
  }

  @Test
  void rateBelowTheThreshold_isNeverSure_andNoLimitAboveNormalSaysNothing() {
    assertThat(SequentialTest.isSure(new Counts(100_000, 4_999), RULES)).isFalse();
    assertThat(SequentialTest.isSure(new Counts(100_000, 5_000), RULES)).isTrue();
    Rules loose =
        new Rules(
            new Ratio(50_000),
            RULES.breaches(),
            20,
            new Ratio(900_000),
            Escalation.ROLLBACK,
            Map.of());
    assertThat(SequentialTest.evidence(new Counts(100, 100), loose)).isZero();
    assertThat(SequentialTest.evidence(Counts.NONE, RULES)).isEqualTo(1);
  }
}
