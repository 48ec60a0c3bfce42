package dev.ripcord.probe.http;

import dev.ripcord.health.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;

/**
 * Opens one connection to a name that has several addresses. They are tried in their order; the
 * next is begun when one could not be connected to, or has not been after a quarter of a second (as
 * RFC 8305 says), so that an address which hangs costs no more. The first connection is taken, a
 * later one is closed unused: nothing is ever sent twice.
 *
 * <p>Used once, on one event loop.
 */
final class Dialer {
  private static final Duration NEXT_AFTER = Duration.ofMillis(250);

  /** Further addresses of a name are left out. */
  private static final int ADDRESSES_MAX = 16;

  private final Vertx vertx;
  private final String host;
  private final Function<InetAddress, Future<HttpClientRequest>> open;
  private final Promise<HttpClientRequest> promise = Promise.promise();
  private final List<Throwable> failures = new ArrayList<>();
  private final Queue<InetAddress> left = new ArrayDeque<>();
  private int underWay;
  private long timer = -1;
  private boolean done;

  /**
   * Opens nothing yet.
   *
   * @param host the name, for reasons
   * @param open opens a connection to one address
   */
  Dialer(Vertx vertx, String host, Function<InetAddress, Future<HttpClientRequest>> open) {
    this.vertx = vertx;
    this.host = host;
    this.open = open;
  }

  /** Tries the addresses. Fails with what says most about the service when none can be used. */
  Future<HttpClientRequest> begin(List<InetAddress> addresses) {
    if (addresses.size() == 1) {
      left.add(addresses.getFirst());
    } else {
      addresses.stream().distinct().limit(ADDRESSES_MAX).forEach(left::add);
    }
    next();
    return promise.future();
  }

  /** Begins no further connection, and closes those that are still being opened. */
  void stop() {
    if (!done) {
      done = true;
      vertx.cancelTimer(timer);
      promise.tryFail("the exchange is over");
    }
  }

  private void next() {
    vertx.cancelTimer(timer);
    InetAddress address = left.poll();
    if (done || address == null) {
      return;
    }
    underWay++;
    if (!left.isEmpty()) {
      timer = vertx.setTimer(NEXT_AFTER.toMillis(), ignored -> next());
    }
    open.apply(address).onComplete(this::opened, this::failed);
  }

  private void opened(HttpClientRequest request) {
    underWay--;
    if (done) {
      Exchange.close(request);
      return;
    }
    done = true;
    vertx.cancelTimer(timer);
    promise.complete(request);
  }

  private void failed(Throwable failure) {
    underWay--;
    if (done) {
      return;
    }
    failures.add(failure);
    Reason.Code code = RequestFailures.of(failure, host).code();
    boolean connected = code != Reason.Code.CONNECT && code != Reason.Code.TIMEOUT;
    if (connected) {
      finish(failure);
    } else if (!left.isEmpty()) {
      next();
    } else if (underWay == 0) {
      finish(telling());
    }
  }

  private void finish(Throwable failure) {
    done = true;
    vertx.cancelTimer(timer);
    promise.fail(failure);
  }

  /** An address of a family that this machine has no route for says nothing; another may. */
  private Throwable telling() {
    return failures.stream()
        .filter(f -> RequestFailures.of(f, host).fault() == Answer.Fault.SERVICE)
        .findFirst()
        .orElseGet(failures::getFirst);
  }
}
