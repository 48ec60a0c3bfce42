package dev.ripcord.cli.check;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.release.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * One check as people read it: the first line answers, the rest is evidence, the last says what
 * next.
 */
final class CheckText {
  private final Ansi paint;
  private final Rules rules;

  CheckText(Ansi paint, Rules rules) {
    this.paint = paint;
    this.rules = rules;
  }

  /** All lines. */
  List<String> lines(ServiceName service, Sample sample, HealthReading reading, boolean verbose) {
    List<String> lines = new ArrayList<>();
    lines.add(paint.reading(reading.kind()) + "   " + service + "   " + headline(sample, reading));
    lines.add(
        "  requests   "
            + sample.counts().map(c -> Long.toString(c.requests())).orElse(Format.NOTHING)
            + (sample.probed() ? " probes" : "")
            + "    latency  "
            + latency(sample.latency()));
    lines.add(
        "  cpu        "
            + Format.percent(sample.cpu(), rules.limits().get(Measure.CPU))
            + "    memory   "
            + Format.percent(sample.memory(), rules.limits().get(Measure.MEMORY))
            + "    database  "
            + sample.database().map(CheckText::database).orElse(Format.NOTHING)
            + "    status "
            + (sample.status().isPresent() ? sample.status().getAsInt() : Format.NOTHING));
    boolean all = verbose || reading.kind() != HealthReading.Kind.HEALTHY;
    // A healthy service says nothing of what it does not measure, but where a redirect has led.
    List<Reason> shown =
        reading.reasons().stream().filter(r -> all || r.code() == Reason.Code.STATUS).toList();
    for (Reason reason : shown) {
      lines.add("  " + paint.faint(reason.code().text() + ": " + reason.text()));
    }
    if (verbose) {
      lines.addAll(evidence(sample, reading));
    }
    next(service, sample, reading).ifPresent(n -> lines.add("  " + n));
    return lines.stream().map(paint::plain).toList();
  }

  private String headline(Sample sample, HealthReading reading) {
    return switch (reading.kind()) {
      case HEALTHY -> rate(sample, reading.judged());
      case BREACH ->
          sample.liveness() == Liveness.SILENT
              ? "does not answer: " + first(reading, r -> r.code() != Reason.Code.NO_DATA)
              : first(reading, r -> r.code() == Reason.Code.OVER_THRESHOLD);
      case WARNING -> first(reading, r -> r.code() == Reason.Code.OVER_THRESHOLD);
      case UNKNOWN ->
          reading.unmeasured()
              ? "could not measure: " + first(reading, r -> true)
              : first(reading, r -> r.code() == Reason.Code.LOW_VOLUME);
    };
  }

  private static String first(HealthReading reading, Predicate<Reason> which) {
    return reading.reasons().stream()
        .filter(which)
        .findFirst()
        .or(() -> reading.reasons().stream().findFirst())
        .map(Reason::text)
        .orElse("");
  }

  private String rate(Sample sample, Counts judged) {
    return "error rate "
        + FigureText.rate(judged, rules.threshold())
        + " ("
        + judged.errors()
        + " of "
        + judged.requests()
        + (sample.probed() ? " probes in " : " requests in ")
        + Format.duration(sample.window())
        + "), limit "
        + rules.threshold();
  }

  private String latency(Latency latency) {
    return "p50 "
        + Format.seconds(latency.p50())
        + " "
        + paint.dot()
        + " p95 "
        + Format.seconds(latency.p95())
        + " "
        + paint.dot()
        + " p99 "
        + Format.seconds(latency.p99())
        + (latency.slow().isPresent() && rules.slowerThan().isPresent()
            ? " "
                + paint.dot()
                + " longer than "
                + Format.seconds(rules.slowerThan())
                + " "
                + FigureText.share(latency.slow().getAsDouble())
            : "");
  }

  private static String database(DatabaseState state) {
    if (!state.up()) {
      return "down";
    }
    StringBuilder text = new StringBuilder("up, ").append(Format.seconds(state.latency()));
    if (state.connections().isPresent() && state.connectionLimit().isPresent()) {
      text.append(
          ", %d of %d connections"
              .formatted(state.connections().getAsInt(), state.connectionLimit().getAsInt()));
    }
    if (isLong(state.lockWait())) {
      text.append(", waits for a lock ").append(Format.seconds(state.lockWait()));
    }
    if (isLong(state.transaction())) {
      text.append(", oldest transaction ").append(Format.seconds(state.transaction()));
    }
    return text.toString();
  }

  private static boolean isLong(OptionalDouble seconds) {
    return seconds.isPresent() && seconds.getAsDouble() >= 1;
  }

  private List<String> evidence(Sample sample, HealthReading reading) {
    List<String> lines = new ArrayList<>();
    Counts judged = reading.judged();
    lines.add(
        "  judged     "
            + judged.errors()
            + " × 100% "
            + (judged.requests() > 0
                    && rules.threshold().isReachedBy(judged.errors(), judged.requests())
                ? "≥ "
                : "< ")
            + judged.requests()
            + " × "
            + rules.threshold()
            + ", normal when well "
            + rules.normal()
            + ", window "
            + Format.duration(sample.window())
            + (sample.probed() ? ", own probes" : ", the service's own counters"));
    return lines;
  }

  private static Optional<String> next(ServiceName service, Sample sample, HealthReading reading) {
    boolean few = reading.reasons().stream().anyMatch(r -> r.code() == Reason.Code.LOW_VOLUME);
    if (reading.kind() == HealthReading.Kind.UNKNOWN && few) {
      return Optional.of("Longer: ripcord check " + service + " --over 30s");
    }
    boolean answers = sample.liveness() == Liveness.ANSWERS && !sample.probed();
    if (reading.kind() == HealthReading.Kind.UNKNOWN && answers) {
      return Optional.of("The service itself answers. Look at where its metrics are read.");
    }
    return Optional.empty();
  }
}
