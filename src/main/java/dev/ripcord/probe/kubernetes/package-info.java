/**
 * CPU, memory, readiness and restarts of pods, from a Kubernetes cluster's API server and its
 * metrics API.
 *
 * <p>May know {@code probe.http} and {@code probe.source}; no other source.
 */
@NullMarked
package dev.ripcord.probe.kubernetes;

import org.jspecify.annotations.NullMarked;
