package dev.ripcord.cli;

import dev.ripcord.config.ServiceSettings;
import dev.ripcord.watch.Counts;
import dev.ripcord.watch.Latency;
import dev.ripcord.watch.Reading;
import dev.ripcord.watch.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One check as a line of the Monitoring Plugins' form: state, text, performance data. A figure that
 * was not measured is left out: the parsers of Icinga and Nagios disagree on {@code U}.
 */
final class NagiosLine {
  private NagiosLine() {}

  static String of(ServiceSettings service, Sample sample, Reading reading) {
    String state =
        switch (reading.kind()) {
          case HEALTHY -> "OK";
          case WARNING -> "WARNING";
          case BREACH -> "CRITICAL";
          case UNKNOWN -> "UNKNOWN";
        };
    String text = text(reading);
    String line = state + " - " + service.name() + ": " + text.replace('|', '/');
    List<String> data = data(service, sample);
    return data.isEmpty() ? line : line + " | " + String.join(" ", data);
  }

  /** A healthy service is told by its rate; what could not be measured beside it comes after. */
  private static String text(Reading reading) {
    if (reading.kind() != Reading.Kind.HEALTHY) {
      return reading.why();
    }
    String rate = "error rate " + Words.rateOf(reading.judged());
    return reading.reasons().isEmpty() ? rate : rate + "; " + reading.why();
  }

  private static List<String> data(ServiceSettings service, Sample sample) {
    List<String> data = new ArrayList<>();
    Counts counts = sample.counts().orElse(Counts.NONE);
    if (counts.requests() > 0) {
      data.add(
          String.format(
              Locale.ROOT,
              "error_rate=%.4f%%;;%.4f;0;100",
              counts.errorRate() * 100,
              service.rules().threshold().value() * 100));
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
