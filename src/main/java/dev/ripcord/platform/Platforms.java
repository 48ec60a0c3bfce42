package dev.ripcord.platform;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.kubernetes.Cluster;
import dev.ripcord.platform.compose.ComposePlatform;
import dev.ripcord.platform.docker.DockerPlatform;
import dev.ripcord.platform.docker.api.DockerSocket;
import dev.ripcord.platform.git.GitPlatform;
import dev.ripcord.platform.http.HttpPlatform;
import dev.ripcord.platform.kubernetes.KubernetesPlatform;
import dev.ripcord.platform.registry.RegistryPlatform;
import dev.ripcord.platform.swarm.SwarmPlatform;
import dev.ripcord.port.Platform;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * Makes platforms from settings. One per process: it holds the HTTP client that they share, so keep
 * it in a field for as long as one of them is used.
 */
public final class Platforms {
  private static final int CONNECTIONS_MAX = 16;
  private static final int CONNECT_MILLIS = 5_000;

  /** An Engine that is restarted, with its containers, is back well before. */
  private static final Duration SILENCE = Duration.ofMinutes(5);

  private static final Duration CLUSTER_ANSWERS = Duration.ofSeconds(30);

  private static final Path USUAL_SOCKET = Path.of("/var/run/docker.sock");
  private static final String UNIX = "unix://";
  private final Vertx vertx;
  private final Map<String, String> environment;
  private final LongSupplier nanos;
  private final HttpClient http;
  private final UserPrograms programs;
  private final List<Cluster> clusters = new CopyOnWriteArrayList<>();

  /**
   * With what they need of the process.
   *
   * @param nanos a monotonic clock in nanoseconds, for waiting
   * @param environment what programs may inherit; variables that look like secrets are left out
   * @param notes the folder in which it is noted which program runs for which service; made when it
   *     is needed
   */
  public Platforms(Vertx vertx, LongSupplier nanos, Map<String, String> environment, Path notes) {
    this.vertx = vertx;
    this.nanos = nanos;
    this.environment = Map.copyOf(environment);
    this.programs = new UserPrograms(vertx, environment, notes);
    // A connection that is kept open dies with the Engine, and the first call after its restart
    // would fail; a new one over a Unix socket costs nothing.
    HttpClientOptions options =
        new HttpClientOptions().setKeepAlive(false).setConnectTimeout(CONNECT_MILLIS);
    this.http = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
  }

  /** The platform of one service. Nothing is asked of it yet. */
  public Platform of(ServiceName service, PlatformSettings settings) {
    return switch (settings) {
      case PlatformSettings.Docker docker ->
          new DockerPlatform(
              vertx,
              nanos,
              http,
              new PlatformSettings.Docker(
                  docker.container(), reached(docker.socket()), docker.startTimeout()),
              SILENCE);
      case PlatformSettings.Directory directory ->
          new DirectoryPlatform(vertx, programs, directory);
      case PlatformSettings.Command command ->
          new CommandPlatform(vertx, nanos, programs, service, command);
      case PlatformSettings.Http hook -> new HttpPlatform(vertx, nanos, http, service, hook);
      case PlatformSettings.Registry registry ->
          new RegistryPlatform(vertx, http, dockerConfig(), service, registry);
      case PlatformSettings.Git git -> git(service, git);
      case PlatformSettings.Compose compose -> compose(compose);
      case PlatformSettings.Swarm swarm ->
          new SwarmPlatform(
              vertx, nanos, new DockerSocket(vertx, http, reached(swarm.socket())), swarm);
      case PlatformSettings.Kubernetes kubernetes -> kubernetes(service, kubernetes);
    };
  }

  private GitPlatform git(ServiceName service, PlatformSettings.Git git) {
    return new GitPlatform(vertx, UserPrograms.withoutSecrets(environment), service, git);
  }

  private ComposePlatform compose(PlatformSettings.Compose compose) {
    Path socket = reached(compose.socket());
    return new ComposePlatform(
        new DockerSocket(vertx, http, socket),
        compose,
        container ->
            new DockerPlatform(
                vertx,
                nanos,
                http,
                new PlatformSettings.Docker(container, socket, compose.startTimeout()),
                SILENCE));
  }

  private KubernetesPlatform kubernetes(
      ServiceName service, PlatformSettings.Kubernetes kubernetes) {
    Cluster cluster = new Cluster(vertx, kubernetes.access(), CLUSTER_ANSWERS);
    clusters.add(cluster);
    return new KubernetesPlatform(
        vertx, nanos, cluster, kubernetes, kubernetes.git().map(git -> git(service, git)));
  }

  /** Where Docker keeps the accounts that {@code docker login} has made. */
  private Path dockerConfig() {
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    return folder.isEmpty()
        ? Path.of(environment.getOrDefault("HOME", "/root"), ".docker", "config.json")
        : Path.of(folder, "config.json");
  }

  /**
   * Where no other socket is configured, {@code DOCKER_HOST} names it, as for docker's own client.
   */
  private Path reached(Path socket) {
    String host = environment.getOrDefault("DOCKER_HOST", "");
    return socket.equals(USUAL_SOCKET) && host.startsWith(UNIX)
        ? Path.of(host.substring(UNIX.length()))
        : socket;
  }

  /** Gives the connections back. What is under way fails. */
  public Future<Void> close() {
    clusters.forEach(Cluster::close);
    return http.close();
  }
}
