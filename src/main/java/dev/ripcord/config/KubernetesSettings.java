package dev.ripcord.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Pods of a Kubernetes cluster.
 *
 * @param selector their labels, as {@code kubectl -l} takes them
 * @param namespace where they are; the one of the context where none is named
 * @param context which of the kubeconfig; its current one where none is named
 * @param kubeconfig the file; KUBECONFIG, ~/.kube/config or the pod's own account where none is
 *     named
 */
public record KubernetesSettings(
    String selector,
    Optional<String> namespace,
    Optional<String> context,
    Optional<Path> kubeconfig) {}
