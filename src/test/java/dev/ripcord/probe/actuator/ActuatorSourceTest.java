package dev.ripcord.probe.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.SourceSettings;
import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.probe.HealthProbe;
import dev.ripcord.probe.Services;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A server that answers as Spring Boot's actuator does; Spring Boot itself is not at hand here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ActuatorSourceTest {
  private static final String REQUESTS = "http.server.requests";
  private static final String ERRORS = REQUESTS + "?tag=outcome:SERVER_ERROR";

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private Services services;
  private String base = "";

  @BeforeAll
  void open() {
    services = new Services();
    base = services.http(this::answer) + "actuator/";
  }

  @AfterAll
  void close() {
    services.close();
  }

  @BeforeEach
  void forget() {
    answers.clear();
  }

  private void answer(HttpServerRequest request) {
    String key = request.uri().replaceFirst("^/actuator/(metrics/)?", "");
    String body = answers.get(key);
    if (body == null) {
      request.response().setStatusCode(404).end("{}");
    } else {
      request.response().end(body);
    }
  }

  private void meter(String key, String statistic, double value) {
    answers.put(
        key,
        "{\"name\":\"x\",\"measurements\":[{\"statistic\":\"%s\",\"value\":%s},{\"statistic\":\"MAX\",\"value\":9}]}"
            .formatted(statistic, value));
  }

  private HealthProbe probe() {
    return services.probe(
        new SourceSettings(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(URI.create(base)),
            Optional.empty(),
            Optional.empty(),
            false,
            Map.of(),
            ConnectionSettings.STANDARD,
            Optional.empty()),
        Duration.ofSeconds(5));
  }

  @Test
  void meters_areCompared_andHealthSaysThatItAnswers() {
    HealthProbe probe = probe();
    answers.put("health", "{\"status\":\"UP\"}");
    meter(REQUESTS, "COUNT", 100);
    meter(ERRORS, "COUNT", 3);
    services.prime(probe);
    meter(REQUESTS, "COUNT", 160);
    meter(ERRORS, "COUNT", 9);
    meter("process.cpu.usage", "VALUE", 0.25);
    meter("jvm.memory.used?tag=area:heap", "VALUE", 300);
    meter("jvm.memory.max?tag=area:heap", "VALUE", 400);

    Sample sample = services.poll(probe, Duration.ZERO);

    assertThat(sample.counts()).contains(new Counts(60, 6));
    assertThat(sample.liveness()).isEqualTo(Liveness.ANSWERS);
    assertThat(sample.cpu()).hasValue(0.25);
    assertThat(sample.memory()).hasValue(0.75);
    assertThat(sample.reasons()).isEmpty();
    assertThat(String.join("", probe.evidence())).contains("160 − 100 = 60", "9 − 3 = 6");
  }

  @Test
  void taggedMeterThatIsNotThere_isNoError() {
    HealthProbe probe = probe();
    meter(REQUESTS, "COUNT", 100);
    services.prime(probe);
    meter(REQUESTS, "COUNT", 160);
    assertThat(services.poll(probe, Duration.ZERO).counts()).contains(new Counts(60, 0));
    meter(REQUESTS, "COUNT", 170);
    meter(ERRORS, "COUNT", 4);
    assertThat(services.poll(probe, Duration.ZERO).counts()).contains(new Counts(10, 4));
  }

  @Test
  void noMeterAtAll_isUnknown_andSaysWhatToDo() {
    HealthProbe probe = probe();
    services.prime(probe);
    Sample sample = services.poll(probe, Duration.ZERO);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.reasons())
        .anyMatch(r -> r.code() == Reason.Code.NO_DATA && r.text().contains("exposure.include"));
  }

  @Test
  void answerThatIsNoMeter_isAReason() {
    HealthProbe probe = probe();
    answers.put(REQUESTS, "{\"measurements\":[]}");
    Sample sample = services.poll(probe, Duration.ZERO);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.reasons())
        .anyMatch(r -> r.code() == Reason.Code.PARSE && r.text().contains("has no COUNT"));
  }
}
