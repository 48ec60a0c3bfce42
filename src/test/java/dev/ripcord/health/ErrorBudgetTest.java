package dev.ripcord.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors that never cross the threshold and yet spend what an objective allows. */
final class ErrorBudgetTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final Duration POLL = Duration.ofSeconds(30);

  private final ErrorBudget budget = new ErrorBudget(Ratio.parse("99.9%"));
  private Instant now = NOON;

  /** The first poll of so many at which it burns; empty when none does. */
  private Optional<Integer> burns(int polls, long errors, long requests) {
    for (int i = 1; i <= polls; i++) {
      now = now.plus(POLL);
      budget.add(now, new Counts(requests, errors));
      if (budget.burn().isPresent()) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  @Test
  void nearlyFivePercent_isFoundWithinMinutes_andSaysWhenAllIsSpent() {
    assertThat(burns(240, 49, 1000).orElseThrow()).isLessThan(5);

    burns(120, 49, 1000);
    ErrorBudget.Burn burn = budget.burn().orElseThrow();
    assertThat(burn.rate()).isCloseTo(49, within(0.5));
    assertThat(burn.lasts().toMinutes() / 60.0).isCloseTo(14.7, within(0.2));
  }

  @ParameterizedTest
  @CsvSource({"1, 1000", "5, 1000", "0, 1000", "0, 0"})
  void lessThanSixTimesWhatIsAllowed_isFine(long errors, long requests) {
    assertThat(burns(1440, errors, requests)).isEmpty();
  }

  @Test
  void sixTimesWhatIsAllowed_isFoundOverSixHours() {
    assertThat(burns(1440, 7, 1000)).isPresent();
    assertThat(budget.burn().orElseThrow().window()).isEqualTo(Duration.ofHours(6));
  }

  @Test
  void theFirstErrorOfAQuietService_isChance() {
    assertThat(burns(1, 1, 10)).isEmpty();
    assertThat(burns(600, 0, 1)).isEmpty();
    assertThat(burns(1, 4, 4)).isPresent();
  }

  @Test
  void whatIsOver_endsTheAlertSoon_thoughTheHourIsStillBad() {
    burns(120, 49, 1000);
    assertThat(budget.burn()).isPresent();

    for (int poll = 0; poll < 70; poll++) {
      now = now.plus(POLL);
      budget.add(now, new Counts(1000, 0));
    }

    assertThat(budget.burn()).isEmpty();
  }

  @Test
  void longSilence_forgets() {
    burns(120, 49, 1000);
    now = now.plus(Duration.ofHours(7));
    budget.add(now, new Counts(10, 0));
    assertThat(budget.burn()).isEmpty();
  }

  @Test
  void clockSetBack_losesAndInventsNothing() {
    burns(100, 0, 1000);
    budget.add(now.minus(Duration.ofDays(2)), new Counts(1_000_000, 900_000));
    assertThat(budget.burn()).isPresent();
  }

  /** A service that just keeps its objective, for a month, at three levels of traffic. */
  @ParameterizedTest
  @CsvSource({"5, 11", "100, 12", "5000, 13"})
  void serviceThatJustKeepsIt_isNearlyNeverToldOf(int requests, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int told = 0;
    boolean burning = false;
    for (int poll = 0; poll < 30 * 2880; poll++) {
      long errors = 0;
      for (int i = 0; i < requests; i++) {
        errors += random.nextInt(1000) == 0 ? 1 : 0;
      }
      now = now.plus(POLL);
      budget.add(now, new Counts(requests, errors));
      boolean burns = budget.burn().isPresent();
      told += burns && !burning ? 1 : 0;
      burning = burns;
    }
    assertThat(told).isLessThanOrEqualTo(1);
  }

  @Test
  void objectiveOfAll_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ErrorBudget(Ratio.parse("100%")));
  }
}
