package dev.ripcord.config;

import dev.ripcord.release.Secret;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Where a service's health is measured. At least one of {@code url} and {@code metrics} is there.
 *
 * @param url the HTTP probe
 * @param metrics a page of Prometheus or OpenMetrics text
 * @param headers what both requests carry, such as an Authorization
 * @param database the PostgreSQL whose state is shown; the one of the migrations where that is set
 */
public record SourceSettings(
    Optional<URI> url,
    Optional<URI> metrics,
    Map<String, Secret> headers,
    Optional<Secret> database) {
  public SourceSettings {
    headers = Map.copyOf(headers);
  }
}
