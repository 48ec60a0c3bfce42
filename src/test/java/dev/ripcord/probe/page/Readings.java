package dev.ripcord.probe.page;

import dev.ripcord.health.Ratio;
import dev.ripcord.probe.source.SourceFigures;
import dev.ripcord.probe.source.Wanted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Feeds page after page of one service into the reading code, without a network. */
final class Readings {
  static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private final PageBuffers buffers = new PageBuffers();
  private final CounterBaseline baseline = new CounterBaseline();
  private long nanos = 7_000_000_000L;

  /** Lets time pass. */
  Readings after(Duration time) {
    nanos += time.toNanos();
    return this;
  }

  /** The wall clock at the next reading. */
  Instant next() {
    return AT.plusNanos(nanos).plusSeconds(30);
  }

  /** Reads a page 30 s after the one before. */
  SourceFigures read(String page) {
    return read(page, SecondLook.NOT_TAKEN);
  }

  /** The same, with what it said when it was read again at once. */
  SourceFigures read(String page, SecondLook look) {
    after(Duration.ofSeconds(30));
    Optional<String> fault = parse(page, false, true);
    if (fault.isPresent()) {
      throw new AssertionError(fault.get());
    }
    Optional<Duration> window = baseline.age(nanos);
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    Instant at = AT.plusNanos(nanos);
    baseline.compare(buffers, nanos);
    CounterBaseline.Compared compared = baseline.advance(buffers, new ReadTime(at, nanos), look);
    return new PageMetrics(
            buffers,
            compared,
            Wanted.of(Ratio.parse("5%")),
            PageName.ofService("http://shop/metrics"))
        .figures(AT, window, LookAlikes.of(bytes, bytes.length));
  }

  /** What is wrong with a page. */
  Optional<String> parse(String page, boolean openMetrics, boolean whole) {
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    return buffers.parser().parse(bytes, bytes.length, openMetrics, whole);
  }

  /** What the last page that was parsed said. */
  PageReading reading() {
    return buffers.reading();
  }
}
