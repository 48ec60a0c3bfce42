package dev.ripcord.cli.check;

import dev.ripcord.config.ServiceSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One check as a line of the Monitoring Plugins' form: state, text, performance data. A figure that
 * was not measured is left out: the parsers of Icinga and Nagios disagree on {@code U}.
 */
final class NagiosLine {
  private NagiosLine() {}

  static String of(ServiceSettings service, Sample sample, HealthReading reading) {
    String state =
        switch (reading.kind()) {
          case HEALTHY -> "OK";
          case WARNING -> "WARNING";
          case BREACH -> "CRITICAL";
          case UNKNOWN -> "UNKNOWN";
        };
    String text = text(reading, service.rules().threshold());
    String line = state + " - " + service.name() + ": " + text.replace('|', '/');
    List<String> data = data(service, sample);
    return data.isEmpty() ? line : line + " | " + String.join(" ", data);
  }

  /** Where there was no check. */
  static String notChecked(String why) {
    return "UNKNOWN - " + why.lines().findFirst().orElse("").replace('|', '/');
  }

  /** A healthy service is shown by its rate; what could not be measured beside it comes after. */
  private static String text(HealthReading reading, Ratio limit) {
    if (reading.kind() != HealthReading.Kind.HEALTHY) {
      return reading.why();
    }
    String rate = "error rate " + FigureText.rateOf(reading.judged(), limit);
    return Stream.concat(Stream.of(rate), reading.reasons().stream().map(Reason::text))
        .collect(Collectors.joining("; "));
  }

  private static List<String> data(ServiceSettings service, Sample sample) {
    List<String> data = new ArrayList<>();
    Counts counts = sample.counts().orElse(Counts.NONE);
    if (counts.requests() > 0) {
      Ratio limit = service.rules().threshold();
      data.add(
          "error_rate=%s;;%s;0;100"
              .formatted(
                  FigureText.pluginRate(counts, limit),
                  String.format(Locale.ROOT, "%.4f", limit.value() * 100)));
      data.add("requests=" + counts.requests() + ";;;0");
      data.add("errors=" + counts.errors() + ";;;0");
    }
    Latency latency = sample.latency();
    seconds(data, "latency_p50", latency.p50());
    seconds(data, "latency_p95", latency.p95());
    seconds(data, "latency_p99", latency.p99());
    share(data, "cpu", sample.cpu());
    share(data, "memory", sample.memory());
    return data;
  }

  private static void seconds(List<String> data, String label, OptionalDouble value) {
    value.ifPresent(v -> data.add(String.format(Locale.ROOT, "%s=%.6fs;;;0", label, v)));
  }

  private static void share(List<String> data, String label, OptionalDouble value) {
    value.ifPresent(v -> data.add(String.format(Locale.ROOT, "%s=%.2f%%;;;0", label, v * 100)));
  }
}
