/** A server with Prometheus' HTTP API: Prometheus itself, Thanos, Mimir, VictoriaMetrics. */
@NullMarked
package dev.ripcord.probe.prometheus;

import org.jspecify.annotations.NullMarked;
