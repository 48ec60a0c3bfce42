package dev.ripcord.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.watch.Scene;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules become for a release, by what was measured before it. */
final class RulesTest {
  private static final Bound TWICE = new Bound(2, 0);

  private static Optional<Baseline> before(long errors, long requests) {
    return Optional.of(
        new Baseline(
            requests,
            errors,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(0.19),
            OptionalDouble.of(0.4),
            OptionalDouble.empty()));
  }

  private static Rules relative(Bound bound) {
    Rules usual = Rules.DEFAULT;
    return new Rules(
        usual.threshold(),
        usual.breaches(),
        usual.minimumRequests(),
        usual.normal(),
        usual.act(),
        Map.of(
            Measure.LATENCY_P99, Limit.of(TWICE, Escalation.ROLLBACK),
            Measure.CPU, Limit.of(new Bound(1, 0.3), Escalation.ALERT),
            Measure.MEMORY, Limit.of(TWICE, Escalation.ALERT)),
        Optional.of(bound),
        usual.slowerThan(),
        usual.wholeWatch(),
        usual.clear(),
        usual.objective());
  }

  @ParameterizedTest
  @CsvSource({
    // A service that failed more than 1% before is not condemned for it.
    "0,   1000,  1%",
    "10,  1000,  1%",
    "23,  1000,  2.3%",
    "30,  99,    1%",
    "600, 10000, 6%"
  })
  void against_whatWasMeasured_isNormalWhereItIsMore(long errors, long requests, String normal) {
    Rules rules = Rules.DEFAULT.against(before(errors, requests));

    assertThat(rules.normal()).isEqualTo(Ratio.parse(normal));
    assertThat(rules.threshold()).isEqualTo(Ratio.parse("5%"));
  }

  @Test
  void against_nothing_changesNothing() {
    assertThat(Rules.DEFAULT.against(Optional.empty())).isEqualTo(Rules.DEFAULT);
    assertThat(Rules.DEFAULT.withNormal(Ratio.parse("0%")).against(before(30, 1000)).normal())
        .as("0% judges by the threshold alone")
        .isEqualTo(Ratio.parse("0%"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.03, 20, 1000, 5%,   2.0959%",
    "2, 0,    20, 1000, 4%,   2.0959%",
    "2, 0,    0,  1000, 5%,   1%",
    "1, 0.03, 0,  1000, 3%,   0.0999%",
    "1, 0.03, 2,  40,   5%,   1%",
    "3, 0,    900, 1000, 100%, 89.9202%"
  })
  void against_relativeThreshold_followsTheBaseline(
      double times, double plus, long errors, long requests, String threshold, String normal) {
    Rules rules = relative(new Bound(times, plus)).against(before(errors, requests));

    assertThat(rules.threshold()).isEqualTo(Ratio.parse(threshold));
    assertThat(rules.normal().value()).isCloseTo(Ratio.parse(normal).value(), within(1e-5));
  }

  @Test
  void against_relativeLimits_getTheirValues_andSayWhereFrom() {
    Map<Measure, Limit> limits = relative(TWICE).against(before(0, 1000)).limits();

    assertThat(limits)
        .containsEntry(
            Measure.LATENCY_P99, new Limit(0.38, Escalation.ROLLBACK, Optional.of(TWICE)));
    assertThat(limits)
        .extractingFromEntries(each -> each.getKey() + " " + each.getValue().text(each.getKey()))
        .containsExactlyInAnyOrder(
            "LATENCY_P99 380 ms (2x baseline)", "CPU 70% (baseline + 30%)", "MEMORY 2x baseline");
    assertThat(limits)
        .hasEntrySatisfying(Measure.MEMORY, limit -> assertThat(limit.holds()).isFalse());
  }

  @Test
  void limitThatDoesNotHold_judgesNothing() {
    Judge judge = new Judge(relative(TWICE).against(Optional.empty()));
    HealthReading reading =
        judge.judge(Poll.good().p99(99).memory(1).at(Scene.START), Counts.NONE).reading();

    assertThat(reading.kind()).isEqualTo(HealthReading.Kind.HEALTHY);
    assertThat(reading.measures().get(Measure.LATENCY_P99)).isEqualTo(HealthReading.Kind.UNKNOWN);
    assertThat(reading.reasons()).isEmpty();
  }

  @Test
  void boundsThatAreNone_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Bound(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Bound(-1, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> new Bound(1, Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> new Limit(0, Escalation.ALERT));
  }

  @Test
  void baseline_inWords_namesWhatWasMeasured() {
    assertThat(before(48, 12_000).orElseThrow().text(Ratio.parse("5%")))
        .isEqualTo("error rate 0.4% (48 of 12000), latency p99 190 ms, cpu 40%");
    assertThat(Baseline.of(Counts.NONE).text(Ratio.parse("5%"))).isEmpty();
  }
}
