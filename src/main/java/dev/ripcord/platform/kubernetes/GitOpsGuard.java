package dev.ripcord.platform.kubernetes;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.PlatformSettings.Kubernetes.GitOps;
import dev.ripcord.port.Permit;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Finds out whether a GitOps controller would undo a switch, and suspends it where it may. */
final class GitOpsGuard {
  private final WorkloadApi api;
  private final PlatformSettings.Kubernetes settings;

  GitOpsGuard(WorkloadApi api, PlatformSettings.Kubernetes settings) {
    this.api = api;
    this.settings = settings;
  }

  /** What a person may want to know before a switch; nothing where a repository is changed too. */
  Future<List<String>> warnings(Workload workload) {
    return settings.git().isPresent()
        ? Future.succeededFuture(List.of())
        : owner(workload).map(found -> found.map(this::warning).stream().toList());
  }

  private String warning(GitOpsOwner owner) {
    return settings.gitOps() == GitOps.SUSPEND
        ? "%s keeps %s: its automatic synchronisation is suspended first; afterwards: %s"
            .formatted(owner.text(), api.text(), owner.resumption())
        : "%s keeps %s and would put the bad version back; set platform.kubernetes.gitops: suspend, or platform.kubernetes.git to change the repository too"
            .formatted(owner.text(), api.text());
  }

  /** The controller that keeps the workload and acts by itself; empty where none does. */
  private Future<Optional<GitOpsOwner>> owner(Workload workload) {
    return GitOpsOwner.of(workload.metadata())
        .map(
            owner ->
                api.read(owner.path())
                    .otherwise(Optional.empty())
                    .map(
                        found ->
                            found.isPresent()
                                ? found.filter(owner::isAutomatic).map(automatic -> owner)
                                : Optional.of(owner).filter(GitOpsOwner::sure)))
        .orElse(Future.succeededFuture(Optional.empty()));
  }

  /** Suspends who would put the bad version back; a clause on it for people, or nothing. */
  Future<String> suspended(Workload workload, Permit permit) {
    if (settings.gitOps() != GitOps.SUSPEND || settings.git().isPresent()) {
      return Future.succeededFuture("");
    }
    return owner(workload)
        .compose(
            found ->
                found
                    .map(
                        owner ->
                            api.merge(owner.path(), owner.suspension(), permit)
                                .map(
                                    done ->
                                        "; %s is suspended, afterwards: %s"
                                            .formatted(owner.text(), owner.resumption())))
                    .orElse(Future.succeededFuture("")));
  }
}
