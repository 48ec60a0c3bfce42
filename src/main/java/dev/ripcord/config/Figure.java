package dev.ripcord.config;

import java.util.Locale;

/** What a source may be asked for, each by itself. */
public enum Figure {
  /** How many requests there were. */
  REQUESTS,
  /** How many of them failed. */
  ERRORS,
  /** The share of them that failed. */
  ERROR_RATE,
  /** The median latency in seconds. */
  LATENCY_P50,
  /** The 95th percentile. */
  LATENCY_P95,
  /** The 99th percentile. */
  LATENCY_P99,
  /** The share of requests that took too long. */
  SLOW_REQUESTS,
  /** The share of the CPU that the service may use. */
  CPU,
  /** The share of the memory. */
  MEMORY;

  /** As the configuration spells it: {@code error-rate}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
