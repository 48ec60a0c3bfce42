package dev.ripcord.probe.http;

import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.probe.HealthProbe;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all probes of the process share: connections, clocks, and the buffers that pages are read
 * into. Make one and keep it; {@link HealthProbe}s are cheap, this is not.
 *
 * <p>Probes that count open a connection each, since that is what is to be tested and since a kept
 * connection that the service just closed would look like a fault of the service. Metrics pages,
 * and the look whether a service with a metrics page is there, use kept connections, which is what
 * makes thousands of them cheap; where one turns out to be closed, the request is made once more.
 *
 * <p>Safe to use from many event loops.
 */
public final class ProbeClient {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(90);

  /**
   * Kept connections to one address. An address may stand for thousands of services, and none of
   * them may wait for another: when all are in use, a connection is opened beside them. Each
   * address costs an array of this size.
   */
  private static final int KEPT_MAX = 64;

  /** Connections for one request each, to one host and port at once; further ones wait. */
  private static final int FRESH_MAX = 1024;

  /** The client looks through every address for connections that are too old, so not too often. */
  private static final Duration KEPT_CHECK = Duration.ofSeconds(60);

  /**
   * Certificates are renewed, and make another route each time; beyond this many, all are made
   * anew.
   */
  private static final int ROUTES_MAX = 256;

  private static final int IDLE_BUFFERS_MAX = 64;
  private static final int IDLE_BUFFER_BYTES_MAX = 256 * 1024;

  private final Vertx vertx;
  private final InstantSource wall;
  private final LongSupplier nanos;
  private final CertificateRequests certificateRequests = new CertificateRequests();
  private final Map<ConnectionSettings, Route> routes = new ConcurrentHashMap<>();
  private final HostsFile hosts;
  private final Agents named;
  private final Agents unnamed;
  private final Queue<Body> bodies = new ArrayBlockingQueue<>(IDLE_BUFFERS_MAX);

  /**
   * Opens nothing yet.
   *
   * @param wall gives the time that goes into samples
   * @param nanos gives the time that durations are measured with; only its differences count
   */
  public ProbeClient(Vertx vertx, InstantSource wall, LongSupplier nanos) {
    this(vertx, wall, nanos, Optional.empty());
  }

  /**
   * The same with other authorities for certificates than Java's own.
   *
   * @param trust whose certificates are trusted
   */
  public ProbeClient(
      Vertx vertx, InstantSource wall, LongSupplier nanos, Optional<TrustOptions> trust) {
    this.vertx = vertx;
    this.wall = wall;
    this.nanos = nanos;
    hosts = new HostsFile(((VertxInternal) vertx).nameResolver().options());
    named = agents(true, trust);
    unnamed = agents(false, trust);
  }

  /**
   * The clients for one kind of server.
   *
   * @param fresh opens a connection for each request
   * @param kept uses connections again
   */
  private record Agents(HttpClientAgent fresh, HttpClientAgent kept) {}

  /**
   * @param named whether a TLS server gets the name that is asked for. Without being forced to,
   *     Java tells none that has no dot.
   */
  private Agents agents(boolean named, Optional<TrustOptions> trust) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setForceSni(named)
            .setKeyCertOptions(Route.certificates(certificateRequests, Optional.empty()))
            .setMaxRedirects(0)
            .setDecompressionSupported(false);
    trust.ifPresent(options::setTrustOptions);
    HttpClientAgent fresh =
        vertx.createHttpClient(
            new HttpClientOptions(options).setKeepAlive(false),
            new PoolOptions()
                .setHttp1MaxSize(FRESH_MAX)
                .setCleanerPeriod(Math.toIntExact(KEPT_CHECK.toMillis())));
    HttpClientAgent kept =
        vertx.createHttpClient(
            new HttpClientOptions(options)
                .setKeepAlive(true)
                .setKeepAliveTimeout(Math.toIntExact(KEEP_ALIVE.toSeconds())),
            new PoolOptions()
                .setHttp1MaxSize(KEPT_MAX)
                .setMaxWaitQueueSize(0)
                .setCleanerPeriod(Math.toIntExact(KEPT_CHECK.toMillis())));
    return new Agents(fresh, kept);
  }

  /** Closes every connection. Probes that are under way end with a reason. */
  public Future<Void> close() {
    return Future.join(
            named.fresh().close(),
            named.kept().close(),
            unnamed.fresh().close(),
            unnamed.kept().close())
        .mapEmpty();
  }

  /**
   * A connection for one request, and the request, not yet sent.
   *
   * @param mayBeNamed whether a TLS server is told which host is asked
   * @param mayBeKept whether the connection may have served before and may serve again
   */
  Future<HttpClientRequest> request(RequestOptions options, boolean mayBeNamed, boolean mayBeKept) {
    Agents agents = mayBeNamed ? named : unnamed;
    Future<HttpClientRequest> request =
        mayBeKept
            ? agents
                .kept()
                .request(options)
                .recover(
                    failure ->
                        failure instanceof ConnectionPoolTooBusyException
                            ? agents.fresh().request(options)
                            : Future.failedFuture(failure))
            : agents.fresh().request(options);
    return request.map(
        opened -> {
          AnswerReading.of(opened.connection());
          return opened;
        });
  }

  /** The addresses of a target's name, as the system's own files and name servers give them. */
  Future<List<InetAddress>> resolve(Target target) {
    if (target.address().isPresent()) {
      return Future.succeededFuture(List.of(target.address().get()));
    }
    List<InetAddress> known = hosts.addresses(target.name());
    if (!known.isEmpty()) {
      return Future.succeededFuture(known);
    }
    Promise<List<InetSocketAddress>> all = Promise.promise();
    ((VertxInternal) vertx)
        .nameResolver()
        .resolveAll(target.host(), found -> all.complete(found.result(), found.cause()));
    return all.future().map(found -> found.stream().map(InetSocketAddress::getAddress).toList());
  }

  /**
   * How the sources of a service are connected to. Services with the same settings share it, and so
   * their kept connections.
   *
   * @throws IllegalArgumentException when a certificate or key of the settings cannot be used
   */
  public Route route(ConnectionSettings settings) {
    if (routes.size() >= ROUTES_MAX) {
      routes.clear();
    }
    return routes.computeIfAbsent(settings, each -> Route.of(each, certificateRequests, vertx));
  }

  /** Which servers asked for a client certificate. */
  CertificateRequests certificateRequests() {
    return certificateRequests;
  }

  public Vertx vertx() {
    return vertx;
  }

  public Instant now() {
    return wall.instant();
  }

  public long nanos() {
    return nanos.getAsLong();
  }

  /** Seconds since a moment that {@link #nanos} gave. */
  double secondsSince(long startNanos) {
    return (nanos() - startNanos) / 1e9;
  }

  public Body takeBody(int maxBytes) {
    @Nullable Body idle = bodies.poll();
    return (idle == null ? new Body() : idle).begin(maxBytes);
  }

  public void giveBack(Body body) {
    if (body.bytes().length <= IDLE_BUFFER_BYTES_MAX) {
      bodies.offer(body);
    }
  }
}
