package dev.ripcord.alert;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel's alerts, one after the other in their order. The outbox does not give an alert again
 * for a while once it has given it, so whatever comes here is either worked off or put back: when
 * one fails, those behind it are put back to the same instant, and stay behind it even if another
 * process goes on. Used from one event loop only.
 */
final class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private final Channel channel;
  private final Context context;
  private final Outbox outbox;
  private final Pace pace;
  private final BiConsumer<String, String> counts;

  /** To be delivered, by number. The one that is under way is not in it. */
  private final TreeMap<Long, Due> queue = new TreeMap<>();

  /** Delivered, and the outbox could not be told: must not be sent again by this process. */
  private final Map<Long, Due> unmarked = new TreeMap<>();

  private Optional<Instant> heldUntil = Optional.empty();
  private boolean stopped;
  private Future<Void> work = Future.succeededFuture();
  private Future<Void> marking = Future.succeededFuture();

  Lane(
      Channel channel,
      Context context,
      Outbox outbox,
      Pace pace,
      BiConsumer<String, String> counts) {
    this.channel = channel;
    this.context = context;
    this.outbox = outbox;
    this.pace = pace;
    this.counts = counts;
  }

  String name() {
    return channel.name();
  }

  /** Begins with nothing more, puts back what waits; gives what is under way, which never fails. */
  Future<Void> stop() {
    stopped = true;
    return work;
  }

  /** Whether nothing is under way, nothing waits for another try, and the outbox knows it all. */
  boolean isQuiet() {
    return work.isComplete() && queue.isEmpty() && heldUntil.isEmpty() && unmarked.isEmpty();
  }

  /**
   * Takes what the outbox gave; called at every look, also with nothing.
   *
   * @param asked the instant that the outbox was asked for: what waits for a later one was not
   *     given
   * @return done when this channel has nothing under way; never fails
   */
  Future<Void> offer(List<Due> dues, Instant asked) {
    markAgain();
    heldUntil = heldUntil.filter(until -> until.isAfter(asked));
    if (heldUntil.isPresent()) {
      putBack(dues, heldUntil.get());
      return work;
    }
    dues.stream()
        .filter(due -> !unmarked.containsKey(due.id()))
        .forEach(due -> queue.putIfAbsent(due.id(), due));
    if (work.isComplete()) {
      work = Future.succeededFuture().compose(_ -> next());
    }
    return work;
  }

  private Future<Void> next() {
    if (stopped || queue.isEmpty()) {
      List<Due> rest = List.copyOf(queue.values());
      queue.clear();
      return putBack(rest, now());
    }
    Due due = queue.pollFirstEntry().getValue();
    return channel
        .deliver(due.alert())
        .compose(delivery -> settle(due, delivery))
        .compose(_ -> next());
  }

  private Future<Void> settle(Due due, Channel.Delivery delivery) {
    return switch (delivery) {
      case Channel.Delivery.Sent() -> {
        LOG.info("alert {} told to {}", due.alert().key(), channel.name());
        counts.accept(channel.name(), "sent");
        unmarked.put(due.id(), due);
        yield mark(due);
      }
      case Channel.Delivery.Later(var why, var leaveAlone) -> {
        boolean isTooOld = due.alert().at().plus(pace.patience()).isBefore(now());
        yield isTooOld
            ? giveUp(due, why + ", for " + pace.patience().toHours() + " h")
            : retry(due, why, now().plus(pace.waitAfter(due.attempts(), leaveAlone)));
      }
      case Channel.Delivery.Never(var why) -> giveUp(due, why);
    };
  }

  private Future<Void> mark(Due due) {
    Future<Void> marked = Alerts.on(context, outbox.delivered(due, now()));
    return told(due, marked.onSuccess(_ -> unmarked.remove(due.id())));
  }

  /** A try at a time, so that what is under way is not told twice. */
  private void markAgain() {
    if (!marking.isComplete() || !work.isComplete()) {
      return;
    }
    for (Due due : List.copyOf(unmarked.values())) {
      marking = marking.compose(_ -> mark(due));
    }
  }

  private Future<Void> retry(Due due, String why, Instant at) {
    Instant next = at.truncatedTo(ChronoUnit.MILLIS);
    Alert alert = due.alert();
    LOG.warn("alert {} not told to {}: {}; again at {}", alert.key(), channel.name(), why, next);
    counts.accept(channel.name(), "retried");
    heldUntil = Optional.of(next);
    List<Due> behind = List.copyOf(queue.values());
    queue.clear();
    return told(due, outbox.retryAt(due, next, why)).compose(_ -> putBack(behind, next));
  }

  private Future<Void> putBack(List<Due> behind, Instant next) {
    Future<Void> done = Future.succeededFuture();
    for (Due due : behind) {
      done =
          done.compose(_ -> told(due, outbox.retryAt(due, next, "waits behind an earlier alert")));
    }
    return done;
  }

  private Future<Void> giveUp(Due due, String why) {
    Alert alert = due.alert();
    LOG.error(
        "alert {} given up for {}: {}. It said: {}",
        alert.key(),
        channel.name(),
        why,
        alert.title());
    counts.accept(channel.name(), "gave-up");
    return told(due, outbox.gaveUp(due, now(), why));
  }

  /** What the outbox was not told, it gives again. */
  private Future<Void> told(Due due, Future<Void> telling) {
    return Alerts.on(context, telling)
        .recover(
            failure -> {
              LOG.warn(
                  "the outbox could not be told of alert {} to {}: {}",
                  due.alert().key(),
                  channel.name(),
                  failure.getMessage());
              return Future.succeededFuture();
            });
  }

  private Instant now() {
    return pace.clock().instant();
  }
}
