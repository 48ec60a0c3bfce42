package dev.ripcord.probe.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.config.KubernetesSettings;
import dev.ripcord.health.Reason;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a cluster's API server for JSON, with the account that its kubeconfig names or that of the
 * pod in which this runs. What reads files or starts a helper for credentials runs on a worker
 * thread. Called on one event loop.
 */
final class KubernetesApi {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesApi.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx;
  private final KubernetesSettings settings;
  private final Duration timeout;
  private Optional<Cluster> cluster = Optional.empty();

  private record Cluster(Config config, HttpClient http) {}

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

  KubernetesApi(Vertx vertx, KubernetesSettings settings, Duration timeout) {
    this.vertx = vertx;
    this.settings = settings;
    this.timeout = timeout;
  }

  /**
   * Where the cluster is and which namespace is meant, for people; empty before the first answer.
   */
  Optional<String> server() {
    return cluster.map(each -> each.config().getMasterUrl());
  }

  /** The namespace that is meant. Known after the first answer. */
  String namespace() {
    return settings
        .namespace()
        .or(() -> cluster.flatMap(each -> Optional.ofNullable(each.config().getNamespace())))
        .orElse("default");
  }

  /** Asks for a path, which begins without a slash. Never fails. */
  Future<Answer> get(String path) {
    return opened()
        .compose(open -> ask(open, path))
        .timeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS)
        .map(KubernetesApi::answer)
        .otherwise(KubernetesApi::unread);
  }

  private Future<HttpResponse<String>> ask(Cluster open, String path) {
    return Future.fromCompletionStage(
        open.http()
            .sendAsync(
                open.http()
                    .newHttpRequestBuilder()
                    .uri(open.config().getMasterUrl() + path)
                    .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .build(),
                String.class),
        vertx.getOrCreateContext());
  }

  private Future<Cluster> opened() {
    return cluster.isPresent()
        ? Future.succeededFuture(cluster.get())
        : vertx
            .executeBlocking(this::connected, false)
            .onSuccess(made -> cluster = Optional.of(made));
  }

  private Cluster connected() {
    Optional<Path> missing = settings.kubeconfig().filter(file -> !Files.isReadable(file));
    if (missing.isPresent()) {
      throw new KubernetesClientException("kubeconfig " + missing.get() + " cannot be read");
    }
    @Nullable String context = settings.context().orElse(null);
    Config config =
        settings
            .kubeconfig()
            .map(file -> Config.fromKubeconfig(context, file.toFile()))
            .orElseGet(() -> Config.autoConfigure(context));
    config.setConnectionTimeout((int) timeout.toMillis());
    config.setRequestRetryBackoffLimit(0);
    return new Cluster(config, HttpClientUtils.getHttpClientFactory().newBuilder(config).build());
  }

  private static Answer answer(HttpResponse<String> response) {
    int status = response.code();
    if (status == 401 || status == 403) {
      return new Answer.Unread(
          Reason.Code.UNAUTHORIZED,
          "answered "
              + status
              + ": the account may not read it (get and list of pods and of pods.metrics.k8s.io)");
    }
    try {
      return new Answer.Read(
          status, JSON.readTree(Optional.ofNullable(response.body()).orElse("")));
    } catch (JsonProcessingException e) {
      return new Answer.Unread(Reason.Code.PARSE, "answered " + status + " with no JSON");
    }
  }

  private static Answer unread(Throwable failure) {
    LOG.debug("A Kubernetes cluster could not be asked", failure);
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String text = String.valueOf(cause.getMessage());
    return new Answer.Unread(
        Reason.Code.SOURCE_DOWN,
        "could not be asked: " + (text.equals("null") ? cause.getClass().getSimpleName() : text));
  }

  /** Ends the connections. */
  void close() {
    cluster.ifPresent(each -> each.http().close());
    cluster = Optional.empty();
  }
}
