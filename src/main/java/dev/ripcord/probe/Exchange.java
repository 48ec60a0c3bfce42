package dev.ripcord.probe;

import dev.ripcord.probe.Answer.Answered;
import dev.ripcord.probe.Answer.Broken;
import dev.ripcord.probe.Answer.Extent;
import dev.ripcord.probe.Answer.Fault;
import dev.ripcord.release.Secret;
import dev.ripcord.watch.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
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
final class Exchange {
  private static final int REDIRECTS_MAX = 5;
  private static final String USER_AGENT = "Ripcord-Probe";

  /**
   * What is asked for.
   *
   * @param kept whether a kept connection may be used
   * @param accept the Accept header
   * @param gzip whether the answer may be compressed
   * @param bodyBytesMax where reading stops
   */
  record Manner(boolean kept, String accept, boolean gzip, int bodyBytesMax) {}

  private final ProbeClient client;
  private final Manner manner;
  private final Duration timeout;
  private final Promise<Answer> promise = Promise.promise();
  private final long startNanos;
  private final long timer;
  private @Nullable HttpClientRequest request;
  private @Nullable Body body;
  private boolean done;
  private boolean resolving = true;
  private boolean answering;
  private boolean retried;
  private int redirects;

  Exchange(ProbeClient client, Manner manner, Duration timeout) {
    this.client = client;
    this.manner = manner;
    this.timeout = timeout;
    startNanos = client.nanos();
    timer = client.vertx().setTimer(Math.max(1, timeout.toMillis()), ignored -> expire());
  }

  /** Asks. */
  Future<Answer> ask(Target target) {
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
    client
        .resolve(target.host())
        .compose(address -> open(target, address))
        .onComplete(opened -> send(target, opened), failure -> broken(target, failure));
  }

  private Future<HttpClientRequest> open(Target target, InetAddress address) {
    resolving = false;
    if (done) {
      return Future.failedFuture("the exchange is over");
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setServer(SocketAddress.inetSocketAddress(target.port(), address.getHostAddress()))
            .setHost(target.host())
            .setPort(target.port())
            .setSsl(target.tls())
            .setURI(target.path())
            .setConnectTimeout(Math.max(1, timeout.toMillis()))
            .setFollowRedirects(false);
    return client.request(options, manner.kept());
  }

  private void send(Target target, HttpClientRequest opened) {
    if (done) {
      close(opened);
      return;
    }
    request = opened;
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
    Optional<String> location = location(response);
    if (location.isPresent()) {
      redirect(target, location.get());
      return;
    }
    Body kept = client.takeBody(manner.bodyBytesMax());
    body = kept;
    response.exceptionHandler(failure -> broken(target, failure));
    response.endHandler(ignored -> finish(response, kept, extent(response)));
    response.handler(chunk -> take(chunk, response, kept));
  }

  private void take(Buffer chunk, HttpClientResponse response, Body kept) {
    if (!done && !kept.add(chunk)) {
      finish(response, kept, Extent.CAPPED);
      response.request().reset();
    }
  }

  private void finish(HttpClientResponse response, Body kept, Extent extent) {
    if (!done) {
      body = null;
      String type = header(response, HttpHeaders.CONTENT_TYPE);
      String encoding = header(response, HttpHeaders.CONTENT_ENCODING);
      double seconds = client.secondsSince(startNanos);
      end(new Answered(response.statusCode(), type, encoding, kept, extent, seconds));
    }
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
      case 301, 302, 303, 307, 308 -> Optional.ofNullable(response.getHeader(HttpHeaders.LOCATION));
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
      String text = "redirected to what is no http or https address";
      end(new Broken(Reason.Code.STATUS, text, Fault.SERVICE));
      return;
    }
    hop(next);
  }

  private void broken(Target target, Throwable failure) {
    if (done) {
      return;
    }
    Broken broken =
        resolving ? Breakage.unresolved(target.host()) : Breakage.of(failure, target.host());
    // A kept connection may have been closed by the other side just when we took it.
    boolean stale = manner.kept() && broken.code() == Reason.Code.RESET;
    if (stale && !answering && !retried && request != null) {
      retried = true;
      request = null;
      hop(target);
      return;
    }
    end(broken);
  }

  private void expire() {
    String limit = " within " + timeout.toMillis() / 1e3 + " s";
    if (resolving) {
      end(
          new Broken(
              Reason.Code.DNS, "was not asked: no name server answered" + limit, Fault.PATH));
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
    Body unread = body;
    body = null;
    if (unread != null) {
      client.giveBack(unread);
    }
  }

  /** To reset a request that was not sent yet would leave its connection open. */
  private static void close(HttpClientRequest open) {
    open.reset();
    open.connection().close();
  }
}
