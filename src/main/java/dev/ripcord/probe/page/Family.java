package dev.ripcord.probe.page;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The request counters that are known, in the order of preference: of two that stand on one page
 * only the first is counted, since both count the same requests.
 */
enum Family {
  /** Micrometer: Spring Boot, Quarkus, Micronaut. */
  MICROMETER("http_server_requests_seconds_count", "http_server_requests_seconds", 1),
  /** Vert.x's own metrics. */
  VERTX("vertx_http_server_requests_total", "vertx_http_server_response_time_seconds", 1),
  /** OpenTelemetry's stable names. */
  OPENTELEMETRY(
      "http_server_request_duration_seconds_count", "http_server_request_duration_seconds", 1),
  /** OpenTelemetry's names before they were stable; milliseconds. */
  OPENTELEMETRY_OLD(
      "http_server_duration_milliseconds_count", "http_server_duration_milliseconds", 1e-3),
  /** What the guides of the Prometheus client libraries use. */
  CLIENT_LIBRARY("http_requests_total", "http_request_duration_seconds", 1),
  /** The same guides, where only the histogram is kept. */
  CLIENT_HISTOGRAM("http_request_duration_seconds_count", "http_request_duration_seconds", 1),
  /** The NGINX ingress controller of Kubernetes. */
  INGRESS_NGINX(
      "nginx_ingress_controller_requests", "nginx_ingress_controller_response_duration_seconds", 1),
  /** Istio's sidecar, as the side that is called sees it; its latency is in milliseconds. */
  ISTIO("istio_requests_total", "istio_request_duration_milliseconds", 1e-3),
  /** Traefik, by the services behind it. */
  TRAEFIK("traefik_service_requests_total", "traefik_service_request_duration_seconds", 1),
  /** Caddy, which counts where it times. */
  CADDY("caddy_http_request_duration_seconds_count", "caddy_http_request_duration_seconds", 1),
  /** HAProxy, by its backends; it keeps no histogram. */
  HAPROXY("haproxy_backend_http_responses_total", "haproxy_backend_response_time_seconds", 1),
  /** Envoy, by what its clients got; its latency is in milliseconds. */
  ENVOY("envoy_http_downstream_rq_xx", "envoy_http_downstream_rq_time", 1e-3);

  private static final List<Family> ALL = List.of(values());
  private static final Map<Family, Family> LATENCY_SOURCES = new EnumMap<>(Family.class);

  static {
    ALL.forEach(family -> LATENCY_SOURCES.put(family, family.firstWithItsLatency()));
  }

  private final String counter;
  private final String latency;
  private final double seconds;

  Family(String counter, String latency, double seconds) {
    this.counter = counter;
    this.latency = latency;
    this.seconds = seconds;
  }

  /** The name of the series that count requests. */
  String counter() {
    return counter;
  }

  /** The name of the histogram or summary of latency, without {@code _bucket}. */
  String latency() {
    return latency;
  }

  /** How many seconds one unit of the latency is. */
  double seconds() {
    return seconds;
  }

  /** The family under which the series of this family's latency are read: families may share it. */
  Family latencySource() {
    return LATENCY_SOURCES.getOrDefault(this, this);
  }

  private Family firstWithItsLatency() {
    return ALL.stream().filter(f -> f.latency.equals(latency)).findFirst().orElse(this);
  }

  /** Whether a series without any label of the result counts requests that did not fail. */
  boolean isCleanWithoutLabel() {
    // OpenTelemetry leaves error.type out when there was no error.
    return this == OPENTELEMETRY || this == OPENTELEMETRY_OLD;
  }

  /** Its place in the order of preference, from 0. */
  int index() {
    return ALL.indexOf(this);
  }

  /** The family at a place in the order of preference. */
  static Family at(int index) {
    return ALL.get(index);
  }

  /** How many there are. */
  static int count() {
    return ALL.size();
  }
}
