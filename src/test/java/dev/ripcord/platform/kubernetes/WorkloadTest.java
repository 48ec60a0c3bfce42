package dev.ripcord.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.port.PlatformException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkloadTest {
  private static Workload workload(Kind kind, String spec, String status) {
    JsonObject object = TestCluster.workload(kind, "2", new JsonObject(), new JsonObject(spec));
    object.getJsonObject("metadata").put("generation", 3);
    return Workload.of(kind, object.put("status", new JsonObject(status)), Optional.of("app"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DEPLOYMENT | {} | {} | the cluster has not looked at the change yet",
        "DEPLOYMENT | {} |"
            + " {'observedGeneration':2,'updatedReplicas':2,'replicas':2,'availableReplicas':2} |"
            + " the cluster has not looked at the change yet",
        "DEPLOYMENT | {} | {'observedGeneration':3,'updatedReplicas':1,'replicas':3} | 1 of 2 pods"
            + " are made anew",
        "DEPLOYMENT | {} | {'observedGeneration':3,'updatedReplicas':2,'replicas':3} | 1 of 3 pods"
            + " before are still there",
        "DEPLOYMENT | {} |"
            + " {'observedGeneration':3,'updatedReplicas':2,'replicas':2,'availableReplicas':1} | 1"
            + " of 2 pods are available",
        "DEPLOYMENT | {} |"
            + " {'observedGeneration':3,'updatedReplicas':2,'replicas':2,'availableReplicas':2} |"
            + " done",
        "DEPLOYMENT | {'replicas':0} | {'observedGeneration':3} | done",
        "DEPLOYMENT | {} |"
            + " {'observedGeneration':3,'conditions':[{'type':'Progressing','reason':'ProgressDeadlineExceeded','message':'m'}]}"
            + " | failed: it made no progress within its progressDeadlineSeconds (m)",
        "STATEFULSET | {} | {'observedGeneration':3,'readyReplicas':1} | 1 of 2 pods are ready",
        "STATEFULSET | {} |"
            + " {'observedGeneration':3,'readyReplicas':2,'updatedReplicas':1,'updateRevision':'b','currentRevision':'a'}"
            + " | 1 of 2 pods are made anew",
        "STATEFULSET | {} |"
            + " {'observedGeneration':3,'readyReplicas':2,'updateRevision':'b','currentRevision':'b'}"
            + " | done",
        "STATEFULSET | {'updateStrategy':{'rollingUpdate':{'partition':1}}} |"
            + " {'observedGeneration':3,'readyReplicas':2} | 0 of 1 pods are made anew",
        "STATEFULSET | {'updateStrategy':{'rollingUpdate':{'partition':1}}} |"
            + " {'observedGeneration':3,'readyReplicas':2,'updatedReplicas':1} | done",
        "DAEMONSET | {} |"
            + " {'observedGeneration':3,'desiredNumberScheduled':2,'updatedNumberScheduled':1} | 1"
            + " of 2 pods are made anew",
        "DAEMONSET | {} |"
            + " {'observedGeneration':3,'desiredNumberScheduled':2,'updatedNumberScheduled':2,'numberAvailable':1}"
            + " | 1 of 2 pods are available",
        "DAEMONSET | {} |"
            + " {'observedGeneration':3,'desiredNumberScheduled':2,'updatedNumberScheduled':2,'numberAvailable':2}"
            + " | done",
      })
  void rollout_hasComeAsFarAsKubectlSays(Kind kind, String spec, String status, String how) {
    assertThat(
            switch (workload(kind, spec.replace('\'', '"'), status.replace('\'', '"')).rollout()) {
              case Workload.Rollout.Done done -> "done";
              case Workload.Rollout.Waiting waiting -> waiting.how();
              case Workload.Rollout.Failed failed -> "failed: " + failed.why();
            })
        .isEqualTo(how);
  }

  @Test
  void container_isTheOneThatIsNamed_orTheOnly_orTheDefault() {
    JsonObject two = TestCluster.workload(Kind.DEPLOYMENT, "2", new JsonObject(), new JsonObject());

    assertThatThrownBy(() -> Workload.of(Kind.DEPLOYMENT, two, Optional.empty()))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "Deployment shop has several containers: app, side; set"
                + " platform.kubernetes.container to one of them");
    assertThatThrownBy(() -> Workload.of(Kind.DEPLOYMENT, two, Optional.of("web")))
        .hasMessageContaining("no container \"web\" but: app, side");
    two.getJsonObject("spec")
        .getJsonObject("template")
        .getJsonObject("metadata")
        .put(
            "annotations", new JsonObject().put("kubectl.kubernetes.io/default-container", "side"));
    assertThat(Workload.of(Kind.DEPLOYMENT, two, Optional.empty()).image()).isEqualTo("side:9");
  }

  @Test
  void selector_isAsAQueryTakesIt() {
    JsonObject object =
        TestCluster.workload(Kind.DEPLOYMENT, "2", new JsonObject(), new JsonObject());
    object
        .getJsonObject("spec")
        .put(
            "selector",
            new JsonObject(
                """
                {"matchLabels": {"app": "shop"}, "matchExpressions": [
                  {"key": "tier", "operator": "In", "values": ["web", "api"]},
                  {"key": "old", "operator": "DoesNotExist"}, {"key": "team", "operator": "Exists"}]}
                """));

    assertThat(Workload.of(Kind.DEPLOYMENT, object, Optional.of("app")).selector())
        .isEqualTo("app=shop,tier in (web,api),!old,team");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'labels':{}} | ",
        "{'labels':{'kustomize.toolkit.fluxcd.io/name':'apps','kustomize.toolkit.fluxcd.io/namespace':'flux-system'}}"
            + " | apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/apps",
        "{'labels':{'helm.toolkit.fluxcd.io/name':'shop','helm.toolkit.fluxcd.io/namespace':'live'}}"
            + " | apis/helm.toolkit.fluxcd.io/v2/namespaces/live/helmreleases/shop",
        "{'annotations':{'argocd.argoproj.io/tracking-id':'shop:apps/Deployment:live/shop'}}"
            + " | apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop",
        "{'annotations':{'argocd.argoproj.io/tracking-id':'team_shop:apps/Deployment:live/shop'}}"
            + " | apis/argoproj.io/v1alpha1/namespaces/team/applications/shop",
        "{'labels':{'app.kubernetes.io/instance':'shop'}}"
            + " | apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop",
      })
  void owner_isToldByWhatItLeaves(String metadata, String path) {
    assertThat(GitOpsOwner.of(new JsonObject(metadata.replace('\'', '"'))).map(GitOpsOwner::path))
        .isEqualTo(Optional.ofNullable(path));
  }

  @Test
  void owner_thatDoesNotActByItself_isNone() {
    GitOpsOwner argo =
        GitOpsOwner.of(
                new JsonObject("{\"annotations\":{\"argocd.argoproj.io/tracking-id\":\"shop:x\"}}"))
            .orElseThrow();

    assertThat(argo.isAutomatic(new JsonObject("{\"spec\":{\"syncPolicy\":{\"automated\":{}}}}")))
        .isTrue();
    assertThat(
            argo.isAutomatic(
                new JsonObject("{\"spec\":{\"syncPolicy\":{\"automated\":{\"enabled\":false}}}}")))
        .isFalse();
    assertThat(argo.isAutomatic(new JsonObject("{\"spec\":{}}"))).isFalse();
  }
}
