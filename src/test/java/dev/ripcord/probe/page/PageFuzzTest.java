package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.SeriesSettings;
import dev.ripcord.health.Ratio;
import dev.ripcord.probe.source.SourceFigures;
import dev.ripcord.probe.source.Wanted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Pages that are damaged in every way: nothing may throw, hang, or give a figure that is none. For
 * a longer run: {@code mvn test -Dtest=PageFuzzTest -Dfuzz.pages=20000000 -Dseed=7}.
 */
final class PageFuzzTest {
  private static final int PAGES = Integer.getInteger("fuzz.pages", 40_000);
  private static final long SEED = Long.getLong("seed", 20_261_129L);

  private static final List<String> SOUND =
      List.of(
          """
          # HELP http_requests_total All of them.
          # TYPE http_requests_total counter
          http_requests_total{code="200",path="/a\\"b"} 1027 1395066363000
          http_requests_total{code="500",path="/"} 3
          process_cpu_seconds_total 4.2
          process_start_time_seconds 1.7e9
          process_resident_memory_bytes 3e7
          """,
          """
          # TYPE http_server_requests_seconds histogram
          http_server_requests_seconds_count{status="200",outcome="SUCCESS",uri="/pay"} 5
          http_server_requests_seconds_bucket{status="200",uri="/pay",le="0.1"} 3
          http_server_requests_seconds_bucket{status="200",uri="/pay",le="+Inf"} 5
          http_server_requests_seconds_sum{status="200",uri="/pay"} 0.7
          process_cpu_usage 0.25
          """,
          """
          # TYPE http_request_duration_seconds histogram
          http_request_duration_seconds{code="200"} {count:59,sum:1.2e2,schema:7,zero_threshold:1e-4,zero_count:0,negative_spans:[1:2],negative_buckets:[5,7],positive_spans:[-1:2,3:4],positive_buckets:[5,7,10,9,8,8]} 1.5 st@1.2
          http_requests_total{code="500"} 7 1.5 st@1.0 # {trace_id="a"} 0.6 1.5
          # EOF
          """,
          """
          {"http.requests","code"="200"} 7
          # TYPE rpc summary
          http_request_duration_seconds{quantile="0.99",code="200"} 0.2
          http_request_duration_seconds_count{code="200"} 70 # {a="b"} 1 2
          # EOF
          """);

  private static final List<String> TOKENS =
      Arrays.asList(
          "{",
          "}",
          "\"",
          "\\",
          ",",
          "=",
          "#",
          " ",
          "\t",
          "\n",
          "\r",
          "\0",
          "é",
          "\uFFFD",
          "NaN",
          "+Inf",
          "-Inf",
          "-1",
          "1e308",
          "1e-400",
          "0x1p-1074",
          "99999999999999999999999",
          ".",
          "e",
          "# EOF\n",
          "# TYPE ",
          "le=\"",
          "code=\"500\"",
          "{count:",
          "schema:9",
          "schema:-4",
          ":[",
          "positive_spans:[999999:999999]",
          "zero_count:",
          "st@",
          "_total",
          "_bucket",
          "_count",
          "http_requests_total",
          "status=\"\"",
          " # {} 1");

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final PageBuffers buffers = new PageBuffers();
  private final CounterBaseline baseline = new CounterBaseline();
  private final OwnSeries own =
      new OwnSeries(
          new SeriesSettings(
              SeriesSelector.parse("http_requests_total"),
              SeriesSelector.parse("http_requests_total{code=~'5..'}"),
              Optional.of(SeriesSelector.parse("http_request_duration_seconds"))),
          OptionalDouble.of(0.3));
  private long nanos = 1;

  @Test
  void damagedPages_neverBreakAnything_andGiveNoFigureThatIsNone() {
    int readable = 0;
    for (int i = 0; i < PAGES; i++) {
      String page = damaged();
      try {
        readable += read(page) ? 1 : 0;
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + SEED + ", page " + i + ":\n" + page, e);
      }
    }
    assertThat(readable).as("pages that are read all the same").isGreaterThan(PAGES / 50);
  }

  private String damaged() {
    StringBuilder page = new StringBuilder(SOUND.get(random.nextInt(SOUND.size())));
    for (int times = random.nextInt(1, 6); times > 0; times--) {
      int at = random.nextInt(page.length() + 1);
      switch (random.nextInt(6)) {
        case 0 -> page.insert(at, TOKENS.get(random.nextInt(TOKENS.size())));
        case 1 -> page.delete(at, Math.min(page.length(), at + random.nextInt(12)));
        case 2 -> page.insert(at, page.substring(at, Math.min(page.length(), at + 80)));
        case 3 -> page.insert(at, SOUND.get(random.nextInt(SOUND.size())));
        case 4 -> page.setLength(at);
        default ->
            page.replace(
                at, Math.min(page.length(), at + 1), TOKENS.get(random.nextInt(TOKENS.size())));
      }
      page.append(page.isEmpty() ? "\n" : "");
    }
    return page.toString();
  }

  private boolean read(String page) {
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    boolean openMetrics = random.nextBoolean();
    Optional<String> fault = buffers.parser().parse(bytes, bytes.length, openMetrics, true);
    if (fault.isPresent()) {
      bytes = OpenMetrics2.asOpenMetrics1(bytes, bytes.length, 1 << 20).orElse(bytes);
      fault = buffers.parser().parse(bytes, bytes.length, openMetrics, true);
    }
    if (fault.isPresent()) {
      return false;
    }
    nanos += Duration.ofSeconds(30).toNanos();
    own.take(bytes, bytes.length, openMetrics, nanos);
    Optional<Duration> window = baseline.age(nanos);
    baseline.compare(buffers, nanos);
    CounterBaseline.Compared compared =
        baseline.advance(buffers, new ReadTime(Instant.EPOCH, nanos), SecondLook.NOT_TAKEN);
    PageMetrics metrics =
        new PageMetrics(
            buffers, compared, Wanted.of(Ratio.parse("5%")), PageName.ofService("http://shop"));
    isSound(metrics.figures(Instant.EPOCH, window, LookAlikes.of(bytes, bytes.length)));
    isSound(metrics.with(own, Instant.EPOCH, window));
    return true;
  }

  private static void isSound(SourceFigures figures) {
    for (OptionalDouble value :
        List.of(
            figures.latency().p50(),
            figures.latency().p95(),
            figures.latency().p99(),
            figures.latency().slow(),
            figures.latency().highest(),
            figures.cpu(),
            figures.memory())) {
      if (value.isPresent() && !Double.isFinite(value.getAsDouble())) {
        throw new IllegalStateException("a figure that is none: " + figures);
      }
    }
    OptionalDouble slow = figures.latency().slow();
    if (slow.isPresent() && !(slow.getAsDouble() >= 0 && slow.getAsDouble() <= 1)) {
      throw new IllegalStateException("a share that is none: " + figures);
    }
  }
}
