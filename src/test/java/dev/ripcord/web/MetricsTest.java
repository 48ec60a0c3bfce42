package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.Reading;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics("0.1.0");

  private void poll(String service, Reading.Kind kind, int streak) {
    var sample = kind == Reading.Kind.UNKNOWN ? Examples.nothing() : Examples.sample(1000, 71);
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
          new Entry.Planned(Examples.plan()),
          new Entry.Ran(new RunEvent.Begun()),
          new Entry.Ran(new RunEvent.StepDone(0, "switched", Duration.ofMillis(3800))),
          new Entry.Ran(new RunEvent.StepDone(2, "taken back", Duration.ofMillis(18))),
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
    poll("shop", Reading.Kind.BREACH, 2);

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
  void figure_thatTheLastPollDidNotMeasure_isAbsent() {
    poll("shop", Reading.Kind.BREACH, 1);
    poll("shop", Reading.Kind.UNKNOWN, 1);

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
    metrics.known(Examples.recorded(0, new Entry.Planned(Examples.plan())));
    metrics.known(Examples.recorded(1, new Entry.Ran(new RunEvent.Begun())));
    assertThat(scrape()).doesNotContain("ripcord_rollback_step_duration_seconds_sum{");

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

  @Test
  void thousandsOfServices_areAllShown() {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 10_000; i++) {
        poll("s" + i, Reading.Kind.HEALTHY, 0);
      }
    }

    assertThat(scrape().lines().filter(line -> line.startsWith("ripcord_error_ratio{")))
        .hasSize(10_000);
    assertThat(metrics.scrape(null, true).body().length()).isLessThan(5_000_000);
  }

  @Test
  void promtool_findsNothing() throws Exception {
    Path promtool = promtool();
    Stream.of(Reading.Kind.values()).forEach(kind -> poll("shop", kind, 1));
    poll("pay", Reading.Kind.HEALTHY, 0);
    rollBack();
    metrics.alerted("slack", "sent");

    assertThat(check(promtool, scrape())).isEmpty();
  }

  private static Path promtool() {
    String path = String.valueOf(System.getenv("PATH"));
    Optional<Path> found =
        Stream.of(path.split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, "promtool"))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      System.out.println("skipped: promtool is not installed (Debian: prometheus)");
    }
    Assumptions.assumeTrue(found.isPresent(), "promtool is not installed (Debian: prometheus)");
    return found.orElseThrow();
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
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(output);
    Files.delete(output);
    return said;
  }
}
