package dev.ripcord.config;

import java.util.Optional;

/**
 * A service's own series, where the well-known names are not to be looked for.
 *
 * @param requests counts requests
 * @param errors counts those that failed; no such series is no error
 * @param latency a histogram's name, without {@code _bucket}
 */
public record SeriesSettings(
    SeriesSelector requests, SeriesSelector errors, Optional<SeriesSelector> latency) {
  /** The buckets of the histogram. */
  public Optional<SeriesSelector> buckets() {
    return latency.map(each -> each.of(each.name() + "_bucket"));
  }
}
