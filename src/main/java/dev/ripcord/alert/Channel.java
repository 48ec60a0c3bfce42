package dev.ripcord.alert;

import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A way to reach people. One message at a time; called on the event loop of {@link Alerts}. */
interface Channel {
  /** Which alerts it is given, and under which name. */
  Outbox.Route route();

  /** Its name in the outbox, in metrics and in logs: {@code slack}, {@code webhook}. */
  default String name() {
    return route().channel();
  }

  /** How many alerts of one kind it can put into one message; 1 for none but single alerts. */
  int most();

  /**
   * Tries once. Never fails, and is done within the deadline of {@link JsonPoster}.
   *
   * @param message one alert or, up to {@link #most}, several of one kind
   */
  Future<Delivery> deliver(List<Due> message);

  /** How often {@link #repeat} is to be called, where the other side forgets. */
  default Optional<Duration> repeats() {
    return Optional.empty();
  }

  /** Says again what holds; empty when nothing does. Fails when that cannot be read. */
  default Future<Optional<Delivery>> repeat() {
    return Future.succeededFuture(Optional.empty());
  }

  /** Gives back what it holds by itself. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }

  /** How a try ended. No text in it may hold the channel's URL. */
  sealed interface Delivery {
    /** Why it did not arrive; empty where it did. */
    default Optional<String> trouble() {
      return switch (this) {
        case Sent() -> Optional.empty();
        case Later(var why, var _) -> Optional.of(why);
        case Never(var why) -> Optional.of(why);
      };
    }

    /** It arrived. */
    record Sent() implements Delivery {}

    /**
     * It may arrive later.
     *
     * @param why what went wrong
     * @param leaveAlone how long the other side wants to be left alone, where it says so
     */
    record Later(String why, Optional<Duration> leaveAlone) implements Delivery {}

    /**
     * It will never arrive.
     *
     * @param why what went wrong, and what to do
     */
    record Never(String why) implements Delivery {}
  }
}
