package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.source.SourceFigures;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Restarts, several processes at one address, and stamps that mean nothing. */
class RestartsTest {
  private static final double START = 1_600_000_000;

  private final Readings readings = new Readings();

  private static String requests(long well, long failed) {
    return "http_requests_total{code=\"200\"} %d\nhttp_requests_total{code=\"500\"} %d\n"
        .formatted(well, failed);
  }

  private static String process(double start, long well, long failed) {
    return requests(well, failed) + "process_start_time_seconds %.3f\n".formatted(start);
  }

  private static String created(double start, long well, long failed) {
    return requests(well, failed)
        + "http_requests_created{code=\"200\"} %.3f\nhttp_requests_created{code=\"500\"} %.3f\n"
            .formatted(start, start + 0.5);
  }

  /** The wall clock at the next reading. */
  private double now() {
    return readings.next().toEpochMilli() / 1e3;
  }

  @ParameterizedTest
  @ValueSource(doubles = {30, -30, 0.05, -0.05, 1.6, -1.6, 3600, -3600, 1e6})
  void a8_stampThatMovedWhileNoCounterFell_isNoRestart(double shift) {
    readings.read(created(START, 90_000, 10_000));
    assertThat(readings.read(created(START + shift, 90_100, 10_000)).counts())
        .contains(new Counts(100, 0));
    assertThat(readings.read(created(START + 2 * shift, 90_200, 10_050)).counts())
        .contains(new Counts(150, 50));
  }

  @Test
  void a8_stampedAnewAtEachReading_isDisregardedFromThenOn() {
    readings.read(created(now(), 90_000, 10_000));
    SourceFigures figures = readings.read(created(now(), 90_100, 10_000), SecondLook.RESTLESS);
    assertThat(figures.counts()).contains(new Counts(100, 0));
    assertThat(figures.reasons().getFirst().text()).contains("while its counters went on");
    SourceFigures next = readings.read(created(now(), 90_100, 10_100));
    assertThat(next.counts()).contains(new Counts(100, 100));
    assertThat(next.reasons()).noneSatisfy(r -> assertThat(r.text()).contains("start"));
    assertThat(readings.read(created(now(), 90, 10_110)).counts()).contains(new Counts(100, 10));
  }

  @Test
  void a8_stampThatMovesOnlyOfOneSeries_isNoRestart() {
    String page =
        requests(90_000, 10_000)
            + "http_requests_created{code=\"200\"} %.3f\nhttp_requests_created{code=\"500\"} 1e9\n";
    readings.read(page.formatted(START));
    assertThat(readings.read(page.replace("90000", "90100").formatted(START + 600)).counts())
        .contains(new Counts(100, 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.6, -1.6, 0.2, -0.2, 59, -59, 7200, -7200})
  void a9_startThatDrifted_isTheSameProcess(double drift) {
    readings.read(process(START, 100_000, 20_000));
    assertThat(readings.read(process(START + drift, 100_100, 20_000)).counts())
        .contains(new Counts(100, 0));
  }

  @Test
  void a9_startThatAppearsAndDisappears_isNoRestart() {
    readings.read(requests(1000, 500));
    assertThat(readings.read(process(START, 1100, 500)).counts()).contains(new Counts(100, 0));
    assertThat(readings.read(requests(1200, 500)).counts()).contains(new Counts(100, 0));
    assertThat(readings.read(process(START + 5, 1300, 500)).counts()).contains(new Counts(100, 0));
  }

  @Test
  void a9_driftBesideOneSeriesThatWasReset_countsOnlyThatSeriesAnew() {
    String other = "http_requests_total{code=\"404\"} %d\n";
    readings.read(process(START, 100_000, 20_000) + other.formatted(500));
    assertThat(readings.read(process(START + 1.6, 100_100, 20_001) + other.formatted(7)).counts())
        .contains(new Counts(108, 1));
  }

  @Test
  void a9_farMoveBesideACounterThatStandsStill_isNoRestart() {
    readings.read(process(START, 5000, 20_000));
    assertThat(readings.read(process(START + 900, 90, 20_000)).counts())
        .contains(new Counts(90, 0));
  }

  @Test
  void a9_startBetweenTheReadings_withSomeCountersFallen_isARestart() {
    double earlier = now() - 20;
    readings.read(process(earlier, 5000, 30));
    assertThat(readings.read(process(now() - 10, 60, 40)).counts()).contains(new Counts(100, 40));
  }

  @Test
  void a9_restartAfterWhichAllCountersPassedTheirOldValues_givesOnlyAVerdictThatIsSure() {
    record Case(long well, long failed, long wellNow, long failedNow, boolean sure) {}
    for (Case c :
        List.of(
            new Case(900, 0, 1000, 100, true),
            new Case(100, 95, 1000, 100, false),
            new Case(1000, 0, 2000, 10, true))) {
      RestartsTest test = new RestartsTest();
      test.readings.read(process(START, c.well(), c.failed()));
      double start = test.now() - 10;
      SourceFigures figures = test.readings.read(process(start, c.wellNow(), c.failedNow()));
      assertThat(figures.counts().isPresent()).as(c.toString()).isEqualTo(c.sure());
      assertThat(figures.reasons().getFirst())
          .satisfies(r -> assertThat(r.code()).isEqualTo(Reason.Code.COUNTER_RESET))
          .satisfies(r -> assertThat(r.text()).contains("between the two readings"));
    }
  }

  @Test
  void a9_cpuTimeThatFell_provesARestartThatTheCountersHide() {
    String cpu = "process_cpu_seconds_total %d\n";
    readings.read(process(START, 100, 95) + cpu.formatted(400));
    SourceFigures figures = readings.read(process(now() - 10, 1000, 100) + cpu.formatted(15));
    assertThat(figures.counts()).contains(new Counts(1100, 100));
    assertThat(figures.cpu().orElseThrow()).isCloseTo(0.5, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, -0.05, 0.01, -20, -5000})
  void a10_countersThatFellAndAStartThatNoRestartGives_areSeveralProcesses(double shift) {
    readings.read(process(START, 50_000, 7000));
    SourceFigures figures = readings.read(process(START + shift, 20_045, 3100));
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst())
        .satisfies(r -> assertThat(r.code()).isEqualTo(Reason.Code.COUNTER_RESET))
        .satisfies(r -> assertThat(r.text()).contains("several instances"));
  }

  @Test
  void a10_someFallAndOthersRise_withAStartThatNoRestartGives_areSeveralProcesses() {
    readings.read(process(START, 50_000, 10));
    assertThat(readings.read(process(START + 0.05, 20_000, 3100)).counts()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"30000, 4500, 50000, 7000", "50000, 7000, 20000, 3100", "50000, 10, 20000, 3100"})
  void a10_contradictedBySecondLook_isSeveralProcessesWithoutAnyStart(
      long well, long failed, long wellNow, long failedNow) {
    readings.read(requests(well, failed));
    SourceFigures figures = readings.read(requests(wellNow, failedNow), SecondLook.CONTRADICTED);
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst().text()).contains("several instances");
  }

  @Test
  void a10_afterSeveralProcessesWereSeen_countsComeBackWithTheThirdCalmReading() {
    readings.read(requests(30_000, 4500));
    readings.read(requests(50_000, 7000), SecondLook.CONTRADICTED);
    assertThat(readings.read(requests(50_010, 7000), SecondLook.STEADY).counts()).isEmpty();
    assertThat(readings.read(requests(20_000, 3100), SecondLook.STEADY).counts()).isEmpty();
    assertThat(readings.read(requests(20_010, 3100), SecondLook.STEADY).counts()).isEmpty();
    assertThat(readings.read(requests(20_020, 3100), SecondLook.STEADY).counts()).isEmpty();
    assertThat(readings.read(requests(20_050, 3101), SecondLook.STEADY).counts())
        .contains(new Counts(31, 1));
  }

  @Test
  void a10_secondLookThatFailed_leavesTheReadingBeforeForTheNextPoll() {
    readings.read(requests(5000, 100));
    SourceFigures figures = readings.read(requests(90, 10), SecondLook.FAILED);
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst().text()).contains("could not be read again");
    assertThat(readings.read(requests(190, 10), SecondLook.STEADY).counts())
        .contains(new Counts(200, 10));
  }

  @Test
  void a30_restartBeforeEachReading_isNotHealthyFromTheThirdOn() {
    readings.read(process(START, 5000, 0));
    for (int i = 1; i <= 2; i++) {
      assertThat(readings.read(process(now() - 10, 500 - i, 0)).counts()).isPresent();
    }
    for (int i = 3; i <= 5; i++) {
      SourceFigures figures = readings.read(process(now() - 10, 500 - i, 0));
      assertThat(figures.counts()).isEmpty();
      assertThat(figures.reasons().getFirst())
          .satisfies(r -> assertThat(r.code()).isEqualTo(Reason.Code.COUNTER_RESET))
          .satisfies(r -> assertThat(r.text()).contains("began anew before each of the last"));
    }
    double last = now() - 10;
    assertThat(readings.read(process(last, 400, 0)).counts()).isEmpty();
    assertThat(readings.read(process(last, 500, 0)).counts()).contains(new Counts(100, 0));
  }

  @Test
  void a30_restartsWithoutAnyStart_areSeenByTheirCounters() {
    readings.read(requests(5000, 0));
    readings.read(requests(400, 0));
    readings.read(requests(300, 0));
    assertThat(readings.read(requests(200, 0)).counts()).isEmpty();
  }

  @Test
  void a30_failuresOfAProcessThatRestarts_areCountedAllTheSame() {
    readings.read(requests(5000, 5000));
    readings.read(requests(400, 400));
    readings.read(requests(300, 300));
    assertThat(readings.read(requests(200, 200)).counts()).contains(new Counts(400, 200));
  }
}
