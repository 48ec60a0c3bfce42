package dev.ripcord.probe.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.config.ClusterAccess;
import dev.ripcord.health.Reason;
import dev.ripcord.kubernetes.Cluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a cluster's API server for JSON. Called on one event loop. */
final class KubernetesApi {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesApi.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Cluster cluster;

  /** How a question ended. */
  sealed interface Answer {
    /** There was JSON, with an HTTP status. */
    record Read(int status, JsonNode json) implements Answer {}

    /**
     * There was none.
     *
     * @param text why, for people: a predicate of the cluster
     */
    record Unread(Reason.Code code, String text) implements Answer {}
  }

  KubernetesApi(Vertx vertx, ClusterAccess access, Duration timeout) {
    this.cluster = new Cluster(vertx, access, timeout);
  }

  /** Where the cluster is, for people; empty before the first answer. */
  Optional<String> server() {
    return cluster.server();
  }

  /** The namespace that is meant. Known after the first answer. */
  String namespace() {
    return cluster.namespace();
  }

  /** Asks for a path, which begins without a slash. Never fails. */
  Future<Answer> get(String path) {
    return cluster.get(path).map(KubernetesApi::answer).otherwise(KubernetesApi::unread);
  }

  private static Answer answer(Cluster.Answer response) {
    int status = response.status();
    if (status == 401 || status == 403) {
      return new Answer.Unread(
          Reason.Code.UNAUTHORIZED,
          "answered "
              + status
              + ": the account may not read it (list of pods and of pods.metrics.k8s.io, get of the"
              + " workload)");
    }
    try {
      return new Answer.Read(status, JSON.readTree(response.body()));
    } catch (JsonProcessingException e) {
      return new Answer.Unread(Reason.Code.PARSE, "answered " + status + " with no JSON");
    }
  }

  private static Answer unread(Throwable failure) {
    LOG.debug("A Kubernetes cluster could not be asked", failure);
    return new Answer.Unread(
        Reason.Code.SOURCE_DOWN, "could not be asked: " + Cluster.why(failure));
  }

  /** Ends the connections. */
  void close() {
    cluster.close();
  }
}
