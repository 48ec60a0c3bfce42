package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import dev.ripcord.health.Baseline;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A watch on a terminal, as one block of lines: what is watched and for how long, whether it could
 * be rolled back, each figure with its limit and its last values, how the last poll was judged.
 * Called on one thread at a time.
 */
final class LiveFrame {
  private final Ansi paint;
  private final Sparkline rates = new Sparkline();
  private final Sparkline latencies = new Sparkline();

  LiveFrame(Ansi paint) {
    this.paint = paint;
  }

  /** One more poll for the pictures. */
  void polled(Sample sample) {
    OptionalDouble rate =
        sample.counts().filter(c -> c.requests() > 0).stream()
            .mapToDouble(Counts::errorRate)
            .findFirst();
    rates.add(rate);
    latencies.add(sample.latency().p99());
  }

  /** The block as things stand. */
  List<String> lines(ServiceStatus status, WatchStatus watch, Instant now) {
    WatchSpec charter = watch.row().charter();
    List<String> lines = new ArrayList<>();
    lines.add(title(charter, now));
    lines.add((watch.reversible() ? paint.ok() : paint.alert()) + " " + watch.rollback());
    lines.add("");
    Optional<Sample> sample = status.sample();
    lines.add(rate(charter, sample));
    sample.filter(s -> s.latency().p99().isPresent()).ifPresent(s -> lines.add(p99(charter, s)));
    sample
        .map(s -> machine(s, charter.rules().limits()))
        .filter(m -> !m.isBlank())
        .ifPresent(m -> lines.add("  " + m));
    lines.add(poll(status, watch, now));
    return lines;
  }

  private String title(WatchSpec charter, Instant now) {
    Release release = charter.release();
    String image = release.image().map(ImageRef::text).orElse("");
    String before =
        release
            .previousImage()
            .map(p -> "   (before: " + release.image().map(p::after).orElse(p.text()) + ")")
            .orElse("");
    return paint.bold(release.service().text())
        + "  release "
        + release.shownName()
        + (image.isEmpty() ? "" : "   " + image)
        + before
        + "   "
        + Format.duration(wholeSeconds(Duration.between(charter.startedAt(), now)))
        + " of "
        + Format.duration(charter.bake());
  }

  private String rate(WatchSpec charter, Optional<Sample> sample) {
    double limit = charter.rules().threshold().value();
    Counts counts = sample.flatMap(Sample::counts).orElse(Counts.NONE);
    boolean bad =
        counts.requests() > 0
            && charter.rules().threshold().isReachedBy(counts.errors(), counts.requests());
    String figure =
        rates.bars(2 * limit)
            + "  "
            + String.format("%-7s", FigureText.rate(counts, charter.rules().threshold()));
    return "  error rate   "
        + (bad ? paint.bad(figure) : paint.good(figure))
        + String.format("limit %-8s", charter.rules().threshold())
        + charter
            .before()
            .map(Baseline::counts)
            .filter(b -> b.requests() > 0)
            .map(b -> "before the release " + FigureText.rate(b, charter.rules().threshold()))
            .orElse("");
  }

  private String p99(WatchSpec charter, Sample sample) {
    Optional<Limit> limit =
        Optional.ofNullable(charter.rules().limits().get(Measure.LATENCY_P99)).filter(Limit::holds);
    OptionalDouble before = charter.before().map(Baseline::p99).orElse(OptionalDouble.empty());
    double p99 = sample.latency().p99().orElseThrow();
    boolean bad = limit.filter(l -> p99 >= l.value()).isPresent();
    double full = limit.map(l -> 2 * l.value()).orElse(2 * latencies.max());
    String figure =
        latencies.bars(full) + "  " + String.format("%-7s", Format.seconds(sample.latency().p99()));
    String limited =
        limit.map(l -> "limit " + Format.seconds(OptionalDouble.of(l.value()))).orElse("");
    String line = "  latency p99  " + (bad ? paint.warn(figure) : figure);
    return before.isPresent()
        ? line + String.format("%-14s", limited) + "before the release " + Format.seconds(before)
        : line + limited;
  }

  private static String machine(Sample sample, Map<Measure, Limit> limits) {
    List<String> parts = new ArrayList<>();
    if (sample.cpu().isPresent()) {
      parts.add("cpu " + Format.percent(sample.cpu(), limits.get(Measure.CPU)));
    }
    if (sample.memory().isPresent()) {
      parts.add("memory " + Format.percent(sample.memory(), limits.get(Measure.MEMORY)));
    }
    sample
        .database()
        .map(DatabaseState::up)
        .ifPresent(up -> parts.add("database " + (up ? "up" : "down")));
    return String.join("      ", parts);
  }

  private String poll(ServiceStatus status, WatchStatus watch, Instant now) {
    String state =
        watch.phase() == Phase.WATCHING
            ? status
                .nextPoll()
                .filter(now::isBefore)
                .map(n -> "next poll in " + Format.duration(wholeSeconds(Duration.between(now, n))))
                .orElse("polling")
            : watch.state();
    Optional<HealthReading> reading = status.reading();
    String judged =
        reading
            .map(
                r ->
                    paint.reading(r.kind())
                        + switch (r.kind()) {
                          case UNKNOWN -> ": " + r.why();
                          case WARNING -> ": " + r.limits();
                          case HEALTHY, BREACH -> "";
                        })
            .orElse("not judged yet");
    return "  poll "
        + watch.polls()
        + " "
        + judged
        + "      "
        + status.streak()
        + " of "
        + watch.row().charter().rules().breaches().needed()
        + " breaches      "
        + state;
  }

  private static Duration wholeSeconds(Duration duration) {
    return Duration.ofSeconds(Math.max(1, duration.toSeconds()));
  }
}
