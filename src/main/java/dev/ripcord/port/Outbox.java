package dev.ripcord.port;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/**
 * The alerts that are written down and not delivered yet. At least once: a delivery that was not
 * marked is due again.
 */
public interface Outbox {
  /**
   * The alerts that are due, oldest first. What is given is not due again for a minute, so that two
   * processes do not deliver the same: whoever asks either marks it or lets it come back.
   */
  Future<List<Due>> due(Instant now, int max);

  /** An alert was delivered. */
  Future<Void> delivered(Due due, Instant at);

  /** A delivery failed; it is due again later. */
  Future<Void> retryAt(Due due, Instant next, String error);

  /** A delivery can never succeed; it is kept with the reason and not tried again. */
  Future<Void> gaveUp(Due due, Instant at, String error);

  /**
   * An alert for one channel.
   *
   * @param id its number in the outbox
   * @param channel the name of the channel: {@code slack}, {@code webhook}
   * @param alert what to tell
   * @param attempts how often delivery was tried before
   */
  record Due(long id, String channel, Alert alert, int attempts) {}
}
