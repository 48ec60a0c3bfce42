package dev.ripcord.cli.init;

import dev.ripcord.cli.init.Findings.ComposeFile;
import dev.ripcord.cli.init.Findings.Container;
import dev.ripcord.cli.init.Findings.DatabaseIn;
import dev.ripcord.cli.init.Findings.Endpoint;
import dev.ripcord.config.MigrationEnvironment;
import dev.ripcord.config.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for what a configuration could be made of, everything at once. Blocks for some seconds at
 * most, so not for an event loop; nothing that is looked for can make it fail. It reads only.
 */
final class LookAround implements AutoCloseable {
  private static final List<String> COMPOSE_FILES =
      List.of("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml");
  private static final long COMPOSE_BYTES_MAX = 1024 * 1024;
  private static final String UNIX = "unix://";
  private static final int CONNECTIONS_MAX = 16;

  private final Vertx vertx;
  private final Map<String, String> environment;
  private final Scope scope;
  private final HttpClient http;
  private final EndpointLook endpoints;

  /**
   * Where it looks, and for how long.
   *
   * @param folder of the project, absolute
   * @param ports of this machine to try beside those that are published
   * @param deadline for each thing that is looked for
   */
  record Scope(Path folder, List<Integer> ports, Duration deadline) {
    /** Where services listen that nobody publishes a port of. */
    private static final List<Integer> USUAL_PORTS =
        List.of(8080, 8000, 3000, 5000, 8081, 8888, 9000, 4000, 80);

    Scope {
      ports = List.copyOf(ports);
    }

    /** The current folder, the ports that services usually have, and two seconds. */
    static Scope usual() {
      return new Scope(Path.of("").toAbsolutePath(), USUAL_PORTS, Duration.ofSeconds(2));
    }
  }

  /** Asks nothing yet. */
  LookAround(Vertx vertx, Map<String, String> environment, Scope scope) {
    this.vertx = vertx;
    this.environment = Map.copyOf(environment);
    this.scope = scope;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setConnectTimeout(Math.toIntExact(scope.deadline().toMillis())),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
    this.endpoints = new EndpointLook(vertx, http, scope.deadline());
  }

  /** Everything that is there. */
  Findings look() {
    Look<ComposeFile> compose = compose();
    Future<Look<List<Container>>> containers =
        within(EngineLook.look(vertx, http, socket(), scope.deadline()));
    Future<Look<Findings.Cluster>> cluster =
        within(ClusterLook.look(vertx, environment, scope.deadline()));
    Set<Place> known = new LinkedHashSet<>(published(compose));
    scope.ports().forEach(port -> known.add(Place.local(port)));
    Future<List<EndpointLook.Answers>> first = ask(known);
    // Those that only the Engine knows are asked as soon as it has named them.
    Future<List<EndpointLook.Answers>> more =
        containers.compose(
            found -> {
              Set<Place> others = new LinkedHashSet<>(publishedBy(found));
              others.removeAll(known);
              return ask(others);
            });
    Future.join(containers, cluster, first, more).await();
    List<Endpoint> answering =
        Stream.concat(more.result().stream(), first.result().stream())
            .flatMap(answers -> EndpointLook.read(answers).stream())
            .toList();
    return new Findings(
        scope.folder(),
        compose,
        containers.result(),
        cluster.result(),
        database(),
        MigrationFolders.look(scope.folder()),
        answering);
  }

  /** What answers at one address; empty where nothing does. */
  Optional<Endpoint> look(Place place) {
    return EndpointLook.read(endpoints.ask(place).await());
  }

  private Future<List<EndpointLook.Answers>> ask(Set<Place> places) {
    List<Future<EndpointLook.Answers>> asked = places.stream().map(endpoints::ask).toList();
    return Future.join(asked).map(all -> asked.stream().map(Future::result).toList());
  }

  /** What does not end by itself is given up a little later than it should have ended. */
  private <T> Future<Look<T>> within(Future<Look<T>> look) {
    return look.timeout(scope.deadline().plusMillis(500).toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(
            late ->
                new Look.Missed<>("gave no answer within " + scope.deadline().toSeconds() + " s"));
  }

  private static List<Place> published(Look<ComposeFile> compose) {
    return compose.found().stream()
        .flatMap(file -> file.services().stream())
        .filter(service -> service.isBuilt() || !Backing.isBacking(service.image()))
        .flatMap(service -> service.ports().stream())
        .toList();
  }

  private static List<Place> publishedBy(Look<List<Container>> containers) {
    return containers.found().stream()
        .flatMap(List::stream)
        .filter(container -> !Backing.isBacking(container.image()))
        .flatMap(container -> container.ports().stream())
        .toList();
  }

  private Look<ComposeFile> compose() {
    Optional<Path> file =
        COMPOSE_FILES.stream()
            .map(scope.folder()::resolve)
            .filter(Files::isRegularFile)
            .findFirst();
    if (file.isEmpty()) {
      return new Look.Nothing<>("none in this folder");
    }
    String name = String.valueOf(file.get().getFileName());
    try {
      if (Files.size(file.get()) > COMPOSE_BYTES_MAX) {
        return new Look.Missed<>(name + " is larger than 1 MiB");
      }
      return new Look.Found<>(
          new ComposeFile(
              file.get(), ComposeReader.read(Files.readString(file.get()), environment)));
    } catch (CharacterCodingException e) {
      return new Look.Missed<>(name + " is not UTF-8 text");
    } catch (IOException e) {
      return new Look.Missed<>(name + " cannot be read");
    } catch (IllegalArgumentException e) {
      return new Look.Missed<>(name + " " + e.getMessage());
    }
  }

  private Look<DatabaseIn> database() {
    MigrationEnvironment read = MigrationEnvironment.of(environment);
    boolean whole = !environment.getOrDefault("DATABASE_URL", "").isEmpty();
    if (read.database().isPresent()) {
      return new Look.Found<>(whole ? DatabaseIn.URL : DatabaseIn.PARTS);
    }
    String problems =
        read.problems().stream()
            .filter(problem -> !problem.path().equals("RUN_MIGRATIONS"))
            .map(LookAround::text)
            .collect(Collectors.joining("; "));
    return problems.isEmpty()
        ? new Look.Nothing<>("DATABASE_URL is not set")
        : new Look.Missed<>(problems);
  }

  private static String text(Problem problem) {
    return problem.path() + ": " + problem.message();
  }

  private Path socket() {
    String host = environment.getOrDefault("DOCKER_HOST", "");
    return Path.of(host.startsWith(UNIX) ? host.substring(UNIX.length()) : "/var/run/docker.sock");
  }

  @Override
  public void close() {
    var _ = http.close();
  }
}
