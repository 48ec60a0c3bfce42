package dev.ripcord.health;

import java.util.Locale;

/** What a rule looks at. */
public enum Measure {
  /** Failed requests of all, and whether the service answers at all. */
  ERROR_RATE,
  /** Median latency. */
  LATENCY_P50,
  /** 95th percentile of latency. */
  LATENCY_P95,
  /** 99th percentile of latency. */
  LATENCY_P99,
  /** Share of the CPU. */
  CPU,
  /** Share of the memory. */
  MEMORY;

  /** As configuration, JSON and metrics spell it: {@code latency-p99}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
