package dev.ripcord.config;

import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;

/**
 * Pods of a Kubernetes cluster.
 *
 * @param pods which ones
 * @param access how the cluster is reached
 */
public record KubernetesSettings(Pods pods, ClusterAccess access) {
  /** Which pods are meant. */
  public sealed interface Pods {}

  /**
   * Those with labels.
   *
   * @param selector as {@code kubectl -l} takes them
   */
  public record Labelled(String selector) implements Pods {}

  /**
   * Those that a workload's own selector finds.
   *
   * @param kind what it is
   * @param name its name
   */
  public record OfWorkload(Kind kind, String name) implements Pods {}

  /** The pods of the workload that a platform runs. */
  public static KubernetesSettings of(PlatformSettings.Kubernetes platform) {
    return new KubernetesSettings(
        new OfWorkload(platform.kind(), platform.workload()), platform.access());
  }
}
