package dev.ripcord.platform.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.Waiting;
import dev.ripcord.config.ClusterAccess;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.PlatformSettings.Kubernetes.GitOps;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.kubernetes.Cluster;
import dev.ripcord.kubernetes.Cluster.Answer;
import dev.ripcord.kubernetes.Cluster.Body;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A namespace of its own in a real control plane that {@code .ci/kubernetes up FOLDER} has started,
 * whose pods KWOK plays. KUBECONFIG names it; one that does not name a cluster on loopback is left
 * alone, since tests make and delete things.
 */
public final class TestCluster implements AutoCloseable {
  private static final String SKIPPED =
      "KUBECONFIG does not name a cluster on loopback; start one: .ci/kubernetes up FOLDER";
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String JSON = "application/json";

  final Path kubeconfig;
  public final String namespace =
      "ripcord-%d-%d".formatted(ProcessHandle.current().pid(), NUMBER.incrementAndGet());
  private final Cluster cluster;

  private TestCluster(Vertx vertx, Path kubeconfig) {
    this.kubeconfig = kubeconfig;
    this.cluster = new Cluster(vertx, access(kubeconfig), Duration.ofSeconds(20));
    post(
        "api/v1/namespaces",
        new JsonObject()
            .put("kind", "Namespace")
            .put("apiVersion", "v1")
            .put("metadata", new JsonObject().put("name", namespace)));
  }

  /** The cluster, or a skipped test. */
  public static TestCluster orSkip(Vertx vertx) {
    return new TestCluster(vertx, kubeconfigOrSkip());
  }

  /** What names the cluster, or a skipped test. */
  public static Path kubeconfigOrSkip() {
    Optional<Path> found =
        Optional.ofNullable(System.getenv("KUBECONFIG"))
            .filter(each -> !each.isEmpty())
            .map(Path::of)
            .filter(TestCluster::isOnLoopback);
    if (found.isEmpty()) {
      System.out.println("skipped: " + SKIPPED);
    }
    assumeTrue(found.isPresent(), SKIPPED);
    return found.orElseThrow();
  }

  private static boolean isOnLoopback(Path file) {
    try {
      return Files.readString(file).contains("https://127.0.0.1:");
    } catch (IOException e) {
      return false;
    }
  }

  ClusterAccess access(Path file) {
    return new ClusterAccess(Optional.of(namespace), Optional.empty(), Optional.of(file));
  }

  PlatformSettings.Kubernetes settings(Kind kind) {
    return new PlatformSettings.Kubernetes(
        kind,
        "shop",
        Optional.of("app"),
        access(kubeconfig),
        true,
        GitOps.WARN,
        Optional.empty(),
        Duration.ofSeconds(20));
  }

  /** A workload of two containers; its pods are never ready where a label says so. */
  public static JsonObject workload(Kind kind, String version, JsonObject labels, JsonObject spec) {
    JsonObject own = new JsonObject().put("app", "shop");
    JsonObject podSpec =
        new JsonObject()
            .put("nodeName", "n1")
            .put("terminationGracePeriodSeconds", 0)
            .put(
                "containers",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("name", "app")
                            .put("image", "shop:" + version)
                            .put(
                                "env",
                                new JsonArray()
                                    .add(
                                        new JsonObject().put("name", "FOR").put("value", version))))
                    .add(new JsonObject().put("name", "side").put("image", "side:9")));
    JsonObject all = spec.copy();
    if (kind != Kind.DAEMONSET && !all.containsKey("replicas")) {
      all.put("replicas", 2);
    }
    if (kind == Kind.STATEFULSET) {
      all.put("serviceName", "shop");
    }
    all.put("selector", new JsonObject().put("matchLabels", own));
    all.put(
        "template",
        new JsonObject()
            .put("metadata", new JsonObject().put("labels", own.copy().mergeIn(labels)))
            .put("spec", podSpec));
    return new JsonObject()
        .put("apiVersion", "apps/v1")
        .put("kind", kind.text())
        .put("metadata", new JsonObject().put("name", "shop"))
        .put("spec", all);
  }

  private static String plural(Kind kind) {
    return kind.key() + "s";
  }

  private String path(Kind kind) {
    return "apis/apps/v1/namespaces/" + namespace + "/" + plural(kind);
  }

  public void create(Kind kind, JsonObject workload) {
    post(path(kind), workload);
    awaitDone(kind);
  }

  /** Puts another template in place, as a deploy does; does not wait. */
  public void deploy(Kind kind, JsonObject workload) {
    JsonObject template = workload.getJsonObject("spec").getJsonObject("template");
    JsonObject labels = template.getJsonObject("metadata").getJsonObject("labels");
    if (!labels.containsKey("ready")) {
      labels.putNull("ready"); // A merge patch keeps what it does not name.
    }
    change(kind, new JsonObject().put("spec", new JsonObject().put("template", template)));
  }

  /** Changes the workload by a merge patch. */
  void change(Kind kind, JsonObject patch) {
    merge(path(kind) + "/shop", patch);
  }

  void merge(String path, JsonObject patch) {
    checked(
        path,
        await(
            cluster.send("PATCH", path, new Body("application/merge-patch+json", patch.encode()))));
  }

  JsonObject workload(Kind kind) {
    return get(path(kind) + "/shop");
  }

  public JsonObject template(Kind kind) {
    return workload(kind).getJsonObject("spec").getJsonObject("template");
  }

  public void awaitDone(Kind kind) {
    boolean done =
        Waiting.until(
            30,
            () ->
                Workload.of(kind, workload(kind), Optional.of("app")).rollout()
                    instanceof Workload.Rollout.Done);
    if (!done) {
      throw new IllegalStateException("not rolled out: " + workload(kind).getJsonObject("status"));
    }
  }

  /** The images that the pods run, without those that are being ended. */
  List<String> images() {
    return pods()
        .map(
            pod ->
                pod.getJsonObject("spec")
                    .getJsonArray("containers")
                    .getJsonObject(0)
                    .getString("image"))
        .distinct()
        .toList();
  }

  Stream<JsonObject> pods() {
    return get("api/v1/namespaces/" + namespace + "/pods").getJsonArray("items").stream()
        .map(JsonObject.class::cast)
        .filter(pod -> !pod.getJsonObject("metadata").containsKey("deletionTimestamp"));
  }

  JsonObject get(String path) {
    return new JsonObject(checked(path, await(cluster.get(path))).body());
  }

  public void post(String path, JsonObject object) {
    checked(path, await(cluster.send("POST", path, new Body(JSON, object.encode()))));
  }

  /** What the cluster answers, whatever it is. */
  public Answer send(String method, String path, Optional<Body> body) {
    return await(
        body.map(sent -> cluster.send(method, path, sent)).orElseGet(() -> cluster.get(path)));
  }

  /** Makes a workload that need not come up. */
  public void createUnready(Kind kind, JsonObject workload) {
    post(path(kind), workload);
  }

  private static Answer checked(String path, Answer answer) {
    if (!answer.isGood() && answer.status() != 409) {
      throw new UncheckedIOException(new IOException(path + ": " + answer));
    }
    return answer;
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(30, TimeUnit.SECONDS).await();
  }

  @Override
  public void close() {
    await(cluster.send("DELETE", "api/v1/namespaces/" + namespace, new Body(JSON, "{}")));
    cluster.close();
  }
}
