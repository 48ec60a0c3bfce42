package dev.ripcord.health;

import static org.assertj.core.api.Assertions.assertThat;

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

/** What is said of a poll is what the judge made of it. */
final class ArithmeticTest {
  private static final Judge JUDGE = new Judge(Rules.DEFAULT);

  private static Sample sample(Liveness liveness, Optional<Counts> counts) {
    return new Sample(
        "v42",
        Instant.EPOCH,
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

  private static Arithmetic of(Sample sample, Counts carried) {
    return Arithmetic.of(Rules.DEFAULT, sample, JUDGE.judge(sample, carried).reading());
  }

  private static Arithmetic of(long requests, long errors, Counts carried) {
    return of(sample(Liveness.ANSWERS, Optional.of(new Counts(requests, errors))), carried);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "240|0|0|0|0 errors of 240 requests (0.0%), below 5%: healthy",
        "60|9|0|0|9 errors of 60 requests (15.0%), at or above 5%; a service that fails 1%",
        "20|1|0|0|1 errors of 20 requests (5.0%), at or above 5%, but a service that fails 1%",
        "7|1|0|0|1 errors of 7 requests (14.2%), too few to judge: unknown",
        "10|1|9|1|2 errors of 19 requests (10.5%) with the 1 of 9 carried from before, too few",
        "0|0|0|0|no requests, too few to judge",
      })
  void poll_isSaid_withItsNumbers(
      long requests, long errors, long carried, long carriedErrors, String text) {
    assertThat(of(requests, errors, new Counts(carried, carriedErrors)).text()).startsWith(text);
  }

  @Test
  void silentService_andOneThatWasNotCounted_needNoNumbers() {
    assertThat(of(sample(Liveness.SILENT, Optional.empty()), Counts.NONE).text())
        .contains("did not answer at all", "a breach");
    assertThat(of(sample(Liveness.ANSWERS, Optional.empty()), Counts.NONE).text())
        .contains("not counted: unknown");
  }

  @Test
  void text_endsWithWhatTheJudgeSays_seeded() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      long requests = random.nextInt(300);
      long errors = Math.min(requests, random.nextInt(20));
      Counts carried = new Counts(random.nextInt(15), 0);
      Sample sample = sample(Liveness.ANSWERS, Optional.of(new Counts(requests, errors)));
      HealthReading reading = JUDGE.judge(sample, carried).reading();
      Arithmetic why = Arithmetic.of(Rules.DEFAULT, sample, reading);
      String end =
          switch (reading.kind()) {
            case HEALTHY -> ": healthy";
            case BREACH, WARNING -> ": a breach";
            case UNKNOWN -> ": unknown, carried into the next poll";
          };
      assertThat(why.text()).as("%d of %d", errors, requests).endsWith(end);
      if (reading.kind() == HealthReading.Kind.BREACH) {
        assertThat(why.chance()).isLessThanOrEqualTo(why.limit());
      }
    }
  }
}
