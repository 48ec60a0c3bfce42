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
import dev.ripcord.report.Sparkline;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * A watch on a terminal, as one block of lines: what is watched, how much of the bake time is over,
 * whether it could be rolled back, each figure with its limit and its last values, how the last
 * polls were judged. Called on one thread at a time.
 */
final class LiveFrame {
  private static final int POLLS_KEPT = 200;
  private static final int BARS_LEAST = 12;
  private static final int BARS_MOST = 60;

  /** What a line with a picture takes beside it. */
  private static final int BESIDE_BARS = 68;

  private static final int BESIDE_STRIP = 15;
  private static final int BESIDE_PROGRESS = 32;

  private final Ansi paint;
  private final IntSupplier columns;
  private final Deque<Seen> polls = new ArrayDeque<>();

  /** What is drawn of a poll. */
  private record Seen(OptionalDouble rate, OptionalDouble p99, HealthReading.Kind kind) {}

  /**
   * Nothing was polled yet.
   *
   * @param columns how wide the terminal is now
   */
  LiveFrame(Ansi paint, IntSupplier columns) {
    this.paint = paint;
    this.columns = columns;
  }

  /** One more poll for the pictures. */
  void polled(Sample sample, HealthReading.Kind kind) {
    OptionalDouble rate =
        sample.counts().filter(c -> c.requests() > 0).stream()
            .mapToDouble(Counts::errorRate)
            .findFirst();
    polls.addLast(new Seen(rate, sample.latency().p99(), kind));
    if (polls.size() > POLLS_KEPT) {
      polls.removeFirst();
    }
  }

  /** The block as things stand. */
  List<String> lines(ServiceStatus status, WatchStatus watch, Instant now) {
    WatchSpec charter = watch.row().charter();
    List<String> lines = new ArrayList<>();
    lines.add(title(charter));
    if (watch.phase() == Phase.ROLLING_BACK) {
      lines.add(paint.back() + " rolling back"); // The bake time counts no longer.
    } else {
      lines.add(progress(charter, watch, now));
      lines.add((watch.reversible() ? paint.ok() : paint.alert()) + " " + watch.rollback());
    }
    lines.add("");
    Optional<Sample> sample = status.sample();
    lines.add(rate(charter, sample));
    sample.filter(s -> s.latency().p99().isPresent()).ifPresent(s -> lines.add(p99(charter, s)));
    sample
        .map(s -> machine(s, charter.rules().limits()))
        .filter(m -> !m.isBlank())
        .ifPresent(m -> lines.add("  " + m));
    if (!polls.isEmpty()) {
      lines.add("  polls        " + strip());
    }
    lines.add(poll(status, watch, now));
    return lines;
  }

  private String title(WatchSpec charter) {
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
        + before;
  }

  /** How much of the bake time is over; a pause stops it. */
  private String progress(WatchSpec charter, WatchStatus watch, Instant now) {
    Duration over = watch.bake().over(charter, now);
    String times = Format.duration(wholeSeconds(over)) + " of " + Format.duration(charter.bake());
    int width = Math.clamp(columns.getAsInt() - BESIDE_PROGRESS, 10, 60);
    double share =
        charter.bake().isZero()
            ? 1
            : Math.clamp(over.toMillis() / (double) charter.bake().toMillis(), 0, 1);
    int full = (int) (share * width);
    String bar = "█".repeat(full) + "░".repeat(width - full);
    String painted =
        switch (watch.phase()) {
          case WATCHING -> paint.good(bar);
          case PAUSED, ASKING -> paint.warn(bar);
          case ROLLING_BACK, ENDED -> bar;
        };
    return painted + String.format(Locale.ROOT, " %3d%%  ", (int) (share * 100)) + times;
  }

  /** How the last polls were judged, each a mark in its colour. */
  private String strip() {
    StringBuilder strip = new StringBuilder();
    last(Math.clamp(columns.getAsInt() - BESIDE_STRIP, 1, POLLS_KEPT))
        .forEach(
            seen ->
                strip.append(
                    switch (seen.kind()) {
                      case HEALTHY -> paint.ok();
                      case WARNING -> paint.alert();
                      case BREACH -> paint.cross();
                      case UNKNOWN -> "?";
                    }));
    return strip.toString();
  }

  private List<Seen> last(int most) {
    return polls.stream().skip(Math.max(0, polls.size() - most)).toList();
  }

  private int bars() {
    return Math.clamp(columns.getAsInt() - BESIDE_BARS, BARS_LEAST, BARS_MOST);
  }

  /** The last values as bars, each in the colour of its poll, filled up to a fixed width. */
  private String bars(Function<Seen, OptionalDouble> value, double full) {
    int width = bars();
    List<Seen> shown = last(width);
    StringBuilder bars = new StringBuilder();
    for (Seen seen : shown) {
      String bar = String.valueOf(Sparkline.bar(value.apply(seen), full));
      bars.append(
          switch (seen.kind()) {
            case HEALTHY -> paint.good(bar);
            case WARNING -> paint.warn(bar);
            case BREACH -> paint.bad(bar);
            case UNKNOWN -> bar;
          });
    }
    return bars + " ".repeat(width - shown.size());
  }

  private String rate(WatchSpec charter, Optional<Sample> sample) {
    double limit = charter.rules().threshold().value();
    Counts counts = sample.flatMap(Sample::counts).orElse(Counts.NONE);
    boolean bad =
        counts.requests() > 0
            && charter.rules().threshold().isReachedBy(counts.errors(), counts.requests());
    String figure = String.format("%-7s", FigureText.rate(counts, charter.rules().threshold()));
    return "  error rate   "
        + bars(Seen::rate, 2 * limit)
        + "  "
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
    double highest =
        last(bars()).stream().flatMapToDouble(seen -> seen.p99().stream()).max().orElse(0);
    double full = 2 * limit.map(Limit::value).orElse(highest);
    String figure = String.format("%-7s", Format.seconds(sample.latency().p99()));
    String limited =
        limit.map(l -> "limit " + Format.seconds(OptionalDouble.of(l.value()))).orElse("");
    String line =
        "  latency p99  " + bars(Seen::p99, full) + "  " + (bad ? paint.warn(figure) : figure);
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
    if (watch.phase() == Phase.ROLLING_BACK) {
      return "  last poll " + judged;
    }
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
