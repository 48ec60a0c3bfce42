package dev.ripcord.probe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
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
  private static final int HEADER_BYTES_MAX = 32 * 1024;

  /**
   * Kept connections to one address. An address may stand for thousands of services, and none of
   * them may wait for another: when all are in use, a connection is opened beside them. Each
   * address costs an array of this size.
   */
  private static final int KEPT_MAX = 64;

  /** The client looks through every address for connections that are too old, so not too often. */
  private static final Duration KEPT_CHECK = Duration.ofSeconds(60);

  private static final int IDLE_BUFFERS_MAX = 64;
  private static final int IDLE_BUFFER_BYTES_MAX = 256 * 1024;

  private final Vertx vertx;
  private final InstantSource wall;
  private final LongSupplier nanos;
  private final HttpClientAgent fresh;
  private final HttpClientAgent kept;
  private final Queue<Body> bodies = new ArrayBlockingQueue<>(IDLE_BUFFERS_MAX);
  private final Queue<PageDesk> desks = new ArrayBlockingQueue<>(IDLE_BUFFERS_MAX);

  /**
   * Opens nothing yet.
   *
   * @param wall gives the time that goes into samples
   * @param nanos gives the time that durations are measured with; only its differences count
   */
  public ProbeClient(Vertx vertx, InstantSource wall, LongSupplier nanos) {
    this.vertx = vertx;
    this.wall = wall;
    this.nanos = nanos;
    HttpClientOptions options =
        new HttpClientOptions()
            .setMaxHeaderSize(HEADER_BYTES_MAX)
            .setMaxRedirects(0)
            .setDecompressionSupported(false);
    fresh = vertx.createHttpClient(new HttpClientOptions(options).setKeepAlive(false));
    kept =
        vertx.createHttpClient(
            new HttpClientOptions(options)
                .setKeepAlive(true)
                .setKeepAliveTimeout(Math.toIntExact(KEEP_ALIVE.toSeconds())),
            new PoolOptions()
                .setHttp1MaxSize(KEPT_MAX)
                .setMaxWaitQueueSize(0)
                .setCleanerPeriod(Math.toIntExact(KEPT_CHECK.toMillis())));
  }

  /** Closes every connection. Probes that are under way end with a reason. */
  public Future<Void> close() {
    return Future.join(fresh.close(), kept.close()).mapEmpty();
  }

  /**
   * A connection for one request, and the request, not yet sent.
   *
   * @param mayBeKept whether the connection may have served before and may serve again
   */
  Future<HttpClientRequest> request(RequestOptions options, boolean mayBeKept) {
    if (!mayBeKept) {
      return opened(options);
    }
    return kept.request(options)
        .recover(
            failure ->
                failure instanceof ConnectionPoolTooBusyException
                    ? opened(options)
                    : Future.failedFuture(failure));
  }

  private Future<HttpClientRequest> opened(RequestOptions options) {
    HttpConnectOptions place =
        new HttpConnectOptions()
            .setServer(options.getServer())
            .setHost(options.getHost())
            .setPort(options.getPort())
            .setSsl(options.isSsl())
            .setConnectTimeout(options.getConnectTimeout());
    return fresh.connect(place).compose(connection -> connection.request(options));
  }

  /** The address of a name, as the system's own files and name servers give it. */
  Future<InetAddress> resolve(String host) {
    return ((VertxInternal) vertx).nameResolver().resolve(host);
  }

  Vertx vertx() {
    return vertx;
  }

  Instant now() {
    return wall.instant();
  }

  long nanos() {
    return nanos.getAsLong();
  }

  /** Seconds since a moment that {@link #nanos} gave. */
  double secondsSince(long startNanos) {
    return (nanos() - startNanos) / 1e9;
  }

  Body takeBody(int maxBytes) {
    @Nullable Body idle = bodies.poll();
    return (idle == null ? new Body() : idle).begin(maxBytes);
  }

  void giveBack(Body body) {
    if (body.bytes().length <= IDLE_BUFFER_BYTES_MAX) {
      bodies.offer(body);
    }
  }

  PageDesk takeDesk() {
    @Nullable PageDesk idle = desks.poll();
    return idle == null ? new PageDesk() : idle;
  }

  void giveBack(PageDesk desk) {
    desks.offer(desk);
  }
}
