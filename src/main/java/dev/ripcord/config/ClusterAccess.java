package dev.ripcord.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a Kubernetes cluster is reached.
 *
 * @param namespace which one is meant; the one of the context where none is named
 * @param context which of the kubeconfig; its current one where none is named
 * @param kubeconfig the file; KUBECONFIG, ~/.kube/config or the pod's own account where none is
 *     named
 */
public record ClusterAccess(
    Optional<String> namespace, Optional<String> context, Optional<Path> kubeconfig) {}
