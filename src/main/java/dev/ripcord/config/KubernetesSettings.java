package dev.ripcord.config;

/**
 * Pods of a Kubernetes cluster.
 *
 * @param selector their labels, as {@code kubectl -l} takes them
 * @param access how the cluster is reached
 */
public record KubernetesSettings(String selector, ClusterAccess access) {}
