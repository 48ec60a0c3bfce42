package dev.ripcord.kubernetes;

import dev.ripcord.config.ClusterAccess;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
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

/**
 * One cluster's API server, asked with the account that its kubeconfig names or that of the pod in
 * which this runs. What reads files or starts a helper for credentials runs on a worker thread.
 * Called on one event loop.
 */
public final class Cluster {
  private final Vertx vertx;
  private final ClusterAccess access;
  private final Duration timeout;
  private Optional<Opened> opened = Optional.empty();

  private record Opened(Config config, HttpClient http) {}

  /**
   * An answer, whatever its status.
   *
   * @param status the HTTP status
   * @param body all of it; empty where there is none
   */
  public record Answer(int status, String body) {
    /** Whether the server did what it was asked. */
    public boolean isGood() {
      return status >= 200 && status < 300;
    }
  }

  /**
   * What is sent with a request.
   *
   * @param type its content type
   * @param text JSON
   */
  public record Body(String type, String text) {}

  /**
   * Asks nothing yet.
   *
   * @param timeout for each request and its answer
   */
  public Cluster(Vertx vertx, ClusterAccess access, Duration timeout) {
    this.vertx = vertx;
    this.access = access;
    this.timeout = timeout;
  }

  /** Where the server is, for people; empty before the first request. */
  public Optional<String> server() {
    return opened.map(each -> each.config().getMasterUrl());
  }

  /** The context that is used; empty before {@link #open}, and where the file has none. */
  public Optional<String> context() {
    return opened
        .flatMap(each -> Optional.ofNullable(each.config().getCurrentContext()))
        .map(NamedContext::getName);
  }

  /** The namespace that is meant. Known after the first request. */
  public String namespace() {
    return access
        .namespace()
        .or(() -> opened.flatMap(each -> Optional.ofNullable(each.config().getNamespace())))
        .orElse("default");
  }

  /** Reads what says where the cluster is, where that was not done yet. */
  public Future<Void> open() {
    return opened.isPresent()
        ? Future.succeededFuture()
        : vertx
            .executeBlocking(this::connected, false)
            .onSuccess(made -> opened = Optional.of(made))
            .mapEmpty();
  }

  /**
   * Reads something.
   *
   * @param path begins without a slash
   * @return failed where no answer came: not in time, no connection, no usable configuration
   */
  public Future<Answer> get(String path) {
    return send("GET", path, Optional.empty());
  }

  /**
   * Changes something.
   *
   * @param method such as PATCH
   * @param path begins without a slash
   * @return failed where no answer came; it may have been done or not
   */
  public Future<Answer> send(String method, String path, Body body) {
    return send(method, path, Optional.of(body));
  }

  private Future<Answer> send(String method, String path, Optional<Body> body) {
    return open()
        .compose(done -> exchange(opened.orElseThrow(), method, path, body))
        .timeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS)
        .recover(trouble -> Future.failedFuture(cause(trouble)));
  }

  private Future<Answer> exchange(Opened cluster, String method, String path, Optional<Body> body) {
    HttpRequest.Builder request =
        cluster
            .http()
            .newHttpRequestBuilder()
            .uri(cluster.config().getMasterUrl() + path)
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    body.ifPresent(sent -> request.method(method, sent.type(), sent.text()));
    return Future.fromCompletionStage(
            cluster.http().sendAsync(request.build(), String.class), vertx.getOrCreateContext())
        .map(got -> new Answer(got.code(), Optional.ofNullable(got.body()).orElse("")));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Why no answer came, for people. */
  public static String why(Throwable failure) {
    return Optional.ofNullable(failure.getMessage()).orElse(failure.getClass().getSimpleName());
  }

  private Opened connected() {
    Optional<Path> missing = access.kubeconfig().filter(file -> !Files.isReadable(file));
    if (missing.isPresent()) {
      throw new KubernetesClientException("kubeconfig " + missing.get() + " cannot be read");
    }
    @Nullable String context = access.context().orElse(null);
    Config config =
        access
            .kubeconfig()
            .map(file -> Config.fromKubeconfig(context, file.toFile()))
            .orElseGet(() -> Config.autoConfigure(context));
    config.setConnectionTimeout((int) timeout.toMillis());
    config.setRequestRetryBackoffLimit(0);
    return new Opened(config, HttpClientUtils.getHttpClientFactory().newBuilder(config).build());
  }

  /** Ends the connections. */
  public void close() {
    opened.ifPresent(each -> each.http().close());
    opened = Optional.empty();
  }
}
