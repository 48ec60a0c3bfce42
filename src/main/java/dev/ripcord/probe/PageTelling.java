package dev.ripcord.probe;

import dev.ripcord.watch.Counts;
import dev.ripcord.watch.Latency;
import dev.ripcord.watch.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Turns one compared reading into figures, and says of each that is missing why it is.
 *
 * <p>Used once, for one reading.
 */
final class PageTelling {
  private static final String KNOWN_COUNTERS =
      Arrays.stream(Family.values()).map(Family::counter).collect(Collectors.joining(", "));

  private final PageReading page;
  private final Change change;
  private final Baseline.Step step;
  private final String shown;
  private final List<Reason> reasons = new ArrayList<>();

  PageTelling(PageReading page, Change change, Baseline.Step step, String shown) {
    this.page = page;
    this.change = change;
    this.step = step;
    this.shown = shown;
  }

  /**
   * The figures.
   *
   * @param at when the page was read
   * @param window the time since the reading before
   * @param lookAlikes names on the page that look like request counters
   */
  PageFigures figures(Instant at, Optional<Duration> window, String lookAlikes) {
    Optional<Counts> counts = page.family().flatMap(f -> counts(f, at));
    if (page.family().isEmpty()) {
      uncounted(lookAlikes);
    }
    Latency latency = page.family().map(this::latency).orElse(Latency.NONE);
    OptionalDouble cpu = cpu(window);
    OptionalDouble memory = share(page.memoryShare());
    missing(latency, cpu, memory);
    return new PageFigures(at, window, counts, latency, cpu, memory, List.copyOf(reasons));
  }

  private void uncounted(String lookAlikes) {
    String found =
        lookAlikes.isEmpty()
            ? "nothing on it looks like one"
            : "what looks like one is not known here: " + lookAlikes;
    say(
        Reason.Code.NO_DATA,
        "has no request counter; " + found + " (known are " + KNOWN_COUNTERS + ")");
  }

  private Optional<Counts> counts(Family family, Instant at) {
    String counter = family.counter();
    if (page.kept(family) == 0) {
      String all = "has only health and metrics routes in " + counter + " (";
      say(Reason.Code.NO_DATA, all + page.excluded(family) + " series), which are not counted");
      return Optional.empty();
    }
    if (!page.isTelling(family)) {
      say(
          Reason.Code.NO_DATA,
          "has no label in " + counter + " that tells errors, such as status, code or outcome");
      return Optional.empty();
    }
    double age = at.toEpochMilli() / 1e3 - page.stamp(family);
    if (age > Baseline.KEPT.toSeconds()) {
      String old = "stamps its newest " + counter + " as " + Math.round(age) + " s old";
      say(Reason.Code.STALE, old + "; what passes it on has stopped reading the service");
      say(Reason.Code.NO_DATA, "has no fresh " + counter);
      return Optional.empty();
    }
    return compared(counter);
  }

  private Optional<Counts> compared(String counter) {
    switch (step) {
      case FIRST -> say(Reason.Code.NO_DATA, "first reading, nothing to compare with yet");
      case OTHER_FAMILY ->
          say(Reason.Code.NO_DATA, "now counts by " + counter + ": first reading of it");
      case REPEATED ->
          say(
              Reason.Code.STALE,
              "has the same timestamps in " + counter + " as the reading before");
      case MIXED ->
          say(
              Reason.Code.COUNTER_RESET,
              "comes from several instances behind one address in turn (the process start goes"
                  + " back and forth), so its counters cannot be compared; give the address of"
                  + " one instance, or watch each as a service of its own");
      case KNOWN -> {
        if (change.ignored() > 0) {
          say(
              Reason.Code.NO_DATA,
              "has " + change.ignored() + " series of " + counter + " that are no usable number");
        }
        return change.counted() == 0 ? Optional.empty() : Optional.of(change.counts());
      }
    }
    return Optional.empty();
  }

  private Latency latency(Family family) {
    if (step == Baseline.Step.KNOWN && change.quantile(0.5).isPresent()) {
      return new Latency(quantile(family, 0.5), quantile(family, 0.95), quantile(family, 0.99));
    }
    return new Latency(summary(family, 0.5), summary(family, 0.95), summary(family, 0.99));
  }

  private OptionalDouble quantile(Family family, double share) {
    OptionalDouble inUnit = change.quantile(share);
    return inUnit.isPresent() ? OptionalDouble.of(inUnit.getAsDouble() * family.seconds()) : inUnit;
  }

  /** The largest of a quantile that the service computed itself; NaN is what it says when idle. */
  private OptionalDouble summary(Family family, double share) {
    int code = Vocabulary.code(family.latencySource(), Vocabulary.QUANTILE);
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < page.size(); i++) {
      double value = page.value(i);
      boolean wanted = page.code(i) == code && page.bound(i) == share;
      if (wanted && value >= 0 && value < Double.POSITIVE_INFINITY) {
        most = Math.max(most, value * family.seconds());
      }
    }
    return most < 0 ? OptionalDouble.empty() : OptionalDouble.of(most);
  }

  /** CPU time over the window where the page has it, else the share that it gives itself. */
  private OptionalDouble cpu(Optional<Duration> window) {
    double seconds = window.map(w -> w.toNanos() / 1e9).orElse(0.0);
    OptionalDouble used =
        step == Baseline.Step.KNOWN && seconds > 0
            ? share(change.cpuSeconds() / seconds)
            : OptionalDouble.empty();
    OptionalDouble told = share(page.cpuShare());
    boolean preferUsed = page.hasCpuSeconds() && used.isPresent();
    return preferUsed || told.isEmpty() ? used : told;
  }

  private static OptionalDouble share(double value) {
    return value >= 0 && value < Double.POSITIVE_INFINITY
        ? OptionalDouble.of(value)
        : OptionalDouble.empty();
  }

  private void missing(Latency latency, OptionalDouble cpu, OptionalDouble memory) {
    if (step != Baseline.Step.KNOWN) {
      return;
    }
    List<String> absent = new ArrayList<>();
    if (page.family().isPresent() && latency.p50().isEmpty() && latency.p99().isEmpty()) {
      absent.add(change.observations() == 0 ? "latency (no request was timed)" : "latency");
    }
    if (cpu.isEmpty()) {
      absent.add("cpu");
    }
    if (memory.isEmpty()) {
      absent.add("memory (use and limit)");
    }
    if (!absent.isEmpty()) {
      say(Reason.Code.NO_DATA, "does not tell " + String.join(", ", absent));
    }
  }

  private void say(Reason.Code code, String text) {
    reasons.add(MetricsPage.reason(code, text, shown));
  }
}
