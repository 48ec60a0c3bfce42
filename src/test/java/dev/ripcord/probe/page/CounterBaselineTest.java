package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.source.SourceFigures;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CounterBaselineTest {
  private final Readings readings = new Readings();

  private static String requests(long well, long failed) {
    return "http_requests_total{code=\"200\"} %d\nhttp_requests_total{code=\"500\"} %d\n"
        .formatted(well, failed);
  }

  private static String started(long start, String page) {
    return page + "process_start_time_seconds " + start + "\n";
  }

  @Test
  void firstReading_hasNothingToCompareWith() {
    SourceFigures figures = readings.read(requests(1000, 10));
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.window()).isEmpty();
    assertThat(figures.reasons())
        .singleElement()
        .satisfies(r -> assertThat(r.code()).isEqualTo(Reason.Code.NO_DATA))
        .satisfies(r -> assertThat(r.text()).contains("first reading"));
  }

  @Test
  void secondReading_isTheDifferenceOverTheMeasuredTime() {
    readings.read(requests(1000, 10));
    SourceFigures figures = readings.after(Duration.ofMillis(250)).read(requests(1090, 20));
    assertThat(figures.counts()).contains(new Counts(100, 10));
    assertThat(figures.window()).contains(Duration.ofMillis(30_250));
  }

  @Test
  void seriesThatWasNotOnAGoodPage_beganAtZero() {
    readings.read("http_requests_total{code=\"200\"} 1000\n");
    assertThat(readings.read(requests(1080, 20)).counts()).contains(new Counts(100, 20));
  }

  @Test
  void counterThatWasNotOnAGoodPage_beganAtZero() {
    readings.read("up 1\n");
    assertThat(readings.read(requests(80, 20)).counts()).contains(new Counts(100, 20));
  }

  @Test
  void seriesThatVanishedAndCameBack_beganAtZeroAgain() {
    readings.read(requests(1000, 10));
    readings.read("http_requests_total{code=\"200\"} 1000\n");
    assertThat(readings.read(requests(1000, 12)).counts()).contains(new Counts(12, 12));
  }

  @Test
  void fallWithoutAStartTime_isAResetOfThatSeriesOnly() {
    readings.read(requests(5000, 100));
    assertThat(readings.read(requests(5100, 10)).counts()).contains(new Counts(110, 10));
  }

  @Test
  void restart_countsAllSince_evenOfSeriesThatPassedTheirOldValue() {
    readings.read(started(1_790_000_000, requests(5000, 30)));
    assertThat(readings.read(started(1_790_003_600, requests(60, 40))).counts())
        .contains(new Counts(100, 40));
  }

  @Test
  void startWithinASecond_isTheSameProcess() {
    readings.read("process_start_time_seconds 1790000000.2\n" + requests(50, 30));
    SourceFigures figures =
        readings.read("process_start_time_seconds 1.7900000009E9\n" + requests(60, 40));
    assertThat(figures.counts()).contains(new Counts(20, 10));
  }

  @Test
  void restartToldByCreatedStamps_countsAllSince() {
    String created = "http_requests_created{code=\"200\"} %d\n";
    readings.read(requests(5000, 30) + created.formatted(1_790_000_000));
    assertThat(readings.read(requests(60, 40) + created.formatted(1_790_000_900)).counts())
        .contains(new Counts(100, 40));
  }

  @Test
  void startsThatGoBackAndForth_withholdTheCountsUntilOneStays() {
    long a = 1_790_000_000;
    long b = 1_790_500_000;
    readings.read(started(a, requests(1000, 10)));
    readings.read(started(b, requests(90_000, 10)));
    for (int i = 0; i < 3; i++) {
      SourceFigures back = readings.read(started(a, requests(1100 + i, 10)));
      assertThat(back.counts()).isEmpty();
      assertThat(back.reasons().getFirst().code()).isEqualTo(Reason.Code.COUNTER_RESET);
      assertThat(back.reasons().getFirst().text()).contains("several instances");
    }
    assertThat(readings.read(started(a, requests(1202, 15))).counts()).contains(new Counts(105, 5));
    assertThat(readings.read(started(b, requests(90_500, 10))).counts()).isEmpty();
  }

  @Test
  void startThatGoesBack_isAnotherInstanceAtOnce() {
    readings.read(started(1_790_500_000, requests(90_000, 10)));
    assertThat(readings.read(started(1_790_000_000, requests(1000, 10))).counts()).isEmpty();
  }

  @Test
  void afterFailedReadings_theBaselineStaysForFiveMinutes() {
    readings.read(requests(1000, 10));
    SourceFigures figures = readings.after(Duration.ofMinutes(4)).read(requests(1990, 20));
    assertThat(figures.counts()).contains(new Counts(1000, 10));
    assertThat(figures.window()).contains(Duration.ofSeconds(270));
    SourceFigures late = readings.after(Duration.ofMinutes(5)).read(requests(2990, 30));
    assertThat(late.counts()).isEmpty();
    assertThat(late.reasons().getFirst().text()).contains("first reading");
  }

  @Test
  void counterThatIsNoNumber_isLeftOutWithAReasonAndComparedAgainLater() {
    readings.read(requests(1000, 10));
    SourceFigures figures =
        readings.read(
            "http_requests_total{code=\"200\"} 1100\nhttp_requests_total{code=\"500\"} NaN\n");
    assertThat(figures.counts()).contains(new Counts(100, 0));
    assertThat(figures.reasons().getFirst().text()).contains("1 series").contains("no usable");
    assertThat(readings.read(requests(1200, 15)).counts()).contains(new Counts(105, 5));
  }

  @Test
  void counterThatWasNoNumberFromTheStart_countsFromItsFirstNumber() {
    readings.read(
        "http_requests_total{code=\"200\"} 1000\nhttp_requests_total{code=\"500\"} NaN\n");
    assertThat(readings.read(requests(1100, 700)).counts()).contains(new Counts(100, 0));
    assertThat(readings.read(requests(1200, 707)).counts()).contains(new Counts(107, 7));
  }

  @Test
  void allCountersNoNumber_givesNoCounts() {
    readings.read("http_requests_total{code=\"200\"} NaN\n");
    assertThat(readings.read("http_requests_total{code=\"200\"} NaN\n").counts()).isEmpty();
  }

  @Test
  void noTraffic_isCountedAsNone() {
    readings.read(requests(1000, 10));
    assertThat(readings.read(requests(1000, 10)).counts()).contains(Counts.NONE);
  }

  @Test
  void switchToAFamilyThatWasThereBefore_isAFirstReadingOfIt() {
    String micrometer = "http_server_requests_seconds_count{status=\"200\"} 5\n";
    readings.read(micrometer + requests(1000, 10));
    SourceFigures figures = readings.read(requests(1100, 10));
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst().text()).contains("first reading of it");
    assertThat(readings.read(requests(1200, 10)).counts()).contains(new Counts(100, 0));
  }

  @Test
  void switchToAFamilyThatWasNotThere_countsItFromZero() {
    readings.read(requests(1000, 10));
    String micrometer = "http_server_requests_seconds_count{status=\"500\"} 7\n";
    assertThat(readings.read(micrometer + requests(1100, 10)).counts()).contains(new Counts(7, 7));
  }

  @Test
  void timestampsThatDoNotMove_areStale() {
    long now = Readings.AT.toEpochMilli();
    String page = "http_requests_total{code=\"200\"} %d %d\n";
    readings.read(page.formatted(100, now));
    SourceFigures repeated = readings.read(page.formatted(100, now));
    assertThat(repeated.counts()).isEmpty();
    assertThat(repeated.reasons().getFirst().code()).isEqualTo(Reason.Code.STALE);
    assertThat(readings.read(page.formatted(150, now + 1)).counts()).contains(new Counts(50, 0));
  }

  @Test
  void timestampsFromLongAgo_areStale() {
    long old = Readings.AT.minusSeconds(3600).toEpochMilli();
    String page = "http_requests_total{code=\"200\"} %d %d\n";
    readings.read(page.formatted(100, old));
    SourceFigures figures = readings.read(page.formatted(200, old + 30_000));
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons())
        .extracting(Reason::code)
        .contains(Reason.Code.STALE, Reason.Code.NO_DATA);
  }

  @Test
  void cpuTime_isDividedByTheMeasuredTime() {
    readings.read("process_cpu_seconds_total 100\n");
    assertThat(readings.read("process_cpu_seconds_total 112.6\n").cpu().orElseThrow())
        .isCloseTo(0.42, within(1e-9));
  }

  @Test
  void cpuTimeInNanoseconds_isConverted() {
    readings.read("process_cpu_time_ns_total 1.0E11\n");
    assertThat(readings.read("process_cpu_time_ns_total 1.03E11\n").cpu().orElseThrow())
        .isCloseTo(0.1, within(1e-9));
  }

  @Test
  void cpuTimeAfterARestart_isAllSince() {
    readings.read(started(1_790_000_000, "process_cpu_seconds_total 400\n"));
    assertThat(
            readings
                .read(started(1_790_000_900, "process_cpu_seconds_total 150\n"))
                .cpu()
                .orElseThrow())
        .isCloseTo(5, within(1e-9));
  }
}
