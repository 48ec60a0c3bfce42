package dev.ripcord.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Judge.Judgement;
import dev.ripcord.health.Reason.Code;
import dev.ripcord.watch.Scene;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgeTest {
  private static final Judge JUDGE = new Judge(Rules.DEFAULT);

  private static Judgement judge(Poll poll, Counts carried) {
    return JUDGE.judge(poll.at(Scene.START), carried);
  }

  private static Judgement judge(Poll poll) {
    return judge(poll, Counts.NONE);
  }

  private static HealthReading reading(Rules rules, Poll poll) {
    return new Judge(rules).judge(poll.at(Scene.START), Counts.NONE).reading();
  }

  private static Rules normal(String ratio) {
    Rules usual = Rules.DEFAULT;
    return new Rules(
        usual.threshold(),
        usual.breaches(),
        usual.minimumRequests(),
        Ratio.parse(ratio),
        usual.act(),
        usual.limits());
  }

  @ParameterizedTest
  @CsvSource({
    "0,      100,      HEALTHY",
    "4,      100,      HEALTHY",
    "5,      100,      BREACH",
    "6,      100,      BREACH",
    "499999, 10000000, HEALTHY",
    "500000, 10000000, BREACH",
    "500001, 10000000, BREACH",
    "100,    100,      BREACH",
    "1,      21,       HEALTHY",
    "1,      20,       UNKNOWN",
    "2,      20,       UNKNOWN",
    "3,      20,       BREACH",
    "2,      30,       UNKNOWN",
    "3,      30,       BREACH",
    "3,      32,       UNKNOWN",
    "4,      80,       UNKNOWN",
    "19,     19,       UNKNOWN",
    "0,      19,       UNKNOWN",
    "0,      0,        UNKNOWN"
  })
  void errorRate_atFivePercentAndBeyondChance_breaches(long errors, long requests, Kind expected) {
    assertThat(judge(Poll.counting(errors, requests)).reading().kind()).isEqualTo(expected);
  }

  @Test
  void tooFewRequests_carryTheirCounts_andTellLater() {
    Judgement first = judge(Poll.counting(19, 19));
    Judgement second = judge(Poll.counting(19, 19), first.carried());

    assertThat(first.carried()).isEqualTo(new Counts(19, 19));
    assertThat(first.reading().reasons())
        .containsExactly(
            new Reason(Code.LOW_VOLUME, "not enough requests to judge: 19, 20 are needed"));
    assertThat(second.reading().kind()).isEqualTo(Kind.BREACH);
    assertThat(second.reading().judged()).isEqualTo(new Counts(38, 38));
  }

  @Test
  void withinChance_isUnknownAndCarried_thenBreaches() {
    Judgement first = judge(Poll.counting(2, 20));
    Judgement second = judge(Poll.counting(2, 20), first.carried());

    assertThat(first.carried()).isEqualTo(new Counts(20, 2));
    assertThat(first.reading().reasons())
        .containsExactly(
            new Reason(
                Code.LOW_VOLUME,
                "error rate 10.0% (2 of 20 requests) may be chance: a service that fails 1% when"
                    + " well shows it in 1.6% of polls"));
    assertThat(second.reading().kind()).isEqualTo(Kind.BREACH);
    assertThat(second.reading().reasons())
        .containsExactly(
            new Reason(Code.OVER_THRESHOLD, "error rate 10.0% (4 of 40 requests), limit 5%"));
  }

  @Test
  void withinChance_isCarriedOnAtTheThreshold_andDroppedBelowIt() {
    Counts carried = judge(Poll.counting(2, 20)).carried();
    Judgement atThreshold = judge(Poll.counting(0, 20), carried);
    Judgement below = judge(Poll.counting(0, 1), atThreshold.carried());

    assertThat(atThreshold.reading().kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(atThreshold.carried()).isEqualTo(new Counts(40, 2));
    assertThat(below.reading().kind()).isEqualTo(Kind.HEALTHY);
    assertThat(below.carried()).isEqualTo(Counts.NONE);
  }

  @Test
  void breach_usesItsCountsUp() {
    assertThat(judge(Poll.bad(), new Counts(40, 2)).carried()).isEqualTo(Counts.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 10, 20, BREACH",
    "3,  10, 20, BREACH",
    "2,  10, 20, UNKNOWN",
    "0,  10, 20, HEALTHY",
    "9,  9,  20, UNKNOWN",
    "5,  5,  5,  BREACH",
    "4,  4,  5,  UNKNOWN",
    "10, 10, 50, BREACH"
  })
  void ownProbes_areEnoughAtTen(long errors, long probes, int minimum, Kind expected) {
    Rules usual = Rules.DEFAULT;
    Rules rules =
        new Rules(
            usual.threshold(),
            usual.breaches(),
            minimum,
            usual.normal(),
            usual.act(),
            usual.limits());

    assertThat(reading(rules, Poll.counting(errors, probes).probed()).kind()).isEqualTo(expected);
  }

  private static Rules limits(Measure measure, double limit, Escalation act) {
    Rules usual = Rules.DEFAULT;
    return new Rules(
        usual.threshold(),
        usual.breaches(),
        usual.minimumRequests(),
        usual.normal(),
        usual.act(),
        Map.of(measure, new Limit(limit, act)),
        usual.relativeThreshold(),
        OptionalDouble.of(0.5),
        usual.wholeWatch(),
        usual.clear(),
        usual.objective());
  }

  /** The last bucket ends at 2.5 s, and the percentile stands there whatever the latency is. */
  @ParameterizedTest
  @CsvSource({
    "2.5,  2.5, BREACH",
    "0.8,  2.5, BREACH",
    "2.5,  0.3, HEALTHY",
    "2.6,  2.5, UNKNOWN",
    "2.6,  0.3, UNKNOWN"
  })
  void limitAboveTheLastBucket_cannotBeJudged(double limit, double p99, Kind expected) {
    HealthReading reading =
        reading(
            limits(Measure.LATENCY_P99, limit, Escalation.ROLLBACK),
            Poll.good().p99(p99).ofBucketsUpTo(2.5));

    assertThat(reading.measures().get(Measure.LATENCY_P99)).isEqualTo(expected);
    if (expected == Kind.UNKNOWN) {
      assertThat(reading.kind()).isEqualTo(Kind.HEALTHY);
      assertThat(reading.why(Measure.LATENCY_P99))
          .contains("its limit is 2600 ms, and the last bucket of the histogram ends at 2500 ms")
          .endsWith("set a limit of that or less, or judge slow-requests");
    }
  }

  @Test
  void slowRequests_areJudgedByTheirShare() {
    Rules rules = limits(Measure.SLOW_REQUESTS, 0.05, Escalation.ROLLBACK);

    HealthReading reading = reading(rules, Poll.good().slow(0.072));
    assertThat(reading.kind()).isEqualTo(Kind.BREACH);
    assertThat(reading.why()).isEqualTo("slow requests 7% (longer than 500 ms), limit 5%");
    assertThat(reading(rules, Poll.good().slow(0.0499)).kind()).isEqualTo(Kind.HEALTHY);
    assertThat(reading(rules, Poll.good()).measures().get(Measure.SLOW_REQUESTS))
        .isEqualTo(Kind.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_CONNECTIONS, 0.8, database connections 92%, limit 80%",
    "DATABASE_LOCK_WAIT,   30,  'database lock wait 31 s, limit 30 s'",
    "DATABASE_TRANSACTION, 300, 'database transaction 400 s, limit 300 s'"
  })
  void database_isJudgedByWhatItsSessionsDo(Measure measure, double limit, String said) {
    DatabaseState state =
        new DatabaseState(
            true,
            OptionalDouble.of(0.001),
            OptionalInt.of(90),
            OptionalInt.of(97),
            OptionalDouble.of(31.5),
            OptionalDouble.of(400));

    HealthReading reading =
        reading(limits(measure, limit, Escalation.ALERT), Poll.good().database(state));

    assertThat(reading.kind()).isEqualTo(Kind.WARNING);
    assertThat(reading.why()).startsWith(said);
  }

  @Test
  void silentService_breachesWithoutCounting() {
    Judgement judgement = judge(Poll.silent(), new Counts(19, 1));

    assertThat(judgement.reading().kind()).isEqualTo(Kind.BREACH);
    assertThat(judgement.reading().judged()).isEqualTo(Counts.NONE);
    assertThat(judgement.reading().unmeasured()).isFalse();
    assertThat(judgement.carried()).isEqualTo(Counts.NONE);
    assertThat(judgement.reading().why(Measure.ERROR_RATE))
        .isEqualTo("connection refused by 127.0.0.1:8080");
  }

  @Test
  void nothingMeasured_isUnknownAndUnmeasured_andKeepsWhatIsCarried() {
    Judgement judgement = judge(Poll.unmeasured(), new Counts(19, 1));

    assertThat(judgement.reading().kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(judgement.reading().unmeasured()).isTrue();
    assertThat(judgement.carried()).isEqualTo(new Counts(19, 1));
    assertThat(judgement.reading().reasons())
        .extracting(Reason::code)
        .containsOnly(Code.SOURCE_DOWN);
  }

  @Test
  void nothingMeasured_withoutAReason_getsOne() {
    assertThat(judge(new Poll()).reading().reasons())
        .containsExactly(new Reason(Code.NO_DATA, "requests and errors could not be counted"));
  }

  @Test
  void tooFewRequests_areNotUnmeasured() {
    assertThat(judge(Poll.counting(0, 0)).reading().unmeasured()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "OBSERVE,  WARNING, HEALTHY",
    "ALERT,    WARNING, WARNING",
    "ASK,      BREACH,  BREACH",
    "ROLLBACK, BREACH,  BREACH"
  })
  void limitReached_saysAsMuchAsItsRungAllows(Escalation act, Kind measure, Kind whole) {
    Rules rules = Scene.acting(Escalation.ROLLBACK, Map.of(Measure.CPU, new Limit(0.9, act)));

    HealthReading reading = reading(rules, Poll.good().cpu(0.9));

    assertThat(reading.measures())
        .containsOnly(Map.entry(Measure.ERROR_RATE, Kind.HEALTHY), Map.entry(Measure.CPU, measure));
    assertThat(reading.kind()).isEqualTo(whole);
    assertThat(reading.reasons())
        .containsExactly(new Reason(Code.OVER_THRESHOLD, "cpu 90%, limit 90%"));
  }

  @ParameterizedTest
  @CsvSource({"OBSERVE, HEALTHY", "ALERT, WARNING", "ASK, BREACH", "ROLLBACK, BREACH"})
  void errorRateReached_saysAsMuchAsItsRungAllows(Escalation act, Kind whole) {
    HealthReading reading = reading(Scene.acting(act, Map.of()), Poll.bad());

    assertThat(reading.measures()).containsOnly(Map.entry(Measure.ERROR_RATE, Kind.BREACH));
    assertThat(reading.kind()).isEqualTo(whole);
  }

  @Test
  void limitNotReached_isHealthy() {
    Rules rules =
        Scene.acting(
            Escalation.ROLLBACK, Map.of(Measure.LATENCY_P99, new Limit(0.8, Escalation.ROLLBACK)));

    assertThat(reading(rules, Poll.good().p99(0.799)).kind()).isEqualTo(Kind.HEALTHY);
    assertThat(reading(rules, Poll.good().p99(0.8)).why())
        .isEqualTo("latency p99 800 ms, limit 800 ms");
  }

  @Test
  void figureMissingOrNotANumber_isUnknownForItsMeasureAlone() {
    Rules rules =
        Scene.acting(
            Escalation.ROLLBACK,
            Map.of(
                Measure.LATENCY_P99,
                new Limit(0.8, Escalation.ROLLBACK),
                Measure.MEMORY,
                new Limit(0.9, Escalation.ROLLBACK)));

    HealthReading reading = reading(rules, Poll.good().p99(Double.NaN));

    assertThat(reading.measures())
        .containsEntry(Measure.LATENCY_P99, Kind.UNKNOWN)
        .containsEntry(Measure.MEMORY, Kind.UNKNOWN);
    assertThat(reading.kind()).isEqualTo(Kind.HEALTHY);
  }

  @Test
  void limitReached_whileTheErrorRateIsUnknown_isAWarning() {
    Rules rules =
        Scene.acting(Escalation.ROLLBACK, Map.of(Measure.CPU, new Limit(0.9, Escalation.ALERT)));

    assertThat(reading(rules, Poll.unmeasured().cpu(0.95)).kind()).isEqualTo(Kind.WARNING);
  }

  @Test
  void reasons_ofSeveralMeasures_comeInTheOrderOfTheMeasures_andAreToldApart() {
    Rules rules =
        Scene.acting(
            Escalation.ROLLBACK,
            Map.of(
                Measure.MEMORY, new Limit(0.9, Escalation.ALERT),
                Measure.CPU, new Limit(0.9, Escalation.ALERT),
                Measure.LATENCY_P99, new Limit(0.8, Escalation.ALERT)));

    HealthReading reading = reading(rules, Poll.bad().memory(0.97).p99(0.95).cpu(0.91));

    assertThat(reading.reasons())
        .extracting(Reason::text)
        .containsExactly(
            "error rate 50.0% (50 of 100 requests), limit 5%",
            "latency p99 950 ms, limit 800 ms", "cpu 91%, limit 90%", "memory 97%, limit 90%");
    assertThat(reading.why(Measure.ERROR_RATE)).startsWith("error rate 50.0%");
    assertThat(reading.why(Measure.MEMORY)).isEqualTo("memory 97%, limit 90%");
    assertThat(reading.why(Measure.LATENCY_P50)).isEqualTo("breach");
  }

  @Test
  void normalZero_judgesByTheThresholdAlone() {
    assertThat(reading(normal("0%"), Poll.counting(1, 20)).kind()).isEqualTo(Kind.BREACH);
    assertThat(reading(normal("0%"), Poll.counting(1, 21)).kind()).isEqualTo(Kind.HEALTHY);
    assertThat(reading(normal("0%"), Poll.counting(1, 19)).kind()).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void normalAboveTheThreshold_isNotCondemnedForBeingAsItWas() {
    assertThat(reading(normal("6%"), Poll.counting(60, 1000)).kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(reading(normal("6%"), Poll.counting(200, 1000)).kind()).isEqualTo(Kind.BREACH);
  }
}
