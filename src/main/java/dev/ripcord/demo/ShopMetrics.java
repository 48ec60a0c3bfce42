package dev.ripcord.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The shop's counters as Prometheus text, with the names that Spring Boot gives them. Used from one
 * event loop.
 */
final class ShopMetrics {
  private static final double[] BOUNDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5
  };
  private static final Path MEMORY = Path.of("/proc/self/status");

  private final Map<Integer, Tally> byStatus = new TreeMap<>();

  /** Counts one answered order. */
  void answered(int status, long nanos) {
    byStatus.computeIfAbsent(status, first -> new Tally()).add(nanos / 1e9);
  }

  /** The page. Reads this process's own figures, which block for microseconds at most. */
  String page() {
    StringBuilder page = new StringBuilder(2048);
    ProcessHandle.Info self = ProcessHandle.current().info();
    self.startInstant()
        .map(ShopMetrics::seconds)
        .ifPresent(start -> gauge(page, "process_start_time_seconds", start));
    self.totalCpuDuration()
        .map(ShopMetrics::seconds)
        .ifPresent(spent -> type(page, "process_cpu_seconds_total", "counter").append(spent));
    page.append('\n');
    residentBytes()
        .ifPresent(bytes -> gauge(page, "process_resident_memory_bytes", String.valueOf(bytes)));
    page.append("# TYPE http_server_requests_seconds histogram\n");
    byStatus.forEach((status, tally) -> tally.write(page, labels(status)));
    return page.toString();
  }

  private static String labels(int status) {
    String outcome = status >= 500 ? "SERVER_ERROR" : "SUCCESS";
    return "method=\"GET\",uri=\"/\",status=\"" + status + "\",outcome=\"" + outcome + '"';
  }

  private static void gauge(StringBuilder page, String name, String value) {
    type(page, name, "gauge").append(value).append('\n');
  }

  private static StringBuilder type(StringBuilder page, String name, String type) {
    return page.append("# TYPE " + name + ' ' + type + '\n').append(name).append(' ');
  }

  private static String seconds(Instant at) {
    return String.valueOf(at.toEpochMilli() / 1e3);
  }

  private static String seconds(Duration spent) {
    return String.valueOf(spent.toNanos() / 1e9);
  }

  /** Memory in RAM, where the kernel tells it (Linux). */
  private static OptionalLong residentBytes() {
    try {
      return Files.readAllLines(MEMORY).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException notLinux) {
      return OptionalLong.empty();
    }
  }

  /** How many took how long. */
  private static final class Tally {
    private final long[] upTo = new long[BOUNDS.length];
    private long count;
    private double sum;

    void add(double seconds) {
      count++;
      sum += seconds;
      for (int i = 0; i < BOUNDS.length; i++) {
        if (seconds <= BOUNDS[i]) {
          upTo[i]++;
        }
      }
    }

    void write(StringBuilder page, String labels) {
      for (int i = 0; i < BOUNDS.length; i++) {
        bucket(page, labels, String.valueOf(BOUNDS[i]), upTo[i]);
      }
      bucket(page, labels, "+Inf", count);
      page.append("http_server_requests_seconds_count{" + labels + "} " + count + '\n');
      page.append("http_server_requests_seconds_sum{" + labels + "} " + sum + '\n');
    }

    private static void bucket(StringBuilder page, String labels, String bound, long value) {
      page.append("http_server_requests_seconds_bucket{" + labels)
          .append(",le=\"" + bound + "\"} " + value + '\n');
    }
  }
}
