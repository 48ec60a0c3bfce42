package dev.ripcord.platform.kubernetes;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.kubernetes.Cluster;
import dev.ripcord.kubernetes.Cluster.Answer;
import dev.ripcord.kubernetes.Cluster.Body;
import dev.ripcord.port.Permit;
import dev.ripcord.port.PlatformException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The calls of a cluster's API that concern one workload. */
final class WorkloadApi {
  private static final String JSON_PATCH = "application/json-patch+json";
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final String JSON = "application/json";

  private final Cluster cluster;
  private final PlatformSettings.Kubernetes settings;

  WorkloadApi(Cluster cluster, PlatformSettings.Kubernetes settings) {
    this.cluster = cluster;
    this.settings = settings;
  }

  /** Ends the connections; the next question opens them again. */
  void close() {
    cluster.close();
  }

  /** The workload, for people. */
  String text() {
    return settings.kind().text() + " " + settings.workload();
  }

  /** The workload as it is now. */
  Future<Workload> look() {
    return path()
        .compose(path -> get(path))
        .map(
            answer -> {
              if (answer.status() == 404) {
                throw new PlatformException(
                    "there is no %s in namespace %s of the cluster at %s: set platform.kubernetes, or see kubectl get %ss -n %s"
                        .formatted(
                            text(),
                            cluster.namespace(),
                            cluster.server().orElse(""),
                            settings.kind().key(),
                            cluster.namespace()));
              }
              return Workload.of(
                  settings.kind(), json(good(answer, "get " + text())), settings.container());
            });
  }

  /** What the workload was before; empty where the account may not read it. */
  Future<Revisions> revisions(Workload workload) {
    String kind = settings.kind() == Kind.DEPLOYMENT ? "replicasets" : "controllerrevisions";
    return listed("apis/apps/v1/namespaces/" + cluster.namespace() + "/" + kind, workload)
        .map(answer -> answer.status() == 403 ? new JsonArray() : items(answer, kind))
        .map(items -> Revisions.of(workload, items));
  }

  /** Its pods, those that are being ended too. */
  Future<JsonArray> pods(Workload workload) {
    return listed("api/v1/namespaces/" + cluster.namespace() + "/pods", workload)
        .map(answer -> items(answer, "pods"));
  }

  private Future<Answer> listed(String path, Workload workload) {
    return get(path + "?labelSelector=" + encoded(workload.selector()));
  }

  private JsonArray items(Answer answer, String what) {
    return json(good(answer, "list " + what)).getJsonArray("items", new JsonArray());
  }

  /**
   * Changes the workload, where it is still what was looked at.
   *
   * @param operations of a JSON patch
   * @return false where somebody else has changed it since; then nothing was done
   */
  Future<Boolean> patch(Workload from, JsonArray operations, Permit permit) {
    JsonArray all =
        new JsonArray()
            .add(
                new JsonObject()
                    .put("op", "test")
                    .put("path", "/metadata/generation")
                    .put("value", from.metadata().getValue("generation")));
    all.addAll(operations);
    return permit
        .confirm()
        .compose(granted -> path())
        .compose(path -> send("PATCH", path, new Body(JSON_PATCH, all.encode())))
        .compose(answer -> answer.isGood() ? Future.succeededFuture(true) : unmoved(from, answer));
  }

  /** A patch was refused: because its test did not hold, or for another reason, which fails. */
  private Future<Boolean> unmoved(Workload from, Answer refused) {
    return look()
        .map(
            now -> {
              Object before = from.metadata().getValue("generation");
              if (now.metadata().getValue("generation").equals(before)) {
                good(refused, "change " + text());
              }
              return false;
            });
  }

  /**
   * Deletes a pod, which the workload then makes anew; one that is gone, or that another one has
   * replaced, is left alone.
   *
   * @param metadata of the pod
   */
  Future<Void> deletePod(JsonObject metadata, Permit permit) {
    String name = metadata.getString("name");
    JsonObject options =
        new JsonObject()
            .put("apiVersion", "v1")
            .put("kind", "DeleteOptions")
            .put("preconditions", new JsonObject().put("uid", metadata.getString("uid")));
    String path = "api/v1/namespaces/" + cluster.namespace() + "/pods/" + name;
    return permit
        .confirm()
        .compose(granted -> send("DELETE", path, new Body(JSON, options.encode())))
        .map(
            answer ->
                answer.status() == 404 || answer.status() == 409
                    ? answer
                    : good(answer, "delete pod " + name))
        .mapEmpty();
  }

  /** Any object; empty where it is not there or may not be read. */
  Future<Optional<JsonObject>> read(String path) {
    return get(path).map(answer -> answer.isGood() ? Optional.of(json(answer)) : Optional.empty());
  }

  /** Changes any object by a merge patch. */
  Future<Void> merge(String path, JsonObject patch, Permit permit) {
    return permit
        .confirm()
        .compose(granted -> send("PATCH", path, new Body(MERGE_PATCH, patch.encode())))
        .map(answer -> good(answer, "change " + path))
        .mapEmpty();
  }

  /** Whether the account may do something to the workload; true where nobody can say. */
  Future<Boolean> may(String verb) {
    JsonObject asked =
        new JsonObject()
            .put("namespace", cluster.namespace())
            .put("verb", verb)
            .put("group", "apps")
            .put("resource", settings.kind().key() + "s")
            .put("name", settings.workload());
    JsonObject review =
        new JsonObject()
            .put("apiVersion", "authorization.k8s.io/v1")
            .put("kind", "SelfSubjectAccessReview")
            .put("spec", new JsonObject().put("resourceAttributes", asked));
    return cluster
        .open()
        .compose(
            done ->
                send(
                    "POST",
                    "apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                    new Body(JSON, review.encode())))
        .map(
            answer ->
                !answer.isGood()
                    || Workload.object(json(answer), "status").getBoolean("allowed", true));
  }

  private Future<String> path() {
    return cluster
        .open()
        .recover(trouble -> Future.failedFuture(unreachable(trouble)))
        .map(
            done ->
                "apis/apps/v1/namespaces/%s/%ss/%s"
                    .formatted(
                        cluster.namespace(), settings.kind().key(), encoded(settings.workload())));
  }

  private Future<Answer> get(String path) {
    return cluster.get(path).recover(trouble -> Future.failedFuture(unreachable(trouble)));
  }

  private Future<Answer> send(String method, String path, Body body) {
    return cluster
        .send(method, path, body)
        .recover(trouble -> Future.failedFuture(unreachable(trouble)));
  }

  private PlatformException unreachable(Throwable trouble) {
    String why =
        "the cluster%s could not be asked: %s"
            .formatted(
                cluster.server().map(server -> " at " + server).orElse(""), Cluster.why(trouble));
    return trouble instanceof KubernetesClientException
        ? new PlatformException(why, trouble)
        : PlatformException.unanswered(why);
  }

  private Answer good(Answer answer, String what) {
    if (answer.isGood()) {
      return answer;
    }
    String why =
        "the cluster at %s would not %s in namespace %s: %s"
            .formatted(cluster.server().orElse(""), what, cluster.namespace(), complaint(answer));
    throw answer.status() >= 500 || answer.status() == 429
        ? PlatformException.unanswered(why)
        : new PlatformException(why);
  }

  private static String complaint(Answer answer) {
    try {
      return new JsonObject(answer.body()).getString("message", "status " + answer.status());
    } catch (DecodeException e) {
      return "status " + answer.status();
    }
  }

  private static JsonObject json(Answer answer) {
    try {
      return new JsonObject(answer.body());
    } catch (DecodeException e) {
      throw new PlatformException(
          "the cluster answered with %d and no JSON: is something else behind its address?"
              .formatted(answer.status()),
          e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
