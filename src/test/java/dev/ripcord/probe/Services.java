package dev.ripcord.probe;

import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.release.Secret;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** Real servers on loopback that behave and misbehave, and the probe's own event loop. */
public final class Services {
  static final Instant WALL = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Context loop;
  private final Probes probes;

  /** Of {@code localhost}, and trusted by the client. */
  private final Optional<SelfSignedCertificate> certificate;

  private final Set<Object> connections = ConcurrentHashMap.newKeySet();
  private volatile Promise<Void> idle = Promise.promise();

  public Services() {
    this(new VertxOptions(), Optional.empty());
  }

  /** With names of its own, one {@code address name} a line. */
  Services(String hosts) {
    this(
        new VertxOptions()
            .setAddressResolverOptions(
                new AddressResolverOptions().setHostsValue(Buffer.buffer(hosts))),
        Optional.empty());
  }

  /** With a certificate for servers, which takes a while to make. */
  static Services overTls() {
    return new Services(new VertxOptions(), Optional.of(SelfSignedCertificate.create("localhost")));
  }

  private Services(VertxOptions options, Optional<SelfSignedCertificate> certificate) {
    this.certificate = certificate;
    vertx = Vertx.vertx(options.setPreferNativeTransport(true));
    loop = vertx.getOrCreateContext();
    probes =
        new Probes(
            new ProbeClient(
                vertx,
                InstantSource.fixed(WALL),
                System::nanoTime,
                certificate.map(SelfSignedCertificate::trustOptions)));
  }

  Probes probes() {
    return probes;
  }

  public void close() {
    await(probes.close());
    await(vertx.close());
  }

  <T> T await(Future<T> future) {
    return future.timeout(DEADLINE.toSeconds(), TimeUnit.SECONDS).await();
  }

  /** Runs something on the probe's event loop. */
  void run(Runnable action) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        ignored -> {
          action.run();
          done.complete();
        });
    await(done.future());
  }

  public HealthProbe probe(Optional<String> url, Optional<String> metrics, Duration timeout) {
    SourceSettings source =
        SourceSettings.of(
            url.map(URI::create),
            metrics.map(URI::create),
            Map.of("X-Key", new Secret("s3cret")),
            Optional.empty());
    return probe(source, timeout);
  }

  /** A probe of any source. */
  public HealthProbe probe(SourceSettings source, Duration timeout) {
    return probes.probe(source, timeout, Rules.DEFAULT, Optional.empty(), Optional.empty());
  }

  Future<Sample> begin(HealthProbe probe, Duration spread) {
    Promise<Sample> sample = Promise.promise();
    loop.runOnContext(ignored -> probe.poll("v42", spread).onComplete(sample));
    return sample.future();
  }

  public Sample poll(HealthProbe probe, Duration spread) {
    return await(begin(probe, spread));
  }

  public void prime(HealthProbe probe) {
    Promise<Void> primed = Promise.promise();
    loop.runOnContext(ignored -> probe.prime().onComplete(primed));
    await(primed.future());
  }

  public String http(Handler<HttpServerRequest> handler) {
    var server =
        vertx
            .createHttpServer()
            .connectionHandler(c -> c.closeHandler(ignored -> left(c)))
            .requestHandler(
                request -> {
                  connections.add(request.connection());
                  handler.handle(request);
                });
    return "http://127.0.0.1:" + await(server.listen(0, "127.0.0.1")).actualPort() + "/";
  }

  String raw(Handler<NetSocket> handler) {
    var server = vertx.createNetServer().connectHandler(handler);
    return "http://127.0.0.1:" + await(server.listen(0, "127.0.0.1")).actualPort() + "/";
  }

  /** Answers with these bytes and ends; only when it was asked, since else the end is a reset. */
  String bytes(String answer) {
    return raw(socket -> socket.handler(request -> socket.end(Buffer.buffer(answer))));
  }

  String selfSigned() {
    SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    HttpServerOptions options =
        new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions());
    var server =
        vertx.createHttpServer(options).requestHandler(request -> request.response().end());
    return "https://localhost:" + await(server.listen(0, "127.0.0.1")).actualPort() + "/";
  }

  /** A server over TLS with a certificate that is trusted. */
  String tls(HttpServerOptions options, Handler<HttpServerRequest> handler) {
    SelfSignedCertificate own = certificate.orElseThrow();
    // Whose client certificates are taken; none comes.
    options.setTrustOptions(own.trustOptions());
    return tls(options, own, handler);
  }

  /** A server over TLS with this certificate, at localhost. */
  String tls(
      HttpServerOptions options, SelfSignedCertificate own, Handler<HttpServerRequest> handler) {
    options.setSsl(true).setKeyCertOptions(own.keyCertOptions());
    var server = vertx.createHttpServer(options).requestHandler(handler);
    return "https://localhost:" + await(server.listen(0, "127.0.0.1")).actualPort() + "/";
  }

  String status(int status) {
    return http(request -> request.response().setStatusCode(status).end());
  }

  String body(String type, String body) {
    return http(request -> request.response().putHeader("Content-Type", type).end(body));
  }

  String packed(String encoding, byte[] body) {
    return http(
        request ->
            request.response().putHeader("Content-Encoding", encoding).end(Buffer.buffer(body)));
  }

  /** A page that counts its own readings, packed only when that is asked for. */
  String gzip(String format) {
    AtomicInteger calls = new AtomicInteger();
    return http(
        request -> {
          String text = format.formatted(calls.incrementAndGet());
          boolean wanted = "gzip".equals(request.getHeader("Accept-Encoding"));
          request
              .response()
              .putHeader("Content-Encoding", wanted ? "gzip" : "none")
              .end(Buffer.buffer(packed(text.getBytes(StandardCharsets.UTF_8))));
        });
  }

  /** A few kilobytes that unpack to more than a page may have. */
  static byte[] bomb() {
    return packed(new byte[17 * 1024 * 1024]);
  }

  private static byte[] packed(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * A page of requests that were well and that failed, the next pair at each reading to the last.
   */
  String counting(int... pairs) {
    AtomicInteger next = new AtomicInteger();
    return http(
        request -> {
          int pair = Math.min(next.getAndAdd(2), pairs.length - 2);
          request
              .response()
              .end(
                  "http_requests_total{code=\"200\"} %d\nhttp_requests_total{code=\"500\"} %d\n"
                      .formatted(pairs[pair], pairs[pair + 1]));
        });
  }

  /** Ends well after so many redirects. */
  String redirects(int hops) {
    return http(
        request -> {
          String query = Optional.ofNullable(request.query()).orElse("0");
          int hop = Integer.parseInt(query) + 1;
          if (hop > hops) {
            request.response().end();
          } else {
            request.response().setStatusCode(302).putHeader("Location", "/x?" + hop).end();
          }
        });
  }

  /** Sends a byte every 20 ms and never ends. */
  String drip() {
    return http(
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          long timer = vertx.setPeriodic(20, ignored -> response.write("a"));
          request.connection().closeHandler(ignored -> left(request.connection()));
          response.closeHandler(ignored -> vertx.cancelTimer(timer));
        });
  }

  /** Sends 100 MB. */
  String endless(String type) {
    Buffer chunk = Buffer.buffer(new byte[64 * 1024]);
    return http(
        request -> {
          HttpServerResponse response = request.response().putHeader("Content-Type", type);
          response.putHeader("Content-Length", Integer.toString(100 * 1024 * 1024));
          more(response, chunk, 1600);
        });
  }

  private static void more(HttpServerResponse response, Buffer chunk, int left) {
    if (left > 0 && !response.closed()) {
      response.write(chunk).onSuccess(ignored -> more(response, chunk, left - 1));
    }
  }

  private void left(Object connection) {
    connections.remove(connection);
    if (connections.isEmpty()) {
      idle.tryComplete();
    }
  }

  /** Waits until no HTTP connection is open any more: nothing goes on in the background. */
  void awaitConnectionsClosed() {
    Promise<Void> promise = Promise.promise();
    idle = promise;
    if (connections.isEmpty()) {
      promise.tryComplete();
    }
    await(promise.future());
  }
}
