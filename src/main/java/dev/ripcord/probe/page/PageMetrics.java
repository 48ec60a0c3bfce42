package dev.ripcord.probe.page;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.source.SourceFigures;
import dev.ripcord.probe.source.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Turns one compared reading into figures, and says of each that is missing why it is.
 *
 * <p>Used once, for one reading.
 */
final class PageMetrics {
  private static final String KNOWN_COUNTERS =
      Arrays.stream(Family.values()).map(Family::counter).collect(Collectors.joining(", "));

  /** So many restarts in a row are no accident any more. */
  private static final int RESTARTS_TOLD = 3;

  private final PageReading page;
  private final CounterChange change;
  private final CounterBaseline.Compared compared;
  private final CounterBaseline.Step step;
  private final Wanted wanted;
  private final PageName name;
  private final List<Reason> reasons = new ArrayList<>();

  PageMetrics(
      PageBuffers buffers, CounterBaseline.Compared compared, Wanted wanted, PageName name) {
    this.page = buffers.reading();
    this.change = buffers.change();
    this.compared = compared;
    this.step = compared.step();
    this.wanted = wanted;
    this.name = name;
  }

  /**
   * The figures.
   *
   * @param at when the page was read
   * @param window the time since the reading before
   * @param lookAlikes names on the page that look like request counters
   */
  SourceFigures figures(Instant at, Optional<Duration> window, String lookAlikes) {
    Optional<Counts> counts = page.family().flatMap(f -> counts(f, at));
    if (page.family().isEmpty()) {
      uncounted(lookAlikes);
    }
    Latency latency = page.family().map(this::latency).orElse(Latency.NONE);
    OptionalDouble cpu = cpu(window);
    OptionalDouble memory = share(page.memoryShare());
    missing(latency, cpu, memory);
    return new SourceFigures(at, window, counts, latency, cpu, memory, List.copyOf(reasons));
  }

  /** CPU and memory of the page, counts and latency of a service's own series on it. */
  SourceFigures with(OwnSeries own, Instant at, Optional<Duration> window) {
    Optional<Counts> counts = own.counts(this::report);
    return new SourceFigures(
        at,
        window,
        counts,
        own.latency(),
        cpu(window),
        share(page.memoryShare()),
        List.copyOf(reasons));
  }

  /** By which counter requests were counted, with the numbers put in, for people. */
  String evidence() {
    return page.family()
        .map(
            family ->
                "%s, the well-known name of %s: %d series (%d of health and metrics routes left out)%s"
                    .formatted(
                        family.counter(),
                        family.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        page.kept(family),
                        page.excluded(family),
                        isCompared()
                            ? ", added "
                                + change.added().counts().requests()
                                + " requests, "
                                + change.added().counts().errors()
                                + " of them errors"
                            : ""))
        .orElse("no request counter");
  }

  private void uncounted(String lookAlikes) {
    String found =
        lookAlikes.isEmpty()
            ? "nothing on it looks like one"
            : "what looks like one is not known here: " + lookAlikes;
    report(
        Reason.Code.NO_DATA,
        "has no request counter; " + found + " (known are " + KNOWN_COUNTERS + ")");
  }

  private Optional<Counts> counts(Family family, Instant at) {
    String counter = family.counter();
    if (page.kept(family) == 0) {
      String all = "has only health and metrics routes in " + counter + " (";
      report(Reason.Code.NO_DATA, all + page.excluded(family) + " series), which are not counted");
      return Optional.empty();
    }
    if (!page.isTelling(family)) {
      report(
          Reason.Code.NO_DATA,
          "has no label in " + counter + " that marks errors, such as status, code or outcome");
      return Optional.empty();
    }
    double age = at.toEpochMilli() / 1e3 - page.stamp(family);
    if (age > CounterBaseline.KEPT.toSeconds()) {
      String old = "stamps its newest " + counter + " as " + Math.round(age) + " s old";
      report(Reason.Code.STALE, old + "; what passes it on has stopped reading the service");
      report(Reason.Code.NO_DATA, "has no fresh " + counter);
      return Optional.empty();
    }
    return compared(counter);
  }

  private Optional<Counts> compared(String counter) {
    switch (step) {
      case FIRST -> report(Reason.Code.NO_DATA, "first reading, nothing to compare with yet");
      case OTHER_FAMILY ->
          report(Reason.Code.NO_DATA, "now counts by " + counter + ": first reading of it");
      case REPEATED ->
          report(
              Reason.Code.STALE,
              "has the same timestamps in " + counter + " as the reading before");
      case MIXED ->
          report(
              Reason.Code.COUNTER_RESET,
              "comes from several instances behind one address in turn (its counters go down and"
                  + " up, or the process start goes back and forth), so its counters cannot be"
                  + " compared; give the address of one instance, or watch each as a service of its"
                  + " own");
      case UNCONFIRMED ->
          report(
              Reason.Code.COUNTER_RESET,
              "shows counters that fell or a process start that moved, and could not be read"
                  + " again to tell a restart from several instances behind one address; the next"
                  + " poll compares with the reading before");
      case KNOWN, RESTARTED, UNCERTAIN -> {
        return counted(counter);
      }
    }
    return Optional.empty();
  }

  /** The counts, where it does not matter for the verdict what is not known about them. */
  private Optional<Counts> counted(String counter) {
    if (change.ignored() > 0) {
      report(
          Reason.Code.NO_DATA,
          "has " + change.ignored() + " series of " + counter + " that are no usable number");
    }
    if (change.twins() > 0) {
      report(
          Reason.Code.PARSE,
          ("has %d series of %s twice with different values, such as %s, and does not show which is"
                  + " right; let the service register each series once")
              .formatted(change.twins(), counter, change.twinValues()));
      return Optional.empty();
    }
    if (change.counted() == 0) {
      return Optional.empty();
    }
    startMoved();
    boolean bad = isBad(change.added().counts());
    boolean decided =
        isBad(change.added().worst()) == bad
            && (step != CounterBaseline.Step.UNCERTAIN
                || (isBad(change.sinceStart().counts()) == bad
                    && isBad(change.sinceStart().worst()) == bad));
    boolean crashing = !bad && compared.restarts() >= RESTARTS_TOLD;
    if (crashing) {
      report(
          Reason.Code.COUNTER_RESET,
          "shows a process that began anew before each of the last "
              + compared.restarts()
              + " readings; what it counted before it ended is lost, so it is not called healthy:"
              + " look why it restarts");
    }
    unread(counter, decided);
    return decided && !crashing ? Optional.of(change.added().counts()) : Optional.empty();
  }

  private boolean isBad(Counts counts) {
    return wanted.threshold().isReachedBy(counts.errors(), counts.requests());
  }

  private void unread(String counter, boolean decided) {
    CounterChange.Requests added = change.added();
    if (added.unread() > 0) {
      String label =
          change.unread().isEmpty()
              ? "no label, or labels that contradict each other,"
              : "the label "
                  + change.unread()
                  + ", which is not understood (known are status"
                  + " numbers, 5xx, and words such as success and error),";
      report(
          Reason.Code.NO_DATA,
          "counts %d of %d requests in %s with %s so nobody knows whether they failed; %s"
              .formatted(
                  added.unread(),
                  added.counts().requests(),
                  counter,
                  label,
                  decided
                      ? "too few to change the verdict"
                      : "give the service a label with the status code"));
    }
  }

  /** Reports that the start of the process moved and what was made of it. */
  private void startMoved() {
    if (step == CounterBaseline.Step.UNCERTAIN) {
      report(
          Reason.Code.COUNTER_RESET,
          startShift()
              + " to a time between the two readings, while no counter fell: either a restart after"
              + " which the counters have passed their old values, or a clock that was set; only a"
              + " verdict that is the same for both is given");
    } else if (step == CounterBaseline.Step.KNOWN && Math.abs(compared.startShift()) > 1) {
      report(
          Reason.Code.COUNTER_RESET,
          startShift() + ", while its counters went on: no restart, so they are compared as usual");
    }
  }

  private String startShift() {
    return String.format(
        Locale.ROOT, "moved the start of its process by %.2f s", compared.startShift());
  }

  private Latency latency(Family family) {
    if (isCompared()) {
      Latency timed = change.latency(family.seconds(), wanted.slowerThan());
      if (timed.p50().isPresent()) {
        return timed;
      }
    }
    return new Latency(summary(family, 0.5), summary(family, 0.95), summary(family, 0.99));
  }

  /** The largest of a quantile that the service computed itself; NaN is what it says when idle. */
  private OptionalDouble summary(Family family, double share) {
    int code = MetricNames.code(family.latencySource(), MetricNames.QUANTILE);
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
        isCompared() && seconds > 0 ? share(change.cpuSeconds() / seconds) : OptionalDouble.empty();
    OptionalDouble given = share(page.cpuShare());
    boolean preferUsed = page.hasCpuSeconds() && used.isPresent();
    return preferUsed || given.isEmpty() ? used : given;
  }

  /** Whether what happened between the readings is known. */
  private boolean isCompared() {
    return step == CounterBaseline.Step.KNOWN || step == CounterBaseline.Step.RESTARTED;
  }

  private static OptionalDouble share(double value) {
    return value >= 0 && value < Double.POSITIVE_INFINITY
        ? OptionalDouble.of(value)
        : OptionalDouble.empty();
  }

  private void missing(Latency latency, OptionalDouble cpu, OptionalDouble memory) {
    if (!isCompared()) {
      return;
    }
    if (change.hasBucketTwins()) {
      report(Reason.Code.PARSE, "has buckets of latency twice with different values");
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
      report(Reason.Code.NO_DATA, "does not expose " + String.join(", ", absent));
    }
  }

  private void report(Reason.Code code, String text) {
    reasons.add(name.reason(code, text));
  }
}
