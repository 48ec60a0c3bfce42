package dev.ripcord.port;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The alerts that are written down and not delivered yet. At least once: a delivery that was not
 * marked is due again.
 */
public interface Outbox {
  /** How long a message that was taken is nobody else's; longer than any delivery may take. */
  Duration CLAIM = Duration.ofMinutes(1);

  /** No wait may be longer; what is due later than that was written by a clock that was wrong. */
  Duration LONGEST_WAIT = Duration.ofHours(1);

  /** From how many waiting alerts of one kind on they are one message. */
  int GROUP_FROM = 20;

  /**
   * Takes the next message of a channel: one alert, or many of one kind where at least {@link
   * #GROUP_FROM} of them wait. The alerts of a service keep their order; a service for which
   * something {@linkplain Alert.Kind#isUrgent() urgent} waits comes before all others, and what is
   * urgent is never grouped.
   *
   * <p>What is given is not given again for {@link #CLAIM}, and meanwhile the channel has nothing
   * else to give: one message of a channel is under way at a time, over all processes. The same
   * holds while a delivery that failed waits for its next try.
   *
   * @param most how many alerts the channel can put into one message
   * @return in the order in which they were written; nothing when none is due
   */
  Future<List<Due>> next(String channel, int most, Instant now);

  /** A message was delivered. */
  Future<Void> delivered(List<Due> message, Instant at);

  /** A delivery failed: its alerts, and no others, have been tried once more and are due again. */
  Future<Void> retryAt(List<Due> message, Instant next, String error);

  /** A delivery can never succeed; its alerts are kept with the reason and not tried again. */
  Future<Void> gaveUp(List<Due> message, Instant at, String error);

  /**
   * Gives up the alerts of all channels but these that are from before an instant.
   *
   * @return what was given up
   */
  Future<List<Due>> giveUpOthers(Set<String> channels, Instant before, Instant at);

  /**
   * What a channel that {@linkplain Route#keeps() keeps} what fires was given and still holds, or
   * held until a moment ago. In the order in which it was said.
   *
   * @param ended from when on what has ended is left out
   */
  Future<List<Firing>> firing(String channel, Instant ended);

  /**
   * What a channel is given.
   *
   * @param channel its name in the outbox
   * @param kinds of which kinds
   * @param keeps what it remembers of it
   */
  record Route(String channel, Set<Alert.Kind> kinds, Keeps keeps) {
    public Route {
      kinds = Set.copyOf(kinds);
    }

    /** A channel that tells people everything and remembers nothing. */
    public static Route of(String channel) {
      Set<Alert.Kind> kinds = EnumSet.allOf(Alert.Kind.class);
      kinds.remove(Alert.Kind.RELEASED);
      return new Route(channel, kinds, Keeps.NOTHING);
    }
  }

  /** What becomes at the other side of what was said. */
  enum Keeps {
    /** It is read. */
    NOTHING,
    /** Each alert stands until it no longer holds. Good news is given only where it ends some. */
    CONDITIONS,
    /**
     * The alerts of a release are one incident, which is closed by good news alone: it is given
     * when nothing of the release holds any more.
     */
    INCIDENTS
  }

  /**
   * Something that was said, at a channel that keeps it.
   *
   * @param ended when it ceased to hold, where it has
   */
  record Firing(Alert alert, Optional<Instant> ended) {}

  /**
   * An alert for one channel.
   *
   * @param id its number in the outbox
   * @param channel the name of the channel: {@code slack}, {@code webhook}
   * @param key the alert's key with the id of its journal: no other journal has the same
   * @param alert what to report
   * @param attempts how often its delivery was tried before
   */
  record Due(long id, String channel, String key, Alert alert, int attempts) {
    /** The id of its journal; empty where it is of none. */
    public String journal() {
      return key.length() > alert.key().length() ? key.substring(alert.key().length() + 1) : "";
    }
  }
}
