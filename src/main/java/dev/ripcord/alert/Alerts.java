package dev.ripcord.alert;

import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.HttpUrl;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.release.Secret;
import dev.ripcord.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries alerts from the outbox to people: takes what is due, delivers it, marks it.
 *
 * <p>At least once, each service's in order, what is urgent first. A channel that hangs or refuses
 * does not hold up the other, and nothing here is waited for by a rollback. Methods may be called
 * from any thread; the work is done on one event loop.
 */
public final class Alerts {
  private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

  /** Looks between two at what other channels have left behind. */
  private static final int LOOKS = 600;

  private final Vertx vertx;
  private final Context context;
  private final Outbox outbox;
  private final RetryPolicy pace;
  private final JsonPoster post;
  private final Map<String, ChannelWorker> lanes = new LinkedHashMap<>();
  private final List<Promise<Boolean>> flushes = new ArrayList<>();

  private boolean running;
  private int looks;
  private long timer = -1;

  /**
   * Makes the channels that are configured.
   *
   * @param counts is called with the channel and how a try ended: {@code sent}, {@code retried} or
   *     {@code gave-up}
   * @throws IllegalArgumentException when an address is no HTTP URL; the message does not hold it
   */
  public Alerts(
      Vertx vertx,
      Outbox outbox,
      AlertSettings settings,
      RetryPolicy pace,
      BiConsumer<String, String> counts) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.outbox = outbox;
    this.pace = pace;
    this.post = new JsonPoster(vertx, pace.clock(), pace.deadline());
    for (Channel channel : channels(post, settings)) {
      lanes.put(channel.name(), new ChannelWorker(vertx, channel, outbox, pace, counts));
    }
  }

  /** The names of the channels that are configured, as the outbox knows them. */
  public static List<String> names(AlertSettings settings) {
    List<String> names = new ArrayList<>();
    settings.slack().ifPresent(_ -> names.add("slack"));
    settings.webhook().ifPresent(_ -> names.add("webhook"));
    return List.copyOf(names);
  }

  /**
   * Sends one alert to every channel, one try each: for a command that has no outbox.
   *
   * @return which channels did not take it, each with the reason; never fails
   * @throws IllegalArgumentException as the constructor
   */
  public static Future<List<String>> once(
      Vertx vertx, AlertSettings settings, RetryPolicy pace, Alert alert) {
    JsonPoster post = new JsonPoster(vertx, pace.clock(), pace.deadline());
    List<String> failed = new ArrayList<>();
    Future<Void> done = Future.succeededFuture();
    for (Channel channel : channels(post, settings)) {
      done =
          done.compose(_ -> channel.deliver(List.of(only(channel, alert))))
              .map(
                  delivery -> {
                    switch (delivery) {
                      case Channel.Delivery.Sent _ -> {}
                      case Channel.Delivery.Later(var why, var _) ->
                          failed.add(channel.name() + ": " + why);
                      case Channel.Delivery.Never(var why) ->
                          failed.add(channel.name() + ": " + why);
                    }
                    return null;
                  });
    }
    return done.eventually(post::close).map(failed);
  }

  private static Due only(Channel channel, Alert alert) {
    return new Due(0, channel.name(), alert.key(), alert, 0);
  }

  private static List<Channel> channels(JsonPoster post, AlertSettings settings) {
    List<Channel> channels = new ArrayList<>();
    settings
        .slack()
        .map(url -> new SlackChannel(post, checked("slack", url), settings.slackChannel()))
        .ifPresent(channels::add);
    settings
        .webhook()
        .map(url -> new WebhookChannel(post, checked("webhook", url)))
        .ifPresent(channels::add);
    return channels;
  }

  private static Secret checked(String name, Secret url) {
    try {
      HttpUrl.parse(url.reveal());
      return url;
    } catch (IllegalArgumentException _) {
      // The exception's own message would show the address.
    }
    throw new IllegalArgumentException("alerts." + name + " is not an http:// or https:// URL");
  }

  /** Begins to look at the outbox. */
  public Future<Void> start() {
    return here(
        () -> {
          running = true;
          timer = vertx.setPeriodic(pace.every().toMillis(), _ -> look());
          look();
          return Future.succeededFuture();
        });
  }

  /** Looks at the outbox now. To be called after something was put there. */
  public void wake() {
    context.runOnContext(_ -> look());
  }

  /**
   * Delivers what is due, for a command that is about to end. Between {@link #start} and {@link
   * #stop}.
   *
   * @return whether nothing is left; false when the time was up before
   */
  public Future<Boolean> flush(Duration limit) {
    return here(
        () -> {
          Promise<Boolean> flush = Promise.promise();
          flushes.add(flush);
          long deadline = vertx.setTimer(limit.toMillis(), _ -> flush.tryComplete(false));
          look();
          return flush
              .future()
              .andThen(
                  (_, _) -> {
                    vertx.cancelTimer(deadline);
                    flushes.remove(flush);
                  });
        });
  }

  /** Ends; a try that is under way is waited for, at most as long as a try may take. */
  public Future<Void> stop() {
    return here(
        () -> {
          running = false;
          vertx.cancelTimer(timer);
          List.copyOf(flushes).forEach(flush -> flush.tryComplete(false));
          return Future.join(lanes.values().stream().map(ChannelWorker::stop).toList())
              .otherwiseEmpty()
              .compose(_ -> post.close());
        });
  }

  private void look() {
    if (!running) {
      return;
    }
    if (looks++ % LOOKS == 0) {
      giveUpForeign();
    }
    List<Promise<Boolean>> asked = List.copyOf(flushes);
    Future.all(lanes.values().stream().map(ChannelWorker::wake).toList())
        .onSuccess(
            all -> {
              if (all.<Boolean>list().stream().allMatch(Boolean::booleanValue)) {
                asked.forEach(flush -> flush.tryComplete(true));
              }
            });
  }

  /** Alerts of a channel that is no longer configured would stay due for ever. */
  private void giveUpForeign() {
    Instant now = pace.clock().instant();
    Contexts.deliver(context, outbox.giveUpOthers(lanes.keySet(), now.minus(pace.patience()), now))
        .onSuccess(
            dues ->
                dues.forEach(
                    due ->
                        LOG.warn(
                            "alert {} given up: no channel {} is configured",
                            due.alert().key(),
                            due.channel())))
        .onFailure(
            e -> LOG.warn("alerts of channels that are gone stay for now: {}", e.getMessage()));
  }

  /** Runs on our event loop, and gives the result there, whoever completes it. */
  private <T> Future<T> here(Supplier<Future<T>> work) {
    return Contexts.call(context, () -> Contexts.deliver(context, work.get()));
  }
}
