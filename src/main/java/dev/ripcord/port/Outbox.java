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

  /** So many messages of one kind within {@link #STORM_SPAN} are a storm of that kind. */
  int STORM_FROM = 3;

  /** See {@link #STORM_FROM}. */
  Duration STORM_SPAN = Duration.ofMinutes(1);

  /** For how long, after the last message of its kind, what comes in a storm is collected. */
  Duration COLLECTED = Duration.ofSeconds(30);

  /**
   * Takes the next message of a channel: one alert, or many of one kind where at least {@link
   * #GROUP_FROM} of them wait. The alerts of a service keep their order; a service for which
   * something {@linkplain Alert.Kind#isUrgent() urgent} waits comes before all others, and what is
   * urgent is never grouped.
   *
   * <p>In a storm, at a channel that {@linkplain Keeps#NOTHING keeps nothing} and can put several
   * alerts into one message, what is not urgent is collected for {@link #COLLECTED} and is one
   * message then, however many wait; what its services say after it waits with it. After a message
   * that was full the next comes at once.
   *
   * <p>What a silence holds back is not given before that is over, and then only where it still
   * holds.
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
   * <p>What a silence holds back is left out, and so is what had ended before that was over.
   *
   * @param ended from when on what has ended is left out
   */
  Future<List<Firing>> firing(String channel, Instant ended, Instant now);

  /**
   * The watch that an alert is about, with its entries up to now; without a number of a watch in
   * the alert, the last one of its release. Empty where the journal has none.
   */
  default Future<Optional<Story>> story(Alert alert) {
    return Future.succeededFuture(Optional.empty());
  }

  /**
   * A watch with its entries.
   *
   * @param row the watch
   * @param entries its journal, in order
   * @param again whether the release was under watch before and was not taken back since, so that
   *     nothing was deployed by this watch's beginning
   */
  record Story(Journal.WatchRow row, List<Recorded> entries, boolean again) {
    public Story {
      entries = List.copyOf(entries);
    }
  }

  /**
   * What a channel is given.
   *
   * @param channel its name in the outbox
   * @param kinds of which kinds
   * @param keeps what it remembers of it
   * @param toPeople whether people read it: a silence holds back what they would read, and a storm
   *     is told to them together
   */
  record Route(String channel, Set<Alert.Kind> kinds, Keeps keeps, boolean toPeople) {
    public Route {
      kinds = Set.copyOf(kinds);
    }

    /** A channel that tells people. */
    public Route(String channel, Set<Alert.Kind> kinds, Keeps keeps) {
      this(channel, kinds, keeps, true);
    }

    /** A channel that tells other programs, which want to know everything, and at once. */
    public static Route toPrograms(String channel, Set<Alert.Kind> kinds, Keeps keeps) {
      return new Route(channel, kinds, keeps, false);
    }

    /** A channel that tells people everything and remembers nothing. */
    public static Route of(String channel) {
      Set<Alert.Kind> kinds = EnumSet.allOf(Alert.Kind.class);
      kinds.removeAll(EnumSet.of(Alert.Kind.RELEASED, Alert.Kind.ENDED));
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
   * @param silentUntil until when a silence has held it back
   */
  record Due(
      long id,
      String channel,
      String key,
      Alert alert,
      int attempts,
      Optional<Instant> silentUntil) {
    /** One that no silence has held back. */
    public Due(long id, String channel, String key, Alert alert, int attempts) {
      this(id, channel, key, alert, attempts, Optional.empty());
    }

    /** From when on it was to be sent. */
    public Instant since() {
      return silentUntil.orElse(alert.at());
    }

    /** The id of its journal; empty where it is of none. */
    public String journal() {
      return key.length() > alert.key().length() ? key.substring(alert.key().length() + 1) : "";
    }
  }
}
