package dev.ripcord.alert;

import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.HttpUrl;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.release.Secret;
import dev.ripcord.report.event.CdEvents;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
  private final List<Long> timers = new ArrayList<>();

  private boolean running;
  private int looks;

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
    for (Channel channel : channels(new Means(vertx, post, pace, Optional.of(outbox)), settings)) {
      lanes.put(channel.name(), new ChannelWorker(vertx, channel, outbox, pace, counts));
    }
  }

  /** The names of the channels that are configured, as the outbox knows them. */
  public static List<String> names(AlertSettings settings) {
    return routes(settings).stream().map(Outbox.Route::channel).toList();
  }

  /** What each channel that is configured is given. */
  public static List<Outbox.Route> routes(AlertSettings settings) {
    List<Outbox.Route> routes = new ArrayList<>();
    settings.slack().ifPresent(_ -> routes.add(Outbox.Route.of(SlackChannel.NAME)));
    settings.webhook().ifPresent(_ -> routes.add(Outbox.Route.of(WebhookChannel.NAME)));
    if (!settings.alertmanagers().isEmpty()) {
      routes.add(AlertmanagerChannel.kept());
    }
    settings.pagerDuty().map(PagerDutyChannel::route).ifPresent(routes::add);
    settings.email().ifPresent(_ -> routes.add(Outbox.Route.of(EmailChannel.NAME)));
    settings.programs().cdEvents().ifPresent(_ -> routes.add(CdEventsChannel.kept()));
    settings.programs().traces().ifPresent(_ -> routes.add(TracesChannel.ended()));
    return List.copyOf(routes);
  }

  /**
   * Sends one alert to every channel, one try each: for a command that has no outbox. A kind that a
   * channel is not given is not sent there.
   *
   * @param journal the id of the journal that the alert belongs to; empty for none
   * @return which channels did not take it, each with the reason; never fails
   * @throws IllegalArgumentException as the constructor
   */
  public static Future<List<String>> once(
      Vertx vertx, AlertSettings settings, RetryPolicy pace, Alert alert, String journal) {
    JsonPoster post = new JsonPoster(vertx, pace.clock(), pace.deadline());
    List<String> failed = new ArrayList<>();
    Future<Void> done = Future.succeededFuture();
    List<Channel> channels = channels(new Means(vertx, post, pace, Optional.empty()), settings);
    for (Channel channel : channels) {
      if (channel.route().kinds().contains(alert.kind())) {
        done =
            done.compose(_ -> channel.deliver(List.of(only(channel, alert, journal))))
                .onSuccess(
                    delivery ->
                        delivery
                            .trouble()
                            .ifPresent(why -> failed.add(channel.name() + ": " + why)))
                .mapEmpty();
      }
    }
    return done.eventually(() -> Future.join(channels.stream().map(Channel::close).toList()))
        .eventually(post::close)
        .map(failed);
  }

  private static Due only(Channel channel, Alert alert, String journal) {
    String key = journal.isEmpty() ? alert.key() : alert.key() + "/" + journal;
    return new Due(0, channel.name(), key, alert, 0);
  }

  /** What channels are made of. */
  private record Means(Vertx vertx, JsonPoster post, RetryPolicy pace, Optional<Outbox> outbox) {}

  private static List<Channel> channels(Means means, AlertSettings settings) {
    JsonPoster post = means.post();
    AlertLinks links = new AlertLinks(settings.links());
    List<Channel> channels = new ArrayList<>();
    settings
        .slack()
        .map(
            url ->
                new SlackChannel(
                    post,
                    checked("alerts." + SlackChannel.NAME, url),
                    settings.slackChannel(),
                    links))
        .ifPresent(channels::add);
    settings
        .webhook()
        .map(
            url ->
                new WebhookChannel(
                    post,
                    checked("alerts." + WebhookChannel.NAME, url),
                    settings.webhookSecret(),
                    links,
                    means.pace().clock()))
        .ifPresent(channels::add);
    if (!settings.alertmanagers().isEmpty()) {
      List<Secret> urls =
          settings.alertmanagers().stream()
              .map(url -> checked("alerts." + AlertmanagerChannel.NAME, url))
              .toList();
      channels.add(
          new AlertmanagerChannel(post, urls, links, means.outbox(), means.pace().clock()));
    }
    settings
        .pagerDuty()
        .map(given -> new PagerDutyChannel(post, given, links))
        .ifPresent(channels::add);
    settings
        .email()
        .map(given -> new EmailChannel(means.vertx(), given, links, means.pace().deadline()))
        .ifPresent(channels::add);
    AlertSettings.Programs programs = settings.programs();
    programs
        .cdEvents()
        .map(
            given ->
                new CdEventsChannel(
                    post,
                    new AlertSettings.CdEvents(checked("cdevents.url", given.url()), given.token()),
                    new CdEvents(programs.environment(), links.front()),
                    means.outbox()))
        .ifPresent(channels::add);
    programs
        .traces()
        .map(
            given ->
                new TracesChannel(
                    post,
                    new AlertSettings.Traces(
                        checked("traces.endpoint", given.endpoint()), given.headers()),
                    programs.environment(),
                    means.outbox()))
        .ifPresent(channels::add);
    return channels;
  }

  private static Secret checked(String key, Secret url) {
    try {
      HttpUrl.parse(url.reveal());
      return url;
    } catch (IllegalArgumentException _) {
      // The exception's own message would show the address.
    }
    throw new IllegalArgumentException(key + " is not an http:// or https:// URL");
  }

  /** Begins to look at the outbox. */
  public Future<Void> start() {
    return here(
        () -> {
          running = true;
          timers.add(vertx.setPeriodic(pace.every().toMillis(), _ -> look()));
          lanes.values().forEach(this::repeat);
          look();
          return Future.succeededFuture();
        });
  }

  /** What holds is said again at once: a process before this one may be gone for a while. */
  private void repeat(ChannelWorker lane) {
    lane.repeats()
        .ifPresent(every -> timers.add(vertx.setPeriodic(0, every.toMillis(), _ -> lane.repeat())));
  }

  /** Looks at the outbox now. To be called after something was put there. */
  public void wake() {
    context.runOnContext(_ -> look());
  }

  /**
   * Delivers what is due, and says again what holds, for a command that is about to end. Between
   * {@link #start} and {@link #stop}.
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
          Future<?> repeated =
              Future.join(lanes.values().stream().map(ChannelWorker::repeat).toList())
                  .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                  .otherwiseEmpty();
          return flush
              .future()
              .compose(left -> repeated.map(left))
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
          timers.forEach(vertx::cancelTimer);
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
