package dev.ripcord.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.HealthReading;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.watch.BakeTime;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SummaryTest {
  private static ServiceStatus polled(HealthReading.Kind kind) {
    return Services.polled("shop", kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HEALTHY                  | ✔ Nothing is wrong: the one service is healthy",
        "HEALTHY HEALTHY          | ✔ Nothing is wrong: all 2 services are healthy",
        "HEALTHY UNKNOWN          | ? Nothing is known to be wrong: 1 that cannot be judged, of 2"
            + " services",
        "HEALTHY WARNING UNKNOWN  | ▲ Look at this: 1 with a warning, 1 that cannot be judged, of 3"
            + " services",
        "BREACH HEALTHY UNKNOWN   | ✖ Something is wrong: 1 in breach, of 3 services",
        "BREACH HEALTHY WARNING   | ✖ Something is wrong: 1 in breach, 1 with a warning, of 3"
            + " services",
      })
  void polls_areAnsweredInOneLine(String kinds, String line) {
    List<ServiceStatus> services =
        Arrays.stream(kinds.split(" ", -1))
            .map(HealthReading.Kind::valueOf)
            .map(SummaryTest::polled)
            .toList();

    assertThat(new Summary(services, Optional.empty()).line()).isEqualTo(line);
  }

  @Test
  void serviceThatWasNotPolledYet_isNotOneThatCannotBeJudged() {
    assertThat(
            new Summary(
                    List.of(Examples.idle("shop"), polled(HealthReading.Kind.HEALTHY)),
                    Optional.empty())
                .line())
        .isEqualTo("? Nothing is known to be wrong: 1 not polled yet, of 2 services");
  }

  @Test
  void noService_isNotAllHealthy() {
    assertThat(new Summary(List.of(), Optional.empty()).line())
        .isEqualTo("? No service is configured");
  }

  @Test
  void daemonThatIsNotReady_isWrongWhateverItKnows() {
    assertThat(
            new Summary(List.of(polled(HealthReading.Kind.HEALTHY)), Optional.of("full disk"))
                .line())
        .startsWith("✖ Ripcord is not ready; last known: ");
  }

  @Test
  void tab_hasTheWorstInAFewWords() {
    assertThat(
            new Summary(
                    List.of(polled(HealthReading.Kind.WARNING), polled(HealthReading.Kind.BREACH)),
                    Optional.empty())
                .title())
        .isEqualTo("✖ 1 in breach");
    assertThat(new Summary(List.of(polled(HealthReading.Kind.HEALTHY)), Optional.empty()).title())
        .isEqualTo("✔ all healthy");
    assertThat(new Summary(List.of(), Optional.of("starting")).title()).isEqualTo("✖ not ready");
  }

  @Test
  void rollback_isNotWell() {
    WatchStatus watch = Examples.watch(17, "v42");
    WatchStatus rolling = new WatchStatus(watch.row(), Phase.ROLLING_BACK, 7, false, "");
    WatchStatus asking = new WatchStatus(watch.row(), Phase.ASKING, 7, false, "");

    assertThat(line(Services.watched(rolling))).startsWith("↺ Look at this: 1 being rolled back");
    assertThat(line(Services.watched(asking)))
        .startsWith("▲ Look at this: 1 waiting for an approval");
  }

  @Test
  void rollback_thatAsksAboutItsDowns_waitsForAnApproval() {
    WatchStatus asking =
        new WatchStatus(
            Examples.watch(17, "v42").row(),
            Phase.ROLLING_BACK,
            7,
            false,
            "",
            BakeTime.UNBROKEN,
            true);

    assertThat(line(Services.watched(asking)))
        .startsWith("▲ Look at this: 1 waiting for an approval")
        .doesNotContain("being rolled back");
    assertThat(Mark.of(asking).sign() + " " + Mark.word(asking)).isEqualTo("▲ waits for approval");
    assertThat(asking.state()).isEqualTo("rolling-back");
  }

  @Test
  void end_ofTheLastRelease_staysUntilANewerOneIsWatched() {
    assertThat(line(Services.ended(Outcome.FAILED)))
        .isEqualTo("✖ Something is wrong: 1 condemned or not rolled back well, of 1 service");
    assertThat(line(Services.ended(Outcome.ROLLED_BACK)))
        .isEqualTo("✔ Nothing is wrong: the one service is healthy; 1 rolled back");
    assertThat(line(Services.ended(Outcome.HEALTHY)))
        .isEqualTo("✔ Nothing is wrong: the one service is healthy");
  }

  private static String line(ServiceStatus status) {
    return new Summary(List.of(status), Optional.empty()).line();
  }
}
