package dev.ripcord.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.DownRights;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosisTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static Sample sample(Liveness liveness, Optional<Counts> counts, Reason... reasons) {
    return new Sample(
        "",
        NOW,
        Duration.ofSeconds(5),
        liveness,
        OptionalInt.empty(),
        counts,
        false,
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.of(0.5),
        Optional.empty(),
        List.of(reasons));
  }

  private static List<Finding> source(Sample sample) {
    HealthReading reading = new Judge(Rules.DEFAULT).judge(sample, Counts.NONE).reading();
    return Diagnosis.source("shop", sample, reading);
  }

  private static Planned possible(List<String> kept) {
    return possible(kept, Optional.empty());
  }

  private static Planned possible(List<String> kept, Optional<String> noBackup) {
    Release release =
        new Release(
            new ServiceName("shop"),
            "v42",
            Optional.empty(),
            Optional.of(ImageRef.parse("acme/shop:41")),
            Optional.empty());
    return new Planned.Possible(
        new Plan(release, Order.IMAGE_FIRST, List.of(), "", List.of(), kept, "its rows matter"),
        "present, 38 MB",
        Optional.empty(),
        noBackup);
  }

  @Test
  void source_thatIsRead_saysWhatWasFound() {
    assertThat(source(sample(Liveness.ANSWERS, Optional.of(new Counts(1000, 3)))))
        .singleElement()
        .isEqualTo(Finding.good("source", "read; found 1000 requests, 3 errors, memory"));
  }

  @Test
  void source_withFewRequests_isStillRead() {
    assertThat(source(sample(Liveness.ANSWERS, Optional.of(new Counts(2, 0)))))
        .extracting(Finding::state)
        .containsExactly(Finding.State.TRUE);
  }

  @Test
  void source_thatCannotBeRead_isNotTrue_withTheReason() {
    Reason refused = new Reason(Reason.Code.UNAUTHORIZED, "metrics page answered 401");

    assertThat(source(sample(Liveness.UNKNOWN, Optional.empty(), refused)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.state()).isEqualTo(Finding.State.FALSE);
              assertThat(finding.text()).contains("metrics page answered 401");
              assertThat(finding.next()).contains("ripcord check shop -v shows each source");
            });
  }

  @Test
  void source_ofAServiceThatIsSilent_isNotTrue() {
    Reason refused = new Reason(Reason.Code.CONNECT, "connection refused");

    assertThat(source(sample(Liveness.SILENT, Optional.empty(), refused)))
        .singleElement()
        .isEqualTo(
            Finding.bad(
                "source",
                "the service does not answer: connection refused",
                "ripcord check shop -v shows each source"));
  }

  @ParameterizedTest
  @CsvSource({
    "target_absent, previous image, FALSE",
    "no_target,     previous image, FALSE",
    "no_way_back,   downs,          FALSE",
    "down_changed,  downs,          FALSE",
    "no_right,      downs,          FALSE",
    "cannot_stop,   rollback,       FALSE",
    "unreachable,   rollback,       UNKNOWN"
  })
  void refusal_isAFindingOfItsSubject(String code, String subject, Finding.State state) {
    Refusal refusal = new Refusal(code, "the text", "do this");

    assertThat(
            Diagnosis.plan("shop", new Planned.Impossible(List.of(refusal), List.of()), List.of()))
        .containsExactly(
            new Finding(Optional.empty(), subject, state, "the text", Optional.of("do this")));
  }

  @Test
  void plan_withoutMigrations_isTrue_withTheImage() {
    assertThat(Diagnosis.plan("shop", possible(List.of()), List.of()))
        .containsExactly(
            Finding.good("previous image", "acme/shop:41: present, 38 MB"),
            Finding.good("downs", "v42 has no migrations to revert"));
  }

  @Test
  void plan_withoutItsBackup_isTrue_withAWarning() {
    List<Finding> findings =
        Diagnosis.plan("shop", possible(List.of(), Optional.of("no pg_dump here")), List.of());

    assertThat(findings)
        .last()
        .satisfies(
            finding -> {
              assertThat(finding.subject()).isEqualTo("backup");
              assertThat(finding.state()).isEqualTo(Finding.State.WARNING);
              assertThat(finding.text()).isEqualTo("none will be taken: no pg_dump here");
            });
    assertThat(Diagnosis.whole(findings)).isEqualTo(Finding.State.TRUE);
    assertThat(new DoctorText(new Ansi(false, false)).lines(findings))
        .contains(
            "✔ ready for a rollback: all 2 are true now, with 1 warning",
            "  ▲ backup          none will be taken: no pg_dump here");
  }

  @Test
  void sessionsThatCouldNotBeCancelled_areUnknown_theDownMayGetItsLock() {
    DownRights rights = new DownRights(Map.of(), Optional.of("ann may not cancel sessions"));

    assertThat(Diagnosis.locks(DownRights.NONE)).isEmpty();
    assertThat(Diagnosis.locks(rights))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.subject()).isEqualTo("locks");
              assertThat(finding.state()).isEqualTo(Finding.State.UNKNOWN);
              assertThat(finding.text()).isEqualTo("ann may not cancel sessions");
            });
  }

  @Test
  void plan_thatLeavesMigrations_saysWhichAndWhy() {
    assertThat(Diagnosis.plan("shop", possible(List.of("02_create_orders")), List.of()))
        .last()
        .satisfies(
            finding -> {
              assertThat(finding.state()).isEqualTo(Finding.State.FALSE);
              assertThat(finding.text())
                  .isEqualTo("02_create_orders would stay applied: its rows matter");
            });
  }

  @Test
  void downs_neverTried_areUnknown() {
    RevertCost untried = new RevertCost(new Version("02"), Optional.empty(), Map.of(), Map.of());

    assertThat(Diagnosis.downs("shop", "v42", 1, List.of(untried)).state())
        .isEqualTo(Finding.State.UNKNOWN);
    assertThat(Diagnosis.downs("shop", "v42", 1, List.of()).state())
        .isEqualTo(Finding.State.UNKNOWN);
  }

  @Test
  void disk_atItsLeast_isTrue_belowNot() {
    assertThat(Diagnosis.disk("data", Diagnosis.DISK_LEAST_BYTES))
        .isEqualTo(Finding.good("disk", "1024 MB free in data, least 1024"));
    assertThat(Diagnosis.disk("data", Diagnosis.DISK_LEAST_BYTES - 1).state())
        .isEqualTo(Finding.State.FALSE);
  }

  @ParameterizedTest
  @CsvSource({
    "-6, FALSE, 6 s behind the one of its database",
    "-5, TRUE,  within 5 s of the one of its database",
    "0,  TRUE,  within 5 s of the one of its database",
    "5,  TRUE,  within 5 s of the one of its database",
    "6,  FALSE, 6 s ahead of the one of its database"
  })
  void clock_isComparedWithTheDatabases(long seconds, Finding.State state, String text) {
    Finding finding = Diagnosis.clock(NOW.plusSeconds(seconds), NOW);

    assertThat(finding.state()).isEqualTo(state);
    assertThat(finding.text()).startsWith(text);
  }

  @Test
  void whole_unknownIsNeitherTrueNorFalse_andNotTriedCountsForNothing() {
    Finding good = Finding.good("a", "");
    Finding bad = Finding.bad("b", "", "");
    Finding unknown = Finding.unknown("c", "", "");
    Finding untried = Finding.notTried("d", "", "");

    assertThat(Diagnosis.whole(List.of(good, untried))).isEqualTo(Finding.State.TRUE);
    assertThat(Diagnosis.whole(List.of(good, unknown))).isEqualTo(Finding.State.UNKNOWN);
    assertThat(Diagnosis.whole(List.of(unknown, bad))).isEqualTo(Finding.State.FALSE);
  }

  @Test
  void text_answersFirst_thenALineEach_withWhatToDo() {
    List<Finding> findings =
        List.of(
            Finding.good("journal", "its database answers"),
            Finding.notTried("alerts", "slack: not tried", "--alert"),
            Finding.bad("previous image", "gone", "push it").of("shop"),
            Finding.unknown("downs", "never tried: 02", "ripcord drill shop").of("shop"));

    assertThat(new DoctorText(new Ansi(false, false)).lines(findings))
        .containsExactly(
            "✖ not ready for a rollback: 1 of 3 not true, 1 unknown",
            "  ✔ journal         its database answers",
            "  · alerts          slack: not tried",
            "    Next: --alert",
            "",
            "shop",
            "  ✖ previous image  gone",
            "    Next: push it",
            "  ? downs           never tried: 02",
            "    Next: ripcord drill shop");
  }
}
