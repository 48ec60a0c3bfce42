package dev.ripcord.cli.init;

import dev.ripcord.config.ClusterAccess;
import dev.ripcord.kubernetes.Cluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks the cluster of the current context which deployments its namespace has. */
final class ClusterLook {
  private static final int LISTED_MAX = 50;

  private ClusterLook() {}

  /** Asks; never fails. */
  static Future<Look<Findings.Cluster>> look(
      Vertx vertx, Map<String, String> environment, Duration deadline) {
    Optional<Path> kubeconfig = kubeconfig(environment);
    if (kubeconfig.isEmpty()) {
      return Future.succeededFuture(new Look.Nothing<>("no kubeconfig"));
    }
    ClusterAccess access = new ClusterAccess(Optional.empty(), Optional.empty(), kubeconfig);
    Cluster cluster = new Cluster(vertx, access, deadline);
    return cluster
        .open()
        .compose(
            opened ->
                cluster.context().isEmpty()
                    ? nothing(kubeconfig.get())
                    : cluster
                        .get(
                            "apis/apps/v1/namespaces/%s/deployments?limit=%d"
                                .formatted(cluster.namespace(), LISTED_MAX))
                        .map(answer -> read(cluster, answer)))
        .otherwise(
            failure ->
                new Look.Missed<>(context(cluster) + "gave no answer: " + Cluster.why(failure)))
        .onComplete(ended -> cluster.close());
  }

  private static Future<Look<Findings.Cluster>> nothing(Path kubeconfig) {
    return Future.succeededFuture(new Look.Nothing<>("no current context in " + kubeconfig));
  }

  private static String context(Cluster cluster) {
    return cluster.context().map(name -> "context " + name + " ").orElse("");
  }

  private static Look<Findings.Cluster> read(Cluster cluster, Cluster.Answer answer) {
    if (!answer.isGood()) {
      return new Look.Missed<>(
          context(cluster)
              + "would not list the deployments of namespace "
              + cluster.namespace()
              + ": status "
              + answer.status());
    }
    try {
      List<String> names =
          new JsonObject(answer.body())
              .getJsonArray("items", new JsonArray()).stream()
                  .map(JsonObject.class::cast)
                  .map(item -> item.getJsonObject("metadata", new JsonObject()))
                  .map(metadata -> metadata.getString("name", ""))
                  .filter(name -> !name.isEmpty())
                  .toList();
      String context = cluster.context().orElseThrow();
      return names.isEmpty()
          ? new Look.Nothing<>(
              "no deployment in namespace " + cluster.namespace() + " of context " + context)
          : new Look.Found<>(new Findings.Cluster(context, cluster.namespace(), names));
    } catch (DecodeException | ClassCastException e) {
      return new Look.Missed<>(context(cluster) + "answered with something else than deployments");
    }
  }

  /** The first file that is there, as kubectl looks for it. */
  private static Optional<Path> kubeconfig(Map<String, String> environment) {
    String given = environment.getOrDefault("KUBECONFIG", "");
    Stream<Path> places =
        given.isEmpty()
            ? Optional.ofNullable(environment.get("HOME"))
                .map(home -> Path.of(home, ".kube", "config"))
                .stream()
            : Stream.of(given.split(File.pathSeparator, -1))
                .filter(file -> !file.isEmpty())
                .map(Path::of);
    return places.filter(Files::isRegularFile).findFirst();
  }
}
