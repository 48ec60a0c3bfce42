package dev.ripcord.alert;

import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Keeps;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.release.Secret;
import dev.ripcord.report.event.CdEvent;
import dev.ripcord.report.event.CdEvents;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An endpoint that takes CDEvents, as CloudEvents over HTTP. A message of the outbox is only the
 * occasion: what happened is read from the journal, so a second try sends the same.
 */
final class CdEventsChannel implements Channel {
  static final String NAME = "cdevents";

  private final JsonPoster post;
  private final Secret url;
  private final Optional<Secret> token;
  private final CdEvents events;
  private final Optional<Outbox> outbox;

  /**
   * An endpoint.
   *
   * @param outbox where the journal is asked; empty for a command without one, which can but try
   *     whether the endpoint answers
   */
  CdEventsChannel(
      JsonPoster post, AlertSettings.CdEvents settings, CdEvents events, Optional<Outbox> outbox) {
    this.post = post;
    this.url = settings.url();
    this.token = settings.token();
    this.events = events;
    this.outbox = outbox;
  }

  /** All that is said of a release is one incident, which good news alone resolves. */
  static Route kept() {
    return Route.toPrograms(NAME, CdEvents.OCCASIONS, Keeps.INCIDENTS);
  }

  @Override
  public Route route() {
    return outbox.isPresent()
        ? kept()
        : Route.toPrograms(NAME, Set.of(Alert.Kind.TEST), Keeps.NOTHING);
  }

  /** Each event is a request of its own. */
  @Override
  public int most() {
    return 1;
  }

  @Override
  public Future<Delivery> deliver(List<Due> message) {
    Due due = message.getFirst();
    return JournalStory.of(outbox, due.alert())
        .compose(story -> sendAll(events.at(due, story)))
        .otherwise(JournalStory::unread);
  }

  /** In their order; what follows one that did not arrive is sent with it, later. */
  private Future<Delivery> sendAll(List<CdEvent> all) {
    Future<Delivery> done = Future.succeededFuture(new Delivery.Sent());
    for (CdEvent event : all) {
      done =
          done.compose(
              before -> before.trouble().isEmpty() ? send(event) : Future.succeededFuture(before));
    }
    return done;
  }

  private Future<Delivery> send(CdEvent event) {
    Map<String, String> headers = new LinkedHashMap<>(event.headers());
    token.ifPresent(it -> headers.put("Authorization", "Bearer " + it.reveal()));
    return post.send(url, headers, event.body());
  }
}
