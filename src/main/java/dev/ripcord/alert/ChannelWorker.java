package dev.ripcord.alert;

import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel's messages, one after the other: takes the next from the outbox, delivers it, marks
 * it, and takes the next only then, so that nothing is claimed while it only waits. After a failure
 * the channel as a whole waits; only what was really sent has been tried. Used from one event loop
 * only.
 */
final class ChannelWorker {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelWorker.class);

  private final Vertx vertx;
  private final Channel channel;
  private final Outbox outbox;
  private final RetryPolicy pace;
  private final BiConsumer<String, String> counts;
  private final Context context;

  /** Delivered, and the outbox could not be told: must not be sent again by this process. */
  private final Map<Long, Due> unmarked = new TreeMap<>();

  private final List<Promise<Boolean>> waiting = new ArrayList<>();
  private boolean busy;
  private boolean again;
  private boolean held;
  private boolean stopped;
  private boolean outboxFails;
  private boolean alone;
  private String trouble = "";
  private int failures;
  private long timer = -1;

  /** No claim may be asked for an earlier instant: the wait was measured by a better clock. */
  private Instant notBefore = Instant.MIN;

  /** Begins with nothing; made on the event loop that it is used from. */
  ChannelWorker(
      Vertx vertx,
      Channel channel,
      Outbox outbox,
      RetryPolicy pace,
      BiConsumer<String, String> counts) {
    this.vertx = vertx;
    this.channel = channel;
    this.outbox = outbox;
    this.pace = pace;
    this.counts = counts;
    this.context = vertx.getOrCreateContext();
  }

  /** How often what holds is to be said again. */
  Optional<Duration> repeats() {
    return channel.repeats();
  }

  /** Takes nothing more; gives the end of what is under way, which never fails. */
  Future<?> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    Future<?> ended = busy ? worked() : Future.succeededFuture();
    return ended.eventually(channel::close);
  }

  /**
   * Looks at the outbox now, or once more when the look that is under way has ended.
   *
   * @return done when nothing is under way; whether the outbox has nothing left for this channel
   */
  Future<Boolean> wake() {
    if (stopped || held) {
      return Future.succeededFuture(false);
    }
    Future<Boolean> worked = worked();
    if (busy) {
      again = true;
    } else {
      busy = true;
      step();
    }
    return worked;
  }

  /** Says again what holds at the other side, where that forgets. Never fails. */
  Future<Void> repeat() {
    if (stopped) {
      return Future.succeededFuture();
    }
    return Contexts.deliver(context, channel.repeat())
        .onSuccess(repeated -> repeated.ifPresent(this::repeated))
        .onFailure(failure -> trouble("what holds cannot be read: " + failure.getMessage(), false))
        .transform(_ -> Future.succeededFuture());
  }

  private void repeated(Channel.Delivery delivery) {
    if (delivery.trouble().isEmpty()) {
      counts.accept(channel.name(), "sent");
      trouble = "";
    } else {
      trouble(delivery.trouble().get(), true);
    }
  }

  /** The next repetition is the retry. */
  private void trouble(String why, boolean tried) {
    if (tried) {
      counts.accept(channel.name(), "retried");
    }
    if (!why.equals(trouble)) {
      trouble = why;
      LOG.warn("what holds could not be repeated to {}: {}", channel.name(), why);
    }
  }

  private Future<Boolean> worked() {
    Promise<Boolean> promise = Promise.promise();
    waiting.add(promise);
    return promise.future();
  }

  /** One message. Each begins on a stack of its own: thousands may be waiting. */
  private void step() {
    again = false;
    markAgain()
        .compose(marked -> marked ? take() : Future.succeededFuture(false))
        .onComplete(
            (went, failure) -> {
              boolean more = !stopped && !held && (again || (failure == null && went));
              if (more) {
                context.runOnContext(_ -> step());
              } else {
                end(failure == null && !held && unmarked.isEmpty());
              }
            });
  }

  private void end(boolean nothingLeft) {
    busy = false;
    List<Promise<Boolean>> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(promise -> promise.tryComplete(nothingLeft && !stopped));
  }

  /** Gives whether there was something. */
  private Future<Boolean> take() {
    Instant now = now();
    Instant asked = now.isBefore(notBefore) ? notBefore : now;
    int most = alone ? 1 : channel.most();
    return Contexts.deliver(context, outbox.next(channel.name(), most, asked))
        .onComplete((_, failure) -> readable(failure))
        .compose(
            message ->
                message.isEmpty() ? Future.succeededFuture(false) : deliver(message).map(true));
  }

  private void readable(@Nullable Throwable failure) {
    if (failure != null && !outboxFails) {
      LOG.warn(
          "the outbox cannot be read, alerts to {} wait: {}", channel.name(), failure.getMessage());
    }
    outboxFails = failure != null;
  }

  private Future<Void> deliver(List<Due> message) {
    if (message.stream().anyMatch(due -> unmarked.containsKey(due.id()))) {
      return Future.succeededFuture();
    }
    return channel.deliver(message).compose(delivery -> settle(message, delivery));
  }

  private Future<Void> settle(List<Due> message, Channel.Delivery delivery) {
    return switch (delivery) {
      case Channel.Delivery.Sent() -> {
        LOG.info("alert {} delivered to {}", keys(message), channel.name());
        failures = 0;
        counts.accept(channel.name(), "sent");
        message.forEach(due -> unmarked.put(due.id(), due));
        yield mark(message);
      }
      case Channel.Delivery.Later(var why, var leaveAlone) ->
          retry(message, why, pace.waitAfter(failures++, leaveAlone));
      case Channel.Delivery.Never(var why) -> {
        failures = 0;
        if (message.size() == 1) {
          yield giveUp(message, why);
        }
        // It may be the message and not the alerts in it.
        LOG.warn("{} alerts in one message to {}: {}", message.size(), channel.name(), why);
        alone = true;
        yield told(message, outbox.retryAt(message, now(), why));
      }
    };
  }

  private Future<Void> mark(List<Due> message) {
    Future<Void> marked = Contexts.deliver(context, outbox.delivered(message, now()));
    return told(message, marked.onSuccess(_ -> message.forEach(due -> unmarked.remove(due.id()))));
  }

  /** Before anything else is taken; gives whether the outbox knows all by now. */
  private Future<Boolean> markAgain() {
    return unmarked.isEmpty()
        ? Future.succeededFuture(true)
        : mark(List.copyOf(unmarked.values())).map(_ -> unmarked.isEmpty());
  }

  private Future<Void> retry(List<Due> message, String why, Duration wait) {
    Instant now = now();
    Map<Boolean, List<Due>> byAge =
        message.stream()
            .collect(
                Collectors.partitioningBy(due -> due.since().plus(pace.patience()).isBefore(now)));
    List<Due> old = byAge.getOrDefault(true, List.of());
    List<Due> young = byAge.getOrDefault(false, List.of());
    Future<Void> given =
        old.isEmpty()
            ? Future.succeededFuture()
            : giveUp(old, why + ", for " + pace.patience().toHours() + " h");
    return young.isEmpty() ? given : given.compose(_ -> hold(young, why, now, wait));
  }

  private Future<Void> hold(List<Due> message, String why, Instant now, Duration wait) {
    Instant next = now.plus(wait).truncatedTo(ChronoUnit.MILLIS);
    LOG.warn(
        "alert {} not delivered to {}: {}; again at {}", keys(message), channel.name(), why, next);
    counts.accept(channel.name(), "retried");
    held = true;
    notBefore = next;
    timer =
        vertx.setTimer(
            Math.max(1, wait.toMillis()),
            _ -> {
              held = false;
              wake();
            });
    return told(message, outbox.retryAt(message, next, why));
  }

  private Future<Void> giveUp(List<Due> message, String why) {
    for (Due due : message) {
      LOG.error(
          "alert {} given up for {}: {}. Its answer: {}",
          due.alert().key(),
          channel.name(),
          why,
          due.alert().title());
    }
    counts.accept(channel.name(), "gave-up");
    return told(message, outbox.gaveUp(message, now(), why));
  }

  /** What the outbox does not know of, it gives again. */
  private Future<Void> told(List<Due> message, Future<Void> telling) {
    return Contexts.deliver(context, telling)
        .recover(
            failure -> {
              LOG.warn(
                  "the outbox could not be updated for alert {} to {}: {}",
                  keys(message),
                  channel.name(),
                  failure.getMessage());
              return Future.succeededFuture();
            });
  }

  private static String keys(List<Due> message) {
    String first = message.getFirst().alert().key();
    return message.size() == 1 ? first : first + " and " + (message.size() - 1) + " more";
  }

  private Instant now() {
    return pace.clock().instant();
  }
}
