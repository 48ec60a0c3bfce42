package dev.ripcord.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.Waiting;
import dev.ripcord.config.ClusterAccess;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.PlatformSettings.Kubernetes.GitOps;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.port.Fence;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageRef;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Deployments in a real control plane. */
final class KubernetesPlatformTest extends WorkloadContract {
  private static final JsonObject NOTHING = new JsonObject();
  private static final JsonObject NEVER_READY = new JsonObject().put("ready", "never");
  private static final JsonObject IMPATIENT = new JsonObject().put("progressDeadlineSeconds", 2);

  KubernetesPlatformTest() {
    super(Kind.DEPLOYMENT);
  }

  private Platform platform(PlatformSettings.Kubernetes settings) {
    return platforms().of(RELEASE.service(), settings);
  }

  private PlatformSettings.Kubernetes settings(boolean template, GitOps gitOps) {
    PlatformSettings.Kubernetes usual = cluster().settings(kind);
    return new PlatformSettings.Kubernetes(
        kind,
        usual.workload(),
        usual.container(),
        usual.access(),
        template,
        gitOps,
        Optional.empty(),
        usual.rolloutTimeout());
  }

  @Test
  void switchBack_putsTheWholeTemplateBack_andLeavesTheOtherContainer() {
    Platform platform = platform(platforms());

    assertThat(get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isEqualTo("Deployment shop runs shop:1, as in revision 1");

    String template = cluster().template(kind).encode();
    assertThat(template)
        .contains("{\"name\":\"FOR\",\"value\":\"1\"}", "side:9")
        .doesNotContain("pod-template-hash");
  }

  @Test
  void switchBack_ofTheImageAlone_leavesTheRestOfTheTemplate() {
    running("2", NOTHING, NOTHING);

    get(platform(settings(false, GitOps.WARN)).switchTo(RELEASE, image("1"), Permits.granted()));

    assertThat(cluster().template(kind).encode())
        .contains("shop:1", "{\"name\":\"FOR\",\"value\":\"2\"}");
  }

  @Test
  void imageThatNoRevisionHas_isPutIntoTheTemplateThatIsThere() {
    Platform platform = platform(platforms());

    assertThat(get(platform.presence(image("1"))))
        .isEqualTo(new Presence.Present("revision 1 ran it"));
    assertThat(get(platform.presence(image("0"))))
        .isEqualTo(
            new Presence.Unknown(
                "no revision that the cluster keeps has it (there are: shop:2, shop:1); the nodes"
                    + " would pull it"));
    get(platform.switchTo(RELEASE, image("0"), Permits.granted()));

    assertThat(serves()).isEqualTo(image("0"));
  }

  @Test
  void digest_isPutIntoTheTemplateThatRanItsName() {
    Platform platform = platform(platforms());
    ImageRef exact = new ImageRef("shop:1@sha256:" + "a".repeat(64));

    get(platform.switchTo(RELEASE, exact, Permits.granted()));

    assertThat(cluster().template(kind).encode())
        .contains(exact.text(), "{\"name\":\"FOR\",\"value\":\"1\"}");
    assertThat(get(platform.runs(image("1")))).isTrue();
  }

  @Test
  void tagThatWasMoved_goesBackByItsDigest_toTheTemplateBefore() {
    cluster().create(kind, moved("1"));
    cluster().deploy(kind, moved("2"));
    cluster().awaitDone(kind);
    ImageRef exact = new ImageRef("shop:latest@sha256:" + "b".repeat(64));

    assertThat(get(platform(cluster().settings(kind)).switchTo(RELEASE, exact, Permits.granted())))
        .doesNotContain("already");

    assertThat(cluster().template(kind).encode())
        .contains(exact.text(), "{\"name\":\"FOR\",\"value\":\"1\"}");
  }

  private JsonObject moved(String version) {
    return new JsonObject(
        TestCluster.workload(kind, version, NOTHING, NOTHING)
            .encode()
            .replace("shop:" + version, "shop:latest"));
  }

  @Test
  void targetThatDoesNotComeUp_leavesWhatServed() {
    cluster().create(kind, TestCluster.workload(kind, "0", NOTHING, IMPATIENT));
    cluster().deploy(kind, TestCluster.workload(kind, "1", NEVER_READY, IMPATIENT));
    assertThat(Waiting.until(20, () -> cluster().images().contains("shop:1"))).isTrue();
    cluster().deploy(kind, TestCluster.workload(kind, "2", NOTHING, IMPATIENT));
    cluster().awaitDone(kind);
    Platform platform = platform(cluster().settings(kind));

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessageStartingWith(
            "Deployment shop did not come up: it made no progress within its"
                + " progressDeadlineSeconds")
        .hasMessageEndingWith("What ran before runs again");
    assertThat(serves()).isEqualTo(image("2"));
  }

  @Test
  void badRelease_thatNeverCameUp_isPutBackAllTheSame() {
    running("2", NEVER_READY, IMPATIENT);
    assertThat(Waiting.until(20, () -> cluster().images().contains("shop:2"))).isTrue();

    get(platform(cluster().settings(kind)).switchTo(RELEASE, image("1"), Permits.granted()));

    assertThat(serves()).isEqualTo(image("1"));
  }

  @Test
  void newerRelease_atTheSameMoment_isLeftAlone() {
    Platform platform = platform(platforms());

    assertThatThrownBy(
            () ->
                get(
                    platform.switchTo(
                        RELEASE,
                        image("1"),
                        meddling(
                            () ->
                                cluster()
                                    .deploy(
                                        kind, TestCluster.workload(kind, "3", NOTHING, NOTHING))))))
        .hasMessageContaining("somebody has put it there meanwhile");

    cluster().awaitDone(kind);
    assertThat(serves()).isEqualTo(image("3"));
  }

  @Test
  void changeBySomebodyElse_atTheSameMoment_isSeen() {
    Platform platform = platform(platforms());
    Permit meddling =
        meddling(
            () ->
                cluster()
                    .change(
                        kind, new JsonObject().put("spec", new JsonObject().put("replicas", 3))));

    get(platform.switchTo(RELEASE, image("1"), meddling));

    assertThat(serves()).isEqualTo(image("1"));
    assertThat(cluster().pods()).hasSize(3);
  }

  /** Somebody else does something right before the first change. */
  private static Permit meddling(Runnable deed) {
    AtomicBoolean once = new AtomicBoolean();
    return new Permit() {
      @Override
      public Fence fence() {
        return Permits.granted().fence();
      }

      @Override
      public Future<Void> confirm() {
        if (once.getAndSet(true)) {
          return Future.succeededFuture();
        }
        Promise<Void> done = Promise.promise();
        Thread.startVirtualThread(
            () -> {
              deed.run();
              done.complete();
            });
        return done.future();
      }

      @Override
      public Future<Void> revoked() {
        return Permits.granted().revoked();
      }
    };
  }

  @Test
  void stop_endsAllPods_andTheSwitchBringsAsManyBack() {
    Platform platform = platform(platforms());

    get(platform.stop(RELEASE, Permits.granted()));
    get(platform.stop(RELEASE, Permits.granted()));
    assertThat(cluster().pods()).isEmpty();
    get(platform.switchTo(RELEASE, image("1"), Permits.granted()));

    assertThat(serves()).isEqualTo(image("1"));
    assertThat(cluster().pods()).hasSize(2);
    assertThat(cluster().workload(kind).getJsonObject("metadata").encode())
        .doesNotContain(Workload.REPLICAS);
  }

  @Test
  void workloadThatIsNotThere_isNamed() {
    PlatformSettings.Kubernetes settings = cluster().settings(Kind.STATEFULSET);

    assertThatThrownBy(() -> get(platform(settings).current()))
        .isInstanceOf(PlatformException.class)
        .hasMessageMatching(
            "there is no StatefulSet shop in namespace %s of the cluster at https://127.0.0.1:\\d+/:"
                    .formatted(cluster().namespace)
                + " set platform.kubernetes, or see kubectl get statefulsets -n "
                + cluster().namespace);
  }

  @Test
  void clusterThatIsNotThere_mayBeAskedAgain() {
    Path nobody = folder.resolve("kubeconfig");
    PlatformSettings.Kubernetes settings = unread(nobody);

    assertThatThrownBy(() -> get(platform(settings).current()))
        .isInstanceOfSatisfying(
            PlatformException.class, trouble -> assertThat(trouble.isUnanswered()).isFalse())
        .hasMessage("the cluster could not be asked: kubeconfig " + nobody + " cannot be read");
  }

  private PlatformSettings.Kubernetes unread(Path kubeconfig) {
    return new PlatformSettings.Kubernetes(
        kind,
        "shop",
        Optional.empty(),
        new ClusterAccess(Optional.empty(), Optional.empty(), Optional.of(kubeconfig)),
        true,
        GitOps.WARN,
        Optional.empty(),
        Duration.ofSeconds(5));
  }

  @Test
  void accountThatMayOnlyRead_isABlocker() {
    running("2", NOTHING, NOTHING);
    Path viewer = cluster().kubeconfig.resolveSibling("kubeconfig-viewer");
    PlatformSettings.Kubernetes settings =
        new PlatformSettings.Kubernetes(
            kind,
            "shop",
            Optional.of("app"),
            cluster().access(viewer),
            true,
            GitOps.WARN,
            Optional.empty(),
            Duration.ofSeconds(5));
    Platform platform = platform(settings);

    assertThatThrownBy(() -> get(platform.current()))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("would not get Deployment shop", "viewer");
    letRead();
    assertThat(
            Waiting.until(
                10,
                () ->
                    platform
                        .current()
                        .timeout(9, java.util.concurrent.TimeUnit.SECONDS)
                        .otherwise(image("none"))
                        .await()
                        .equals(image("2"))))
        .isTrue();

    assertThat(get(platform.sideEffects()).blockers())
        .containsExactly("the account may not patch Deployment shop; give it patch on deployments");
  }

  private void letRead() {
    String rbac = "apis/rbac.authorization.k8s.io/v1/namespaces/" + cluster().namespace;
    cluster()
        .post(
            rbac + "/roles",
            new JsonObject()
                .put("kind", "Role")
                .put("apiVersion", "rbac.authorization.k8s.io/v1")
                .put("metadata", new JsonObject().put("name", "read"))
                .put(
                    "rules",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("apiGroups", new JsonArray().add("apps"))
                                .put("resources", new JsonArray().add("deployments"))
                                .put("verbs", new JsonArray().add("get")))));
    cluster()
        .post(
            rbac + "/rolebindings",
            new JsonObject()
                .put("kind", "RoleBinding")
                .put("apiVersion", "rbac.authorization.k8s.io/v1")
                .put("metadata", new JsonObject().put("name", "read"))
                .put(
                    "subjects",
                    new JsonArray().add(new JsonObject().put("kind", "User").put("name", "viewer")))
                .put(
                    "roleRef",
                    new JsonObject()
                        .put("apiGroup", "rbac.authorization.k8s.io")
                        .put("kind", "Role")
                        .put("name", "read")));
  }

  @Test
  void keptByFlux_isSaid() {
    running("2", NOTHING, NOTHING);
    cluster()
        .change(
            kind,
            new JsonObject()
                .put(
                    "metadata",
                    new JsonObject()
                        .put(
                            "labels",
                            new JsonObject()
                                .put("kustomize.toolkit.fluxcd.io/name", "shop")
                                .put("kustomize.toolkit.fluxcd.io/namespace", "flux"))));

    assertThat(get(platform(cluster().settings(kind)).sideEffects()).warnings())
        .containsExactly(
            "Flux (Kustomization flux/shop) keeps Deployment shop and would put the bad version"
                + " back; set platform.kubernetes.gitops: suspend, or platform.kubernetes.git to"
                + " change the repository too");
  }

  @Test
  void keptByArgoCd_isSuspended_whereSoConfigured() {
    running("2", NOTHING, NOTHING);
    String applications =
        "apis/argoproj.io/v1alpha1/namespaces/" + cluster().namespace + "/applications";
    applicationsExist(applications);
    cluster()
        .post(
            applications,
            new JsonObject()
                .put("apiVersion", "argoproj.io/v1alpha1")
                .put("kind", "Application")
                .put("metadata", new JsonObject().put("name", "shop"))
                .put(
                    "spec",
                    new JsonObject()
                        .put(
                            "syncPolicy",
                            new JsonObject()
                                .put("automated", new JsonObject().put("selfHeal", true)))));
    cluster()
        .change(
            kind,
            new JsonObject()
                .put(
                    "metadata",
                    new JsonObject()
                        .put(
                            "annotations",
                            new JsonObject()
                                .put(
                                    "argocd.argoproj.io/tracking-id",
                                    "%s_shop:apps/Deployment:%s/shop"
                                        .formatted(cluster().namespace, cluster().namespace)))));
    Platform platform = platform(settings(true, GitOps.SUSPEND));
    String owner = "Argo CD (Application %s/shop)".formatted(cluster().namespace);
    String resume = "argocd app set shop --sync-policy automated";

    assertThat(get(platform.sideEffects()).warnings())
        .isEqualTo(
            List.of(
                "%s keeps Deployment shop: its automatic synchronisation is suspended first; afterwards: %s"
                    .formatted(owner, resume)));
    assertThat(get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isEqualTo(
            "Deployment shop runs shop:1, as in revision 1; %s is suspended, afterwards: %s"
                .formatted(owner, resume));
    assertThat(cluster().get(applications + "/shop").getJsonObject("spec").encode())
        .doesNotContain("selfHeal");
    assertThat(get(platform.sideEffects()).warnings()).isEmpty();
  }

  private void applicationsExist(String path) {
    cluster()
        .post(
            "apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            new JsonObject(
                """
                {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                 "metadata": {"name": "applications.argoproj.io"},
                 "spec": {"group": "argoproj.io", "scope": "Namespaced",
                          "names": {"plural": "applications", "singular": "application", "kind": "Application"},
                          "versions": [{"name": "v1alpha1", "served": true, "storage": true, "schema":
                            {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
                """));
    assertThat(Waiting.until(20, () -> isServed(path))).isTrue();
  }

  private boolean isServed(String path) {
    try {
      return cluster().get(path).containsKey("items");
    } catch (UncheckedIOException e) {
      return false;
    }
  }
}
