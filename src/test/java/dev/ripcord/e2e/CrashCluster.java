package dev.ripcord.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ripcord.Waiting;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.e2e.CrashPoint.Failing;
import dev.ripcord.kubernetes.Cluster.Answer;
import dev.ripcord.kubernetes.Cluster.Body;
import dev.ripcord.platform.kubernetes.TestCluster;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * A Deployment of a real control plane. The daemon reaches its API without TLS, by a server that
 * passes on what it is asked, so that the calls can be counted.
 */
final class CrashCluster implements CrashPlatform {
  private static final Kind KIND = Kind.DEPLOYMENT;

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster;
  private final HttpServer server;
  private final CallRelay relay;

  CrashCluster(Path folder, Failing failing) throws IOException {
    this.folder = folder;
    this.cluster = TestCluster.orSkip(vertx);
    if (failing == Failing.SWITCH) {
      // The revision's pods never become ready, whoever brings it back.
      JsonObject never = new JsonObject().put("ready", "never");
      cluster.createUnready(KIND, TestCluster.workload(KIND, "3", never, new JsonObject()));
      // A template that is replaced before the controller has seen it is no revision.
      if (!Waiting.until(30, this::isSeen)) {
        throw new IOException("the controller makes no ReplicaSet");
      }
    } else {
      cluster.create(KIND, TestCluster.workload(KIND, "1", new JsonObject(), new JsonObject()));
    }
    cluster.deploy(KIND, TestCluster.workload(KIND, "2", new JsonObject(), new JsonObject()));
    cluster.awaitDone(KIND);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    this.relay = CallRelay.before(server.getAddress().getPort()).counting("PATCH");
  }

  private boolean isSeen() {
    String path = "apis/apps/v1/namespaces/" + cluster.namespace + "/replicasets";
    Answer answer = cluster.send("GET", path, Optional.empty());
    return answer.isGood() && !new JsonObject(answer.body()).getJsonArray("items").isEmpty();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Optional<Body> body =
          sent.isEmpty()
              ? Optional.empty()
              : Optional.of(new Body(exchange.getRequestHeaders().getFirst("Content-Type"), sent));
      URI asked = exchange.getRequestURI();
      String path =
          asked.getRawPath().substring(1)
              + (asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery());
      Answer answer = cluster.send(exchange.getRequestMethod(), path, body);
      if (exchange.getRequestMethod().equals("PATCH")) {
        serves();
      }
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Its pods run at once: the service is well again as soon as the template says so. */
  private void serves() {
    if (image().equals("shop:1")) {
      CrashPlatform.write(folder, "served", "shop:1");
    }
  }

  private String image() {
    return cluster
        .template(KIND)
        .getJsonObject("spec")
        .getJsonArray("containers")
        .getJsonObject(0)
        .getString("image");
  }

  @Override
  public String image(int version) {
    return "shop:" + version;
  }

  @Override
  public String runs() {
    return image();
  }

  @Override
  public String settings(boolean relayed) throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {}}]
        contexts: [{name: c, context: {cluster: c, user: u, namespace: %s}}]
        """
            .formatted(relayed ? relay.port() : server.getAddress().getPort(), cluster.namespace));
    return "kubernetes: {deployment: shop, container: app, kubeconfig: '%s', rollout-timeout: 15s}"
        .formatted(kubeconfig);
  }

  @Override
  public void killAt(CrashPoint point, Ripcord daemon) {
    relay.killAt(point.which(), point.before(), daemon::kill);
  }

  @Override
  public int calls() {
    return relay.calls();
  }

  @Override
  public void close() {
    relay.close();
    server.stop(0);
    cluster.close();
    vertx.close().await();
  }
}
