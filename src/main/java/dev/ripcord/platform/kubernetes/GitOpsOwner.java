package dev.ripcord.platform.kubernetes;

import static dev.ripcord.platform.kubernetes.Workload.object;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * A GitOps controller's object that keeps a workload as a repository says, told by what it leaves
 * on the workload. Pure.
 *
 * @param tool which controller
 * @param path where the API has the object
 * @param text which object, for people
 * @param sure whether what was left says so by itself; else it has to be looked for
 */
record GitOpsOwner(Tool tool, String path, String text, boolean sure) {
  /** Which controller. */
  enum Tool {
    /** Argo CD, by an Application. */
    ARGO_CD,
    /** Flux, by a Kustomization or a HelmRelease. */
    FLUX
  }

  private static final String ARGO_NAMESPACE = "argocd";
  private static final String TRACKING = "argocd.argoproj.io/tracking-id";
  private static final String INSTANCE = "app.kubernetes.io/instance";

  /** Who keeps an object with this metadata; empty where nothing says that somebody does. */
  static Optional<GitOpsOwner> of(JsonObject metadata) {
    JsonObject labels = object(metadata, "labels");
    Optional<GitOpsOwner> flux =
        flux(labels, "kustomize", "Kustomization").or(() -> flux(labels, "helm", "HelmRelease"));
    return flux.or(
        () -> {
          String tracking = object(metadata, "annotations").getString(TRACKING, "");
          int colon = tracking.indexOf(':');
          String instance = labels.getString(INSTANCE, "");
          return colon > 0
              ? Optional.of(argo(tracking.substring(0, colon), true))
              : instance.isEmpty() ? Optional.empty() : Optional.of(argo(instance, false));
        });
  }

  private static Optional<GitOpsOwner> flux(JsonObject labels, String group, String kind) {
    String domain = group + ".toolkit.fluxcd.io";
    String name = labels.getString(domain + "/name", "");
    String namespace = labels.getString(domain + "/namespace", "flux-system");
    String version = group.equals("helm") ? "v2" : "v1";
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new GitOpsOwner(
                Tool.FLUX,
                "apis/%s/%s/namespaces/%s/%ss/%s"
                    .formatted(
                        domain,
                        version,
                        namespace,
                        group.equals("helm") ? "helmrelease" : "kustomization",
                        name),
                "Flux (%s %s/%s)".formatted(kind, namespace, name),
                true));
  }

  /**
   * An application in another namespace than Argo CD's own is tracked as {@code NAMESPACE_NAME}.
   */
  private static GitOpsOwner argo(String tracked, boolean sure) {
    int cut = tracked.indexOf('_');
    String namespace = cut > 0 ? tracked.substring(0, cut) : ARGO_NAMESPACE;
    String name = tracked.substring(cut + 1);
    return new GitOpsOwner(
        Tool.ARGO_CD,
        "apis/argoproj.io/v1alpha1/namespaces/%s/applications/%s".formatted(namespace, name),
        "Argo CD (Application %s/%s)".formatted(namespace, name),
        sure);
  }

  /** Whether the object says that its controller acts by itself. */
  boolean isAutomatic(JsonObject owner) {
    return switch (tool) {
      case ARGO_CD -> {
        JsonObject automated =
            object(object(owner, "spec"), "syncPolicy").getJsonObject("automated");
        yield automated != null && automated.getBoolean("enabled", true);
      }
      case FLUX -> !object(owner, "spec").getBoolean("suspend", false);
    };
  }

  /** A merge patch after which the controller leaves the workload alone. */
  JsonObject suspension() {
    return new JsonObject()
        .put(
            "spec",
            switch (tool) {
              case ARGO_CD ->
                  new JsonObject().put("syncPolicy", new JsonObject().putNull("automated"));
              case FLUX -> new JsonObject().put("suspend", true);
            });
  }

  /** How a person has it act again. */
  String resumption() {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return switch (tool) {
      case ARGO_CD -> "argocd app set " + name + " --sync-policy automated";
      case FLUX ->
          "flux resume %s %s -n %s"
              .formatted(
                  path.contains("helmreleases") ? "helmrelease" : "kustomization",
                  name,
                  path.split("/", -1)[4]);
    };
  }
}
