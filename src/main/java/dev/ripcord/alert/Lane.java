package dev.ripcord.alert;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel's alerts, one after the other in their order: while the first one cannot be
 * delivered, those behind it wait. Used from one event loop only.
 */
final class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private final Channel channel;
  private final Outbox outbox;
  private final Pace pace;
  private final BiConsumer<String, String> counts;

  /** Delivered, and the outbox could not be told: must not be sent again by this process. */
  private final Set<Long> unmarked = new HashSet<>();

  private Optional<Instant> heldUntil = Optional.empty();
  private Future<Void> work = Future.succeededFuture();

  Lane(Channel channel, Outbox outbox, Pace pace, BiConsumer<String, String> counts) {
    this.channel = channel;
    this.outbox = outbox;
    this.pace = pace;
    this.counts = counts;
  }

  String name() {
    return channel.name();
  }

  /** What is under way; done when nothing is. Never fails. */
  Future<Void> work() {
    return work;
  }

  /** Whether it may begin with something now. */
  boolean isFree() {
    return work.isComplete() && heldUntil.map(t -> !t.isAfter(now())).orElse(true);
  }

  /** Whether nothing is under way and nothing waits for another try. */
  boolean isQuiet() {
    return work.isComplete() && heldUntil.isEmpty();
  }

  /** Delivers these in order, up to the first that fails. Only when it is free. */
  Future<Void> run(List<Due> dues) {
    heldUntil = Optional.empty();
    work = Future.succeededFuture().compose(_ -> next(dues.iterator()));
    return work;
  }

  private Future<Void> next(Iterator<Due> dues) {
    if (!dues.hasNext()) {
      return Future.succeededFuture();
    }
    Due due = dues.next();
    return handle(due)
        .recover(failure -> Future.succeededFuture(outboxFailed(due, failure)))
        .compose(goOn -> goOn ? next(dues) : Future.succeededFuture());
  }

  /** Whether the next one may follow. */
  private Future<Boolean> handle(Due due) {
    if (unmarked.contains(due.id())) {
      return mark(due);
    }
    return channel.deliver(due.alert()).compose(delivery -> settle(due, delivery));
  }

  private Future<Boolean> settle(Due due, Channel.Delivery delivery) {
    return switch (delivery) {
      case Channel.Delivery.Sent() -> {
        LOG.info("alert {} told to {}", due.alert().key(), channel.name());
        counts.accept(channel.name(), "sent");
        unmarked.add(due.id());
        yield mark(due);
      }
      case Channel.Delivery.Later(var why, var wait) -> {
        boolean tooOld = due.alert().at().plus(pace.patience()).isBefore(now());
        yield tooOld
            ? giveUp(due, why + ", for " + pace.patience().toHours() + " h")
            : retry(due, why, wait);
      }
      case Channel.Delivery.Never(var why) -> giveUp(due, why);
    };
  }

  private Future<Boolean> mark(Due due) {
    return outbox.delivered(due, now()).onSuccess(_ -> unmarked.remove(due.id())).map(true);
  }

  private Future<Boolean> retry(Due due, String why, Optional<Duration> asked) {
    Instant next = now().plus(pace.waitAfter(due.attempts(), asked));
    heldUntil = Optional.of(next);
    Alert alert = due.alert();
    LOG.warn("alert {} not told to {}: {}; again at {}", alert.key(), channel.name(), why, next);
    counts.accept(channel.name(), "retried");
    return outbox.retryAt(due, next, why).map(false);
  }

  private Future<Boolean> giveUp(Due due, String why) {
    Alert alert = due.alert();
    LOG.error(
        "alert {} given up for {}: {}. It said: {}",
        alert.key(),
        channel.name(),
        why,
        alert.title());
    counts.accept(channel.name(), "gave-up");
    return outbox.gaveUp(due, now(), why).map(true);
  }

  private boolean outboxFailed(Due due, Throwable failure) {
    LOG.warn(
        "the outbox could not be told of alert {} to {}: {}",
        due.alert().key(),
        channel.name(),
        failure.getMessage());
    heldUntil = Optional.of(heldUntil.orElse(now().plus(pace.firstWait())));
    return false;
  }

  private Instant now() {
    return pace.clock().instant();
  }
}
