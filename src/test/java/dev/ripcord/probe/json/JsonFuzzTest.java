package dev.ripcord.probe.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.Figure;
import dev.ripcord.config.JsonSettings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.probe.HealthProbe;
import dev.ripcord.probe.Services;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * JSON documents that are damaged in every way, over real HTTP: each gives a sample, figures are
 * numbers, and what is missing has a reason. For a longer run: {@code mvn test -Dtest=JsonFuzzTest
 * -Dfuzz.documents=1000000 -Dseed=7}.
 */
final class JsonFuzzTest {
  private static final int DOCUMENTS = Integer.getInteger("fuzz.documents", 1_500);
  private static final long SEED = Long.getLong("seed", 20_261_129L);
  private static final List<String> TOKENS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          "\\u0000",
          "\\ud800",
          ",",
          ":",
          "-",
          "1e999",
          "1e-999",
          "NaN",
          "-1",
          "9223372036854775808",
          "0.5",
          "null",
          "true",
          "[[[[",
          "{\"all\":",
          "\uFEFF",
          " ",
          "\t",
          "\n",
          "/*",
          "é",
          "\u0001");

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Services services = new Services();
  private volatile String body = "";

  @AfterEach
  void close() {
    services.close();
  }

  @Test
  void damagedDocuments_alwaysGiveASample_andWhatIsMissingHasAReason() {
    HealthProbe probe =
        services.probe(
            settings(services.http(request -> request.response().end(body)) + "stats"),
            Duration.ofSeconds(10));
    int counted = 0;
    for (int i = 0; i < DOCUMENTS; i++) {
      body = damaged(i);
      Sample sample = services.poll(probe, Duration.ZERO);
      counted += sample.counts().isPresent() ? 1 : 0;
      assertThat(sample.reasons())
          .as("seed %s, document %s: %s", SEED, i, body)
          .extracting(Reason::text)
          .noneMatch(text -> text.contains("a bug in Ripcord"))
          .hasSizeGreaterThanOrEqualTo(sample.counts().isPresent() ? 0 : 1);
      for (OptionalDouble value : List.of(sample.latency().p99(), sample.cpu(), sample.memory())) {
        assertThat(value.orElse(0)).isFinite().isGreaterThanOrEqualTo(0);
      }
    }
    assertThat(counted).as("documents that tell counts all the same").isPositive();
  }

  private String damaged(int poll) {
    StringBuilder text = new StringBuilder(sound(poll));
    for (int times = random.nextInt(4); times > 0; times--) {
      int at = random.nextInt(text.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, TOKENS.get(random.nextInt(TOKENS.size())));
        case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(8)));
        case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 20)));
        default -> text.setLength(at);
      }
    }
    return text.toString();
  }

  private static String sound(int poll) {
    return "{\"http\":{\"all\":%d,\"failed\":%d,\"p99\":0.21},\"cpu\":[0.4,\"x\"],\"memory\":null}"
        .formatted(poll * 10L, poll);
  }

  private static SourceSettings settings(String url) {
    return new SourceSettings(
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new JsonSettings(
                URI.create(url),
                Map.of(
                    Figure.REQUESTS, "/http/all",
                    Figure.ERRORS, "/http/failed",
                    Figure.LATENCY_P99, "/http/p99",
                    Figure.CPU, "/cpu/0",
                    Figure.MEMORY, "/memory"))),
        Optional.empty(),
        false,
        Map.of(),
        ConnectionSettings.STANDARD,
        Optional.empty());
  }
}
