package dev.ripcord.probe.http;

import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.Answer.Answered;
import dev.ripcord.probe.http.Answer.Broken;
import dev.ripcord.probe.http.Answer.Extent;
import dev.ripcord.probe.http.Answer.Fault;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One GET, with the redirects that it leads to, under one deadline for everything: name,
 * connection, head and body. At the deadline, and at the cap of the body, the connection is cut;
 * nothing goes on in the background. Never fails: what went wrong is an {@link Answer}.
 *
 * <p>Used once, on one event loop.
 */
public final class Exchange {
  private static final int REDIRECTS_MAX = 5;
  private static final String USER_AGENT = "Ripcord-Probe";
  private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("retry-after");

  /**
   * What is asked for.
   *
   * @param kept whether a kept connection may be used
   * @param accept the Accept header
   * @param gzip whether the answer may be compressed
   * @param bodyBytesMax where reading stops
   */
  public record Manner(boolean kept, String accept, boolean gzip, int bodyBytesMax) {}

  private final ProbeClient client;
  private final Route route;
  private final Manner manner;
  private final Duration timeout;
  private final Promise<Answer> promise = Promise.promise();
  private final long startNanos;
  private final long timer;
  private @Nullable HttpClientRequest request;
  private @Nullable Body body;
  private boolean done;
  private boolean resolving = true;
  private boolean connecting;
  private boolean answering;
  private boolean retried;
  private int redirects;
  private long certificatesBefore;
  private @Nullable Dialer dial;
  private @Nullable Target first;

  Exchange(ProbeClient client, Route route, Manner manner, Duration timeout) {
    this.client = client;
    this.route = route;
    this.manner = manner;
    this.timeout = timeout;
    startNanos = client.nanos();
    timer = client.vertx().setTimer(Math.max(1, timeout.toMillis()), ignored -> expire());
  }

  /** Asks. */
  Future<Answer> ask(Target target) {
    first = target;
    hop(target);
    return promise.future();
  }

  /** Ends it now, when it is still under way. */
  void abort() {
    end(new Broken(Reason.Code.RESET, "was not asked to the end: the probe stops", Fault.PATH));
  }

  private void hop(Target target) {
    resolving = true;
    answering = false;
    certificatesBefore = client.certificateRequests().asked(peer(target), target.port());
    Future<HttpClientRequest> connected =
        route.proxy().isPresent()
            ? throughProxy(target)
            : client.resolve(target).compose(addresses -> dial(target, addresses));
    connected.onComplete(opened -> send(target, opened), failure -> broken(target, failure));
  }

  private Future<HttpClientRequest> dial(Target target, List<InetAddress> addresses) {
    resolving = false;
    if (done) {
      return Future.failedFuture("the exchange is over");
    }
    Dialer begun =
        new Dialer(
            client.vertx(),
            target.host(),
            address ->
                open(
                    target,
                    SocketAddress.inetSocketAddress(target.port(), address.getHostAddress())));
    dial = begun;
    return begun.begin(addresses);
  }

  /** The proxy resolves the name: it may be one that only the proxy knows. */
  private Future<HttpClientRequest> throughProxy(Target target) {
    resolving = false;
    connecting = true;
    return open(target, SocketAddress.inetSocketAddress(target.port(), target.host()));
  }

  private Future<HttpClientRequest> open(Target target, SocketAddress server) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setServer(server)
            .setHost(target.name())
            .setPort(target.port())
            .setSsl(target.tls())
            .setURI(target.path())
            .setConnectTimeout(Math.max(1, timeout.toMillis()))
            .setFollowRedirects(false);
    route.set(options, target, isOwn(target), timeout);
    boolean mayBeNamed = target.mayBeNamed() || route.serverName(isOwn(target)).isPresent();
    return client.request(options, mayBeNamed, manner.kept());
  }

  /** Whether it is what was asked for first, and not another place where a redirect led. */
  private boolean isOwn(Target target) {
    Target asked = first;
    return asked != null && asked.isSameServer(target);
  }

  /** The server's name for TLS. */
  private String peer(Target target) {
    return route.serverName(isOwn(target)).orElse(target.name());
  }

  private void send(Target target, HttpClientRequest opened) {
    if (done) {
      close(opened);
      return;
    }
    request = opened;
    connecting = false;
    try {
      writeHeaders(target, opened);
    } catch (IllegalArgumentException e) {
      // The exception's own text shows the value.
      String text = "was not asked: a header of its configuration cannot be sent";
      end(new Broken(Reason.Code.SOURCE_DOWN, text, Fault.PATH));
      return;
    }
    opened.exceptionHandler(ignored -> {});
    opened.send().onComplete(answer -> read(target, answer), failure -> broken(target, failure));
  }

  private void writeHeaders(Target target, HttpClientRequest opened) {
    if (route.serverName(isOwn(target)).isPresent()) {
      opened.authority(HostAndPort.authority(target.name(), target.port()));
    }
    opened.putHeader(HttpHeaders.USER_AGENT, USER_AGENT);
    opened.putHeader(HttpHeaders.ACCEPT, manner.accept());
    if (manner.gzip()) {
      opened.putHeader(HttpHeaders.ACCEPT_ENCODING, "gzip");
    }
    for (Map.Entry<String, Secret> header : target.headers().entrySet()) {
      opened.putHeader(header.getKey(), header.getValue().reveal());
    }
  }

  private void read(Target target, HttpClientResponse response) {
    if (done) {
      return;
    }
    answering = true;
    if (response.statusCode() < 400) {
      client.certificateRequests().answered(peer(target), target.port());
    }
    if (route.mayBeOfProxy(target, response)) {
      end(
          RequestFailures.proxy(
              route.proxy().orElse(""), "it answered " + response.statusCode() + " itself"));
      return;
    }
    Optional<String> location = location(response);
    if (location.isPresent()) {
      redirect(target, location.get());
      return;
    }
    Body kept = client.takeBody(manner.bodyBytesMax());
    body = kept;
    response.exceptionHandler(failure -> brokenBody(target, response, kept, failure));
    response.endHandler(ignored -> finish(target, response, kept, extent(response)));
    response.handler(chunk -> take(target, chunk, response, kept));
  }

  private void take(Target target, Buffer chunk, HttpClientResponse response, Body kept) {
    if (!done && !kept.add(chunk)) {
      finish(target, response, kept, Extent.CAPPED);
      response.request().reset();
    }
  }

  /** A status that says failure has said enough, also when what follows it cannot be read. */
  private void brokenBody(
      Target target, HttpClientResponse response, Body kept, Throwable failure) {
    boolean failed = response.statusCode() >= 400;
    if (failed && RequestFailures.of(failure, target.host()).fault() == Fault.PATH) {
      finish(target, response, kept, Extent.CAPPED);
    } else {
      broken(target, failure);
    }
  }

  private void finish(Target target, HttpClientResponse response, Body kept, Extent extent) {
    if (!done && isRefusalOfCertificate(target, response, kept)) {
      end(certificateRefused());
    } else if (!done) {
      body = null;
      double seconds = client.secondsSince(startNanos);
      end(
          new Answered(
              response.statusCode(),
              header(response, HttpHeaders.CONTENT_TYPE),
              header(response, HttpHeaders.CONTENT_ENCODING),
              kept,
              extent,
              seconds,
              RetryAfter.of(
                  header(response, RETRY_AFTER), header(response, HttpHeaders.DATE), client.now()),
              endedAt(target)));
    }
  }

  /** nginx agrees on TLS without the certificate that it wants, and then says so as a page. */
  private boolean isRefusalOfCertificate(Target target, HttpClientResponse response, Body kept) {
    if (response.statusCode() != 400 || !certificateAsked(target)) {
      return false;
    }
    String page = new String(kept.bytes(), 0, kept.length(), StandardCharsets.ISO_8859_1);
    return page.contains("SSL certificate");
  }

  private Optional<String> endedAt(Target target) {
    return Optional.ofNullable(first)
        .filter(asked -> !asked.isSamePlace(target))
        .map(ignored -> target.shown());
  }

  private static String header(HttpClientResponse response, CharSequence name) {
    @Nullable String value = response.getHeader(name);
    return value == null ? "" : value.strip();
  }

  private static Extent extent(HttpClientResponse response) {
    boolean vouched =
        response.getHeader(HttpHeaders.CONTENT_LENGTH) != null
            || response.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    return vouched ? Extent.WHOLE : Extent.UNTIL_CLOSED;
  }

  private static Optional<String> location(HttpClientResponse response) {
    return switch (response.statusCode()) {
      case 301, 302, 303, 307, 308 ->
          Optional.of(header(response, HttpHeaders.LOCATION)).filter(place -> !place.isEmpty());
      default -> Optional.empty();
    };
  }

  private void redirect(Target from, String location) {
    cut();
    if (++redirects > REDIRECTS_MAX) {
      String text = "redirected more than " + REDIRECTS_MAX + " times";
      end(new Broken(Reason.Code.STATUS, text, Fault.SERVICE));
      return;
    }
    Target next;
    try {
      next = from.redirected(location);
    } catch (IllegalArgumentException e) {
      String text = "redirected to what is no http or https address, which is not followed";
      end(new Broken(Reason.Code.STATUS, text, Fault.PATH));
      return;
    }
    hop(next);
  }

  private void broken(Target target, Throwable failure) {
    if (done) {
      return;
    }
    Broken broken = reason(target, failure);
    // A kept connection may have been closed by the other side just when we took it.
    boolean stale = manner.kept() && broken.code() == Reason.Code.RESET;
    if (stale && !answering && !retried && request != null) {
      retried = true;
      request = null;
      hop(target);
      return;
    }
    boolean certificate =
        broken.code() == Reason.Code.UNAUTHORIZED || wantsCertificate(target, broken);
    end(certificate ? certificateRefused() : broken);
  }

  private Broken reason(Target target, Throwable failure) {
    if (resolving) {
      return RequestFailures.unresolved(target.host());
    }
    Broken broken = RequestFailures.of(failure, target.host());
    // Whom the proxy could not reach, and why, cannot be told from here.
    return connecting && broken.code() != Reason.Code.TLS
        ? RequestFailures.proxy(route.proxy().orElse(""), RequestFailures.text(failure))
        : broken;
  }

  private Broken certificateRefused() {
    return route.hasCertificate()
        ? RequestFailures.certificateRefused()
        : RequestFailures.certificateWanted();
  }

  /**
   * Whether a server gave no answer since it got no client certificate. What it does then differs:
   * an alert of some kind or other, before or after the handshake, or it just hangs up.
   */
  private boolean wantsCertificate(Target target, Broken broken) {
    boolean hungUp =
        broken.code() == Reason.Code.RESET
            && !client.certificateRequests().isOptional(peer(target), target.port());
    return !answering && certificateAsked(target) && (broken.code() == Reason.Code.TLS || hungUp);
  }

  private boolean certificateAsked(Target target) {
    return target.tls()
        && client.certificateRequests().asked(peer(target), target.port()) > certificatesBefore;
  }

  private void expire() {
    String limit = " within " + timeout.toMillis() / 1e3 + " s";
    if (resolving) {
      end(
          new Broken(
              Reason.Code.DNS, "was not asked: no name server answered" + limit, Fault.PATH));
    } else if (connecting) {
      end(RequestFailures.proxy(route.proxy().orElse(""), "no connection" + limit));
    } else {
      String what = answering ? "did not finish its answer" : "did not answer";
      end(new Broken(Reason.Code.TIMEOUT, what + limit, Fault.SERVICE));
    }
  }

  private void end(Answer answer) {
    if (done) {
      return;
    }
    done = true;
    client.vertx().cancelTimer(timer);
    if (answer instanceof Broken) {
      cut();
    }
    promise.complete(answer);
  }

  /** Drops the connection and what was read of a body. */
  private void cut() {
    HttpClientRequest open = request;
    request = null;
    if (open != null) {
      close(open);
    }
    Dialer begun = dial;
    dial = null;
    if (begun != null) {
      begun.stop();
    }
    Body unread = body;
    body = null;
    if (unread != null) {
      client.giveBack(unread);
    }
  }

  /** To reset a request that was not sent yet would leave its connection open. */
  static void close(HttpClientRequest open) {
    open.reset();
    open.connection().close();
  }
}
