package dev.ripcord.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.cli.console.JsonLines;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DecisionLogTest {
  private static final ServiceName SHOP = new ServiceName("shop");
  private static final Rules RULES =
      new Rules(
          Ratio.parse("5%"),
          new Breaches(3, 3),
          20,
          Ratio.parse("1%"),
          Escalation.ROLLBACK,
          Map.of());

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final List<Logger> loggers =
      List.of(logger("dev.ripcord.polls"), logger("dev.ripcord.watches"));
  private long nanos;
  private final DecisionLog log =
      new DecisionLog(Map.of(SHOP, RULES.threshold()), true, () -> nanos);

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  @BeforeEach
  void listen() {
    lines.start();
    loggers.forEach(
        logger -> {
          logger.setLevel(Level.DEBUG);
          logger.addAppender(lines);
        });
  }

  @AfterEach
  void stop() {
    loggers.forEach(
        logger -> {
          logger.setLevel(null);
          logger.detachAppender(lines);
        });
  }

  private void poll(Sample sample, int streak) {
    log.polled(
        SHOP,
        sample,
        new Judge(RULES).judge(sample, Counts.NONE).reading(),
        streak,
        Duration.ofMillis(12));
  }

  /** Level and message of what was logged since the last call. */
  private List<String> logged() {
    List<String> all = new ArrayList<>();
    lines.list.forEach(line -> all.add(line.getLevel() + " " + line.getFormattedMessage()));
    lines.list.clear();
    return all;
  }

  private static Sample unanswered(Liveness liveness) {
    return new Sample(
        "",
        Examples.AT,
        Duration.ofSeconds(30),
        liveness,
        OptionalInt.empty(),
        Optional.empty(),
        false,
        new Latency(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty()),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        List.of(new Reason(Reason.Code.CONNECT, "geheim refused the connection")));
  }

  @Test
  void e12_pollThatChangesNothing_isLoggedOnceAMinuteAndElseOnlyInDetail() {
    for (int i = 0; i < 5; i++) {
      poll(Examples.sample(1000, 4), 0);
      nanos += Duration.ofSeconds(30).toNanos();
    }

    String line = "shop v42: healthy, error rate 0.4% (4 of 1000), limit 5%";
    assertThat(logged())
        .containsExactly(
            "INFO " + line, "DEBUG " + line, "INFO " + line, "DEBUG " + line, "INFO " + line);
  }

  @Test
  void e12_pollThatChangesSomething_isLoggedAtOnce() {
    poll(Examples.sample(1000, 4), 0);
    poll(Examples.sample(1000, 71), 1);
    poll(Examples.sample(1000, 88), 2);
    poll(Examples.sample(1000, 3), 0);

    assertThat(logged())
        .containsExactly(
            "INFO shop v42: healthy, error rate 0.4% (4 of 1000), limit 5%",
            "WARN shop v42: breach, error rate 7.1% (71 of 1000), limit 5%, 1 breach"
                + " (over_threshold)",
            "WARN shop v42: breach, error rate 8.8% (88 of 1000), limit 5%, 2 breaches"
                + " (over_threshold)",
            "INFO shop v42: healthy, error rate 0.3% (3 of 1000), limit 5%");
  }

  @Test
  void e12_serviceThatIsDownOrCannotBeMeasured_isAWarningWithoutWhatItSent() {
    poll(unanswered(Liveness.SILENT), 1);
    poll(unanswered(Liveness.UNKNOWN), 1);
    poll(Examples.sample(3, 0), 1);

    assertThat(logged())
        .containsExactly(
            "WARN shop: breach, does not answer, 1 breach (connect)",
            "WARN shop: unknown, 1 breach (connect)",
            "INFO shop v42: unknown, error rate 0.0% (0 of 3), limit 5%, 1 breach (low_volume)");
  }

  @Test
  void e12_lineInJson_hasFields() throws Exception {
    poll(Examples.sample(1000, 71), 1);

    JsonNode line = new ObjectMapper().readTree(new JsonLines().doLayout(lines.list.getFirst()));
    assertThat(line.path("logger").asText()).isEqualTo("polls");
    assertThat(line.path("level").asText()).isEqualTo("warn");
    assertThat(line.path("event").asText()).isEqualTo("poll");
    assertThat(line.path("service").asText()).isEqualTo("shop");
    assertThat(line.path("release").asText()).isEqualTo("v42");
    assertThat(line.path("verdict").asText()).isEqualTo("breach");
    assertThat(line.path("answers").asBoolean()).isTrue();
    assertThat(line.path("requests").asLong()).isEqualTo(1000);
    assertThat(line.path("errors").asLong()).isEqualTo(71);
    assertThat(line.path("error_rate").asDouble()).isEqualTo(0.071);
    assertThat(line.path("limit").asDouble()).isEqualTo(0.05);
    assertThat(line.path("breaches").asInt()).isEqualTo(1);
    assertThat(line.path("reasons").get(0).asText()).isEqualTo("over_threshold");
    assertThat(line.path("latency_p99").asDouble()).isEqualTo(0.21);
    assertThat(line.path("duration_ms").asInt()).isEqualTo(12);
  }

  private void record(Entry entry) {
    log.recorded(new Recorded(1, 17, SHOP, "v42", Examples.AT, entry));
  }

  private static WatchSpec charter(Optional<String> alertOnly) {
    return new WatchSpec(
        new Release(
            SHOP,
            "v42",
            Optional.of(new ImageRef("shop:42")),
            Optional.of(new ImageRef("shop:41"))),
        RULES,
        Examples.AT,
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        alertOnly,
        Optional.empty());
  }

  @Test
  void e12_startAndEndOfAWatch_areLogged() throws Exception {
    record(new Entry.Opened(charter(Optional.empty())));
    record(new Entry.Finished(Outcome.ROLLED_BACK, "rolled back, healthy again"));
    JsonNode end = new ObjectMapper().readTree(new JsonLines().doLayout(lines.list.getLast()));
    assertThat(end.path("event").asText()).isEqualTo("watch_ended");
    assertThat(end.path("outcome").asText()).isEqualTo("rolled-back");
    assertThat(end.path("exit_code").asInt()).isEqualTo(10);
    assertThat(end.path("watch").asInt()).isEqualTo(17);

    log.known(
        new Recorded(
            1, 17, SHOP, "v42", Examples.AT, new Entry.Opened(charter(Optional.of("--dry-run")))));
    record(new Entry.Finished(Outcome.FAILED, "the rollback failed"));
    record(new Entry.Finished(Outcome.INCONCLUSIVE, "too few requests"));

    assertThat(logged())
        .containsExactly(
            "INFO watch 17 of shop v42 started: shop:42, before it shop:41, for 15 min",
            "INFO watch 17 of shop v42 ended: rolled-back, rolled back, healthy again",
            "INFO watch 17 of shop v42 taken up again: shop:42, before it shop:41, for 15 min;"
                + " nothing is rolled back: --dry-run",
            "ERROR watch 17 of shop v42 ended: failed, the rollback failed",
            "WARN watch 17 of shop v42 ended: inconclusive, too few requests");
  }

  @Test
  void manyServicesThatAreWell_shareOneLineAMinute() {
    Map<ServiceName, Ratio> thresholds = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      thresholds.put(new ServiceName("s" + i), RULES.threshold());
    }
    DecisionLog many = new DecisionLog(thresholds, false, () -> nanos);
    for (int minute = 0; minute < 3; minute++) {
      for (ServiceName service : thresholds.keySet()) {
        Sample sample = Examples.sample(1000, service.text().equals("s7") ? 100 : 4);
        many.polled(
            service,
            sample,
            new Judge(RULES).judge(sample, Counts.NONE).reading(),
            service.text().equals("s7") ? 1 : 0,
            Duration.ofMillis(12));
      }
      nanos += Duration.ofMinutes(1).toNanos();
    }

    List<String> told = logged();
    told.removeIf(line -> line.startsWith("DEBUG"));
    assertThat(told).filteredOn(line -> line.startsWith("WARN s7 ")).hasSize(3);
    assertThat(told)
        .filteredOn(line -> line.startsWith("INFO"))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("INFO 1000 services: 999 healthy, 1 breach; ")
                    .endsWith(" polls in the last 1 min"));
  }
}
