package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Installed;
import dev.ripcord.health.HealthReading;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Path RULES = Path.of("config/prometheus");

  private final Metrics metrics = new Metrics("0.1.0");

  private void poll(String service, HealthReading.Kind kind, int streak) {
    var sample =
        kind == HealthReading.Kind.UNKNOWN ? Examples.nothing() : Examples.sample(1000, 71);
    metrics.polled(
        new ServiceName(service),
        sample,
        Examples.reading(kind, sample),
        streak,
        Duration.ofMillis(12));
  }

  private void rollBack() {
    long id = 1;
    for (Entry entry :
        new Entry[] {
          new Entry.Opened(Examples.charter("v42")),
          new Entry.Planned(Examples.plan()),
          new Entry.Ran(new RunEvent.Begun()),
          new Entry.Ran(new RunEvent.StepDone(0, "switched", Duration.ofMillis(3800))),
          new Entry.Ran(new RunEvent.StepDone(2, "reverted", Duration.ofMillis(18))),
          new Entry.Ran(new RunEvent.StepFailed(2, "locked")),
          new Entry.Finished(Outcome.ROLLED_BACK, "rolled back")
        }) {
      metrics.recorded(Examples.recorded(id++, entry));
    }
  }

  private String scrape() {
    return metrics.scrape(null, false).body().toString();
  }

  @Test
  void poll_isShownWithTheNamesThatAreDocumented() {
    poll("shop", HealthReading.Kind.BREACH, 2);

    assertThat(scrape().lines())
        .contains(
            "ripcord_checks_total{service=\"shop\",verdict=\"breach\"} 1.0",
            "ripcord_checks_total{service=\"shop\",verdict=\"healthy\"} 0.0",
            "ripcord_check_duration_seconds_count 1",
            "ripcord_error_ratio{service=\"shop\"} 0.071",
            "ripcord_latency_seconds{percentile=\"p99\",service=\"shop\"} 0.21",
            "ripcord_cpu_ratio{service=\"shop\"} 0.42",
            "ripcord_memory_ratio{service=\"shop\"} 0.61",
            "ripcord_consecutive_breaches{service=\"shop\"} 2.0",
            "ripcord_last_poll_timestamp_seconds{service=\"shop\"} 1.767323045678E9");
    assertThat(scrape()).contains("ripcord_build_info{").contains("version=\"0.1.0\"");
  }

  @Test
  void serviceThatIsNoLongerConfigured_isGone() {
    poll("shop", HealthReading.Kind.BREACH, 2);
    poll("cart", HealthReading.Kind.HEALTHY, 0);

    metrics.removed(new ServiceName("shop"));

    assertThat(scrape()).contains("service=\"cart\"").doesNotContain("service=\"shop\"");
  }

  @Test
  void lateness_ofTheEventLoops_isAHistogramWithItsWorst() {
    metrics.late(Duration.ofMillis(3));
    metrics.late(Duration.ofMillis(70));

    assertThat(scrape().lines())
        .contains(
            "ripcord_event_loop_lag_seconds_bucket{le=\"0.005\"} 1",
            "ripcord_event_loop_lag_seconds_bucket{le=\"0.05\"} 1",
            "ripcord_event_loop_lag_seconds_bucket{le=\"0.1\"} 2",
            "ripcord_event_loop_lag_seconds_max 0.07");
  }

  @Test
  void silences_areCounted_onceTheyAreKnown() {
    assertThat(scrape()).doesNotContain("ripcord_active_silences");

    metrics.silences(0);
    assertThat(scrape().lines()).contains("ripcord_active_silences 0.0");

    metrics.silences(2);
    assertThat(scrape().lines()).contains("ripcord_active_silences 2.0");
  }

  @Test
  void configuration_isShownAsItStands() {
    Instant taken = Instant.parse("2026-01-02T03:04:05.500Z");
    metrics.configured(new Metrics.Configured(true, taken, false));
    assertThat(scrape().lines())
        .contains(
            "ripcord_config_last_reload_successful 1.0",
            "ripcord_config_last_reload_success_timestamp_seconds 1.7673230455E9",
            "ripcord_config_restart_needed 0.0");

    metrics.configured(new Metrics.Configured(false, taken, true));
    assertThat(scrape().lines())
        .contains(
            "ripcord_config_last_reload_successful 0.0",
            "ripcord_config_last_reload_success_timestamp_seconds 1.7673230455E9",
            "ripcord_config_restart_needed 1.0");
  }

  @Test
  void figure_thatTheLastPollDidNotMeasure_isAbsent() {
    poll("shop", HealthReading.Kind.BREACH, 1);
    poll("shop", HealthReading.Kind.UNKNOWN, 1);

    assertThat(scrape().lines().filter(line -> !line.startsWith("#")))
        .noneMatch(line -> line.startsWith("ripcord_error_ratio"))
        .noneMatch(line -> line.startsWith("ripcord_latency_seconds"))
        .noneMatch(line -> line.startsWith("ripcord_cpu_ratio"))
        .contains("ripcord_checks_total{service=\"shop\",verdict=\"unknown\"} 1.0")
        .contains("ripcord_consecutive_breaches{service=\"shop\"} 1.0");
  }

  @Test
  void rollback_isCountedWithItsStepsAndMigrations() {
    rollBack();

    assertThat(scrape().lines())
        .contains(
            "ripcord_rollbacks_total{outcome=\"rolled-back\",service=\"shop\"} 1.0",
            "ripcord_rollback_duration_seconds_sum 4.0",
            "ripcord_rollback_step_duration_seconds_sum{step=\"image\"} 3.8",
            "ripcord_rollback_step_duration_seconds_count{step=\"down\"} 1",
            "database_migrations_total 1.0",
            "database_migrations_failed_total 1.0",
            "database_migrations_duration_seconds_count 1");
  }

  @Test
  void rollback_takenUpFromAnotherProcess_isCountedWithTheNamesOfItsSteps() {
    metrics.known(Examples.recorded(-1, new Entry.Opened(Examples.charter("v42"))));
    metrics.known(Examples.recorded(0, new Entry.Planned(Examples.plan())));
    metrics.known(Examples.recorded(1, new Entry.Ran(new RunEvent.Begun())));
    assertThat(scrape())
        .contains("ripcord_rollback_step_duration_seconds_count{step=\"image\"} 0\n");

    metrics.recorded(
        Examples.recorded(3, new Entry.Ran(new RunEvent.StepDone(0, "", Duration.ofSeconds(2)))));
    metrics.recorded(Examples.recorded(4, new Entry.Finished(Outcome.ROLLED_BACK, "well")));

    assertThat(scrape().lines())
        .contains(
            "ripcord_rollback_step_duration_seconds_sum{step=\"image\"} 2.0",
            "ripcord_rollback_duration_seconds_sum 3.0");
  }

  @Test
  void watch_thatEndsWell_isNoRollback() {
    metrics.recorded(Examples.recorded(1, new Entry.Finished(Outcome.HEALTHY, "well")));

    assertThat(scrape()).doesNotContain("ripcord_rollbacks_total");
  }

  @Test
  void rollback_thatWasRefused_countsAsFailed() {
    metrics.recorded(Examples.recorded(1, new Entry.Finished(Outcome.FAILED, "no image")));

    assertThat(scrape())
        .contains("ripcord_rollbacks_total{outcome=\"failed\",service=\"shop\"} 1.0")
        .contains("ripcord_rollback_duration_seconds_count 0");
  }

  private List<String> states() {
    return scrape()
        .lines()
        .filter(line -> line.startsWith("ripcord_release_state{") && line.endsWith(" 1.0"))
        .map(line -> line.replaceAll(".*state=\"([a-z-]+)\".*", "$1"))
        .toList();
  }

  @Test
  void stateOfARelease_followsItsWatch() {
    expectShop();
    assertThat(states()).isEmpty();
    metrics.known(Examples.recorded(1, new Entry.Opened(Examples.charter("v42"))));
    assertThat(states()).containsExactly("watching");
    metrics.recorded(
        Examples.recorded(
            2, new Entry.Watched(new WatchEvent.PauseAsked("ann", Examples.AT.plusSeconds(600)))));
    assertThat(states()).containsExactly("paused");
    metrics.recorded(
        Examples.recorded(3, new Entry.Watched(new WatchEvent.RollbackAsked("ann", false))));
    assertThat(states()).containsExactly("rolling-back");
    metrics.recorded(Examples.recorded(4, new Entry.Finished(Outcome.ROLLED_BACK, "well")));
    assertThat(states()).isEmpty();
  }

  @Test
  void schemaThatWasLeftAhead_isShown_untilAReleaseIsProvedHealthy() {
    expectShop();
    metrics.expanded(new ServiceName("shop"), true);
    assertThat(states()).containsExactly("expanded");

    metrics.recorded(Examples.recorded(1, new Entry.Finished(Outcome.HEALTHY, "well")));
    assertThat(states()).isEmpty();
  }

  private void expectShop() {
    metrics.expect(List.of(new ServiceName("shop")), List.of("slack", "webhook"));
  }

  @Test
  void e5_whatIsConfigured_isThereAtZeroBeforeAnythingHappened() {
    expectShop();

    List<String> expected = new ArrayList<>();
    for (HealthReading.Kind kind : HealthReading.Kind.values()) {
      expected.add("ripcord_checks_total{service=\"shop\",verdict=\"%s\"}".formatted(kind.text()));
    }
    for (String outcome : List.of("rolled-back", "rolled-back-unhealthy", "failed", "aborted")) {
      expected.add("ripcord_rollbacks_total{outcome=\"%s\",service=\"shop\"}".formatted(outcome));
    }
    for (String outcome : List.of("sent", "retried", "gave-up")) {
      expected.add("ripcord_alerts_total{channel=\"slack\",outcome=\"%s\"}".formatted(outcome));
      expected.add("ripcord_alerts_total{channel=\"webhook\",outcome=\"%s\"}".formatted(outcome));
    }
    expected.add("ripcord_consecutive_breaches{service=\"shop\"}");
    for (String state : List.of("watching", "paused", "asking", "rolling-back", "expanded")) {
      expected.add("ripcord_release_state{service=\"shop\",state=\"%s\"}".formatted(state));
    }
    expected.add("database_migrations_total");
    expected.add("database_migrations_failed_total");
    assertThat(scrape().lines())
        .containsAll(expected.stream().map(name -> name + " 0.0").toList())
        .contains(
            "ripcord_check_duration_seconds_count 0",
            "ripcord_rollback_duration_seconds_count 0",
            "database_migrations_duration_seconds_count 0");
    for (Step step : Examples.plan().steps()) {
      assertThat(scrape())
          .contains(
              "ripcord_rollback_step_duration_seconds_count{step=\"%s\"} 0".formatted(step.name()));
    }
  }

  /** Another daemon polls it from now on: an old time stamp would look as if nobody did. */
  @Test
  void serviceThatAnotherDaemonTookOver_onlyItsCountersStay() {
    poll("shop", HealthReading.Kind.BREACH, 2);
    metrics.left(new ServiceName("shop"));

    assertThat(scrape().lines())
        .contains("ripcord_checks_total{service=\"shop\",verdict=\"breach\"} 1.0")
        .noneMatch(line -> line.startsWith("ripcord_error_ratio{"))
        .noneMatch(line -> line.startsWith("ripcord_release_state{"))
        .noneMatch(line -> line.startsWith("ripcord_last_poll_timestamp_seconds{"));
  }

  /** What was not measured is absent all the same. */
  @Test
  void e5_figuresOfAServiceThatWasNotPolled_areAbsent() {
    expectShop();

    assertThat(scrape().lines().filter(line -> !line.startsWith("#")))
        .noneMatch(line -> line.startsWith("ripcord_error_ratio"))
        .noneMatch(line -> line.startsWith("ripcord_latency_seconds"))
        .noneMatch(line -> line.startsWith("ripcord_last_poll_timestamp_seconds"));
  }

  /** The page before and after, as Prometheus sees it over time. */
  @Test
  void e5_firstRollbackThatFails_firesTheRule() throws Exception {
    Path promtool = promtool();
    expectShop();
    String before = scrape();
    metrics.recorded(Examples.recorded(1, new Entry.Finished(Outcome.FAILED, "no image")));
    String after = scrape();

    StringBuilder series = new StringBuilder();
    before
        .lines()
        .filter(line -> line.startsWith("ripcord_rollbacks_total"))
        .forEach(
            line -> {
              String name = line.substring(0, line.lastIndexOf(' '));
              series.append(
                  "      - {series: '%s', values: '%sx10 %sx10'}\n"
                      .formatted(name, value(before, name), value(after, name)));
            });
    Path folder = Files.createTempDirectory("rules");
    Files.copy(RULES.resolve("rules.yml"), folder.resolve("rules.yml"));
    Files.writeString(
        folder.resolve("test.yml"),
        """
        rule_files: [rules.yml]
        evaluation_interval: 30s
        tests:
          - interval: 30s
            input_series:
        %s    alert_rule_test:
              - eval_time: 6m
                alertname: RipcordRollbackNeedsAPerson
                exp_alerts:
                  - exp_labels: {severity: critical, service: shop, outcome: failed}
                    exp_annotations:
                      summary: The rollback of shop ended failed
                      next: ripcord status shop
        """
            .formatted(series));

    assertThat(run(folder, promtool.toString(), "test", "rules", "test.yml")).contains("SUCCESS");
  }

  private static String value(String page, String name) {
    return page.lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElse("_");
  }

  @Test
  void e5_rulesThatComeWithIt_areValidAndTheirTestsPass() throws Exception {
    String promtool = promtool().toString();

    assertThat(run(RULES, promtool, "check", "rules", "rules.yml")).contains("SUCCESS");
    String outcome = run(RULES, promtool, "test", "rules", "rules-test.yml", "rules-days-test.yml");
    assertThat(outcome).doesNotContain("FAILED").contains("SUCCESS");
  }

  private static String run(Path folder, String... command) throws Exception {
    Path output = Files.createTempFile("promtool", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output) + (process.exitValue() == 0 ? "" : "exit code not 0");
  }

  @Test
  void thousandsOfServices_areAllShown() {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 10_000; i++) {
        poll("s" + i, HealthReading.Kind.HEALTHY, 0);
      }
    }

    assertThat(scrape().lines().filter(line -> line.startsWith("ripcord_error_ratio{")))
        .hasSize(10_000);
    assertThat(metrics.scrape(null, true).body().length()).isLessThan(5_000_000);
  }

  @Test
  void promtool_findsNothing() throws Exception {
    Path promtool = promtool();
    Stream.of(HealthReading.Kind.values()).forEach(kind -> poll("shop", kind, 1));
    poll("pay", HealthReading.Kind.HEALTHY, 0);
    rollBack();
    metrics.alerted("slack", "sent");
    metrics.expect(List.of(new ServiceName("idle")), List.of("slack", "webhook"));

    assertThat(check(promtool, scrape())).isEmpty();
  }

  private static Path promtool() {
    return Installed.orSkip("promtool", "prometheus");
  }

  private static String check(Path promtool, String page) throws IOException, InterruptedException {
    Path output = Files.createTempFile("promtool", ".txt");
    Process process =
        new ProcessBuilder(promtool.toString(), "check", "metrics")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(page.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(output);
    Files.delete(output);
    return said;
  }
}
