package dev.ripcord.probe.http;

import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.Answer.Answered;
import dev.ripcord.probe.http.Answer.Broken;
import dev.ripcord.probe.http.Answer.Fault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the requests of one service and the pauses between them, and can end all of them at once.
 * For one event loop.
 */
public final class ProbeExchange {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Duration WARM_UP_MAX = Duration.ofSeconds(2);

  private final ProbeClient client;
  private final Route route;
  private final Duration timeout;
  private final Set<Runnable> underWay = new HashSet<>();
  private final Map<String, Long> askAgainNanos = new HashMap<>();
  private boolean closed;

  public ProbeExchange(ProbeClient client, Route route, Duration timeout) {
    this.client = client;
    this.route = route;
    this.timeout = timeout;
  }

  public ProbeClient client() {
    return client;
  }

  /** The deadline of each request. */
  public Duration timeout() {
    return timeout;
  }

  /**
   * One request; see {@link Exchange}. None is made to a host that answered 429 and wants to be
   * left alone for a while, until that is over.
   */
  public Future<Answer> ask(Target target, Exchange.Manner manner) {
    Optional<Duration> rest = rest(target);
    if (rest.isPresent()) {
      String wait = String.format(Locale.ROOT, "%.1f s", rest.get().toMillis() / 1e3);
      return Future.succeededFuture(
          new Broken(
              Reason.Code.STATUS,
              "was not asked: it answered 429, and wants to be left alone for " + wait + " more",
              Fault.PATH));
    }
    return exchange(target, manner, timeout).onSuccess(answer -> note(target, answer));
  }

  /**
   * One request whose answer is not wanted, so that those that are measured do not pay for the
   * first use of classes and names.
   */
  public Future<Void> warmUp(Target target, Exchange.Manner manner) {
    Duration limit = timeout.compareTo(WARM_UP_MAX) < 0 ? timeout : WARM_UP_MAX;
    return exchange(target, manner, limit)
        .map(
            answer -> {
              note(target, answer);
              if (answer instanceof Answered answered) {
                client.giveBack(answered.body());
              }
              return null;
            });
  }

  private void note(Target target, Answer answer) {
    if (answer instanceof Answered answered && answered.status() == TOO_MANY_REQUESTS) {
      answered
          .retryAfter()
          .ifPresent(wait -> askAgainNanos.put(place(target), client.nanos() + wait.toNanos()));
    }
  }

  /** How long a host wants to be left alone still. */
  private Optional<Duration> rest(Target target) {
    return Optional.ofNullable(askAgainNanos.get(place(target)))
        .map(until -> Duration.ofNanos(until - client.nanos()))
        .filter(Duration::isPositive);
  }

  private static String place(Target target) {
    return target.host() + ":" + target.port();
  }

  private Future<Answer> exchange(Target target, Exchange.Manner manner, Duration limit) {
    Exchange exchange = new Exchange(client, route, manner, limit);
    Runnable abort = exchange::abort;
    underWay.add(abort);
    if (closed) {
      exchange.abort();
    }
    return exchange.ask(target).onComplete(ignored -> underWay.remove(abort));
  }

  /** Completes after a while, or at once when the caller is closed. */
  public Future<Void> pause(Duration duration) {
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

  public boolean isClosed() {
    return closed;
  }

  /** Ends every request and pause; none can be made any more. */
  public void close() {
    closed = true;
    List.copyOf(underWay).forEach(Runnable::run);
  }
}
