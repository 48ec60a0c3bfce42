package dev.ripcord.config;

import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.release.Secret;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a service's health is measured. At least one source is there, and at most one that counts
 * requests beside our own probes.
 *
 * @param url the HTTP probe
 * @param metrics pages of Prometheus or OpenMetrics text, one for each instance
 * @param series the service's own series on the pages or in the server
 * @param prometheus a server that is asked
 * @param actuator the base of Spring Boot's actuator
 * @param json a document with figures
 * @param kubernetes pods whose CPU, memory, readiness and restarts are read
 * @param host whether CPU and memory are those of this machine or cgroup
 * @param headers what each request carries, such as an Authorization
 * @param connection how the sources are connected to
 * @param database the PostgreSQL whose state is shown; the one of the migrations where that is set
 */
public record SourceSettings(
    Optional<URI> url,
    List<URI> metrics,
    Optional<SeriesSettings> series,
    Optional<PrometheusSettings> prometheus,
    Optional<URI> actuator,
    Optional<JsonSettings> json,
    Optional<KubernetesSettings> kubernetes,
    boolean host,
    Map<String, Secret> headers,
    ConnectionSettings connection,
    Optional<Secret> database) {
  public SourceSettings {
    metrics = List.copyOf(metrics);
    headers = Map.copyOf(headers);
  }

  /** An HTTP probe and a page, as they are given without a file. */
  public static SourceSettings of(
      Optional<URI> url,
      Optional<URI> metrics,
      Map<String, Secret> headers,
      Optional<Secret> database) {
    return new SourceSettings(
        url,
        metrics.stream().toList(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        headers,
        ConnectionSettings.STANDARD,
        database);
  }

  /** The same, with the pods that a platform runs where none are named. */
  public SourceSettings withPodsOf(PlatformSettings.Kubernetes platform) {
    return new SourceSettings(
        url,
        metrics,
        series,
        prometheus,
        actuator,
        json,
        kubernetes.or(() -> Optional.of(KubernetesSettings.of(platform))),
        host,
        headers,
        connection,
        database);
  }

  /** Whether requests are counted by the service, and not by our own probes. */
  public boolean counts() {
    return !metrics.isEmpty() || prometheus.isPresent() || actuator.isPresent() || json.isPresent();
  }
}
