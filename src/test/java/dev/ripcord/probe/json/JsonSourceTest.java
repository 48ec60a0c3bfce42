package dev.ripcord.probe.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.Figure;
import dev.ripcord.config.JsonSettings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.probe.HealthProbe;
import dev.ripcord.probe.Services;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents of a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JsonSourceTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Map<Figure, String> POINTERS =
      Map.of(
          Figure.REQUESTS, "/http/all",
          Figure.ERRORS, "/http/failed~15xx",
          Figure.LATENCY_P99, "/http/p99~0ms",
          Figure.CPU, "/cpu/0");

  private Services services;
  private volatile int status = 200;
  private volatile String body = "";

  @BeforeAll
  void open() {
    services = new Services();
  }

  @AfterAll
  void close() {
    services.close();
  }

  private HealthProbe probe() {
    String url =
        services.http(request -> request.response().setStatusCode(status).end(body)) + "stats";
    return services.probe(settings(url), TIMEOUT);
  }

  private static SourceSettings settings(String url) {
    return new SourceSettings(
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new JsonSettings(URI.create(url), POINTERS)),
        Optional.empty(),
        false,
        Map.of(),
        ConnectionSettings.STANDARD,
        Optional.empty());
  }

  private static String document(int all, int failed) {
    return "{\"http\":{\"all\":%d,\"failed/5xx\":%d,\"p99~ms\":0.12},\"cpu\":[0.5]}"
        .formatted(all, failed);
  }

  private Sample second(String first, String then) {
    HealthProbe probe = probe();
    status = 200;
    body = first;
    services.prime(probe);
    body = then;
    return services.poll(probe, Duration.ZERO);
  }

  @Test
  void figures_standWhereThePointersSay_andCountersAreCompared() {
    Sample sample = second(document(100, 5), document(150, 15));

    assertThat(sample.counts()).contains(new Counts(50, 10));
    assertThat(sample.latency().p99()).hasValue(0.12);
    assertThat(sample.cpu()).hasValue(0.5);
    assertThat(sample.memory()).isEmpty();
    assertThat(sample.reasons()).isEmpty();
    assertThat(sample.probed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"http\":{\"all\":9}}|NO_DATA|has nothing at /http/failed~15xx, which is to give errors",
        "{\"http\":{\"all\":\"9\",\"failed/5xx\":0}}|NO_DATA|has a text at /http/all",
        "{\"http\":{\"all\":[],\"failed/5xx\":0}}|NO_DATA|has a list at /http/all",
        "{\"http\":{\"all\":-1,\"failed/5xx\":0}}|NO_DATA|has -1 at /http/all",
        "{\"http\":{\"all\":null,\"failed/5xx\":0}}|NO_DATA|has null at /http/all",
        "<html>|PARSE|is not JSON",
        "``|PARSE|is empty",
        "{\"http\":|PARSE|is not JSON",
      })
  void documentThatLacksIt_isNamed_andNothingIsCounted(String then, Reason.Code code, String text) {
    Sample sample = second(document(5, 0), then);

    assertThat(sample.counts()).isEmpty();
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.reasons()).anyMatch(r -> r.code() == code && r.text().contains(text));
  }

  @Test
  void refusals_areReasons_andTheReadingBeforeStays() {
    HealthProbe probe = probe();
    status = 200;
    body = document(100, 5);
    services.prime(probe);
    status = 503;
    assertThat(services.poll(probe, Duration.ZERO).reasons())
        .anyMatch(r -> r.code() == Reason.Code.STATUS && r.text().contains("answered 503"));
    status = 401;
    assertThat(services.poll(probe, Duration.ZERO).reasons())
        .anyMatch(r -> r.code() == Reason.Code.UNAUTHORIZED);
    status = 200;
    body = document(130, 8);
    assertThat(services.poll(probe, Duration.ZERO).counts()).contains(new Counts(30, 3));
  }

  @Test
  void nobodyThere_isAReason() {
    HealthProbe probe = services.probe(settings("http://127.0.0.1:1/stats"), TIMEOUT);
    assertThat(services.poll(probe, Duration.ZERO).reasons())
        .anyMatch(r -> r.code() == Reason.Code.CONNECT && r.text().contains("127.0.0.1:1/stats"));
  }

  /** Whatever bytes come: a sample, and no counts that the document does not have. */
  @Test
  void anyBytes_areRead_orAreAReason_seeded() {
    HealthProbe probe = probe();
    status = 200;
    body = document(100, 5);
    services.prime(probe);
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      StringBuilder bytes = new StringBuilder(document(100, 5));
      for (int i = 0; i <= seed % 5; i++) {
        bytes.setCharAt(random.nextInt(bytes.length()), (char) (32 + random.nextInt(96)));
      }
      body = bytes.toString();
      Sample sample = services.poll(probe, Duration.ZERO);
      assertThat(sample.counts().isPresent() || !sample.reasons().isEmpty())
          .as("seed %d: %s", seed, body)
          .isTrue();
    }
  }

  @Test
  void evidence_showsAddressPointersAndArithmetic() {
    HealthProbe probe = probe();
    status = 200;
    body = document(100, 5);
    services.prime(probe);
    body = document(150, 15);
    var _ = services.poll(probe, Duration.ZERO);
    assertThat(String.join("\n", probe.evidence()))
        .contains("/stats", "/http/all = 150", "requests 150 − 100 = 50, errors 15 − 5 = 10");
  }
}
