package dev.ripcord.probe;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the requests of one service and the pauses between them, and can end all of them at once.
 * For one event loop.
 */
final class Caller {
  private final ProbeClient client;
  private final Duration timeout;
  private final Set<Runnable> underWay = new HashSet<>();
  private boolean closed;

  Caller(ProbeClient client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  ProbeClient client() {
    return client;
  }

  /** The deadline of each request. */
  Duration timeout() {
    return timeout;
  }

  /** One request; see {@link Exchange}. */
  Future<Answer> ask(Target target, Exchange.Manner manner) {
    Exchange exchange = new Exchange(client, manner, timeout);
    Runnable abort = exchange::abort;
    underWay.add(abort);
    if (closed) {
      exchange.abort();
    }
    return exchange.ask(target).onComplete(ignored -> underWay.remove(abort));
  }

  /** Completes after a while, or at once when the caller is closed. */
  Future<Void> pause(Duration duration) {
    if (closed || duration.toMillis() <= 0) {
      return Future.succeededFuture();
    }
    Promise<Void> over = Promise.promise();
    Runnable end = over::tryComplete;
    underWay.add(end);
    long timer = client.vertx().setTimer(duration.toMillis(), ignored -> end.run());
    return over.future()
        .onComplete(
            ignored -> {
              underWay.remove(end);
              client.vertx().cancelTimer(timer);
            });
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends every request and pause; none can be made any more. */
  void close() {
    closed = true;
    List.copyOf(underWay).forEach(Runnable::run);
  }
}
