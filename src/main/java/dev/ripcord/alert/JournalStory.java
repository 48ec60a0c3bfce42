package dev.ripcord.alert;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Story;
import io.vertx.core.Future;
import java.util.Optional;

/** What the journal tells to a channel that reads there what happened. */
final class JournalStory {
  private JournalStory() {}

  /** The watch of an alert; empty where there is none, or no journal. Fails when it is away. */
  static Future<Optional<Story>> of(Optional<Outbox> outbox, Alert alert) {
    return outbox
        .filter(_ -> alert.kind() != Alert.Kind.TEST)
        .map(it -> it.story(alert))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  /** What becomes of a message whose watch could not be read. */
  static Channel.Delivery unread(Throwable failure) {
    return new Channel.Delivery.Later(
        "the journal cannot be read: " + failure.getMessage(), Optional.empty());
  }
}
