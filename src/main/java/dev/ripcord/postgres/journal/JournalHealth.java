package dev.ripcord.postgres.journal;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the journal can be written just now, as far as is known: by the renewal of the leases,
 * which is tried every two seconds, by the last append, by the last samples, and by a look at the
 * disk of an embedded server. Thread-safe.
 */
final class JournalHealth {
  /**
   * A failed append is the last word for so long: where nothing has to be appended any more, the
   * renewal tells that the journal works again.
   */
  private static final long APPEND_COUNTS_NANOS = Duration.ofSeconds(30).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(JournalHealth.class);

  private final LongSupplier nanos;
  private Optional<String> leases = Optional.empty();
  private Optional<String> append = Optional.empty();
  private Optional<String> samples = Optional.empty();
  private Optional<String> disk = Optional.empty();
  private long appendAt;
  private boolean logged;

  /** Nothing is known to be wrong. */
  JournalHealth(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** The session of the leases answers. */
  synchronized void renewed() {
    leases = Optional.empty();
    log();
  }

  /** The leases cannot be renewed or taken. */
  synchronized void notRenewed(String why) {
    leases = Optional.of(why);
    log();
  }

  /** An append was written, or refused for what it holds. */
  synchronized void appended() {
    append = Optional.empty();
    log();
  }

  /** An append could not be written. */
  synchronized void notAppended(String why) {
    append = Optional.of(why);
    appendAt = nanos.getAsLong();
    log();
  }

  /** Samples were written. */
  synchronized void kept() {
    samples = Optional.empty();
    log();
  }

  /**
   * Samples could not be written. They come by themselves with each poll, so they show a full disk
   * before the first entry that matters meets it.
   */
  synchronized void notKept(String why) {
    samples = Optional.of(why);
    log();
  }

  /** The disk was looked at: what is wrong with it, or nothing. */
  synchronized void room(Optional<String> trouble) {
    disk = trouble;
    log();
  }

  /** Once when it begins and once when it ends. */
  private void log() {
    Optional<String> trouble = trouble();
    if (trouble.isPresent() && !logged) {
      LOG.error("the journal cannot be written: {}", trouble.get());
    } else if (trouble.isEmpty() && logged) {
      LOG.info("the journal can be written again");
    }
    logged = trouble.isPresent();
  }

  /** What keeps the journal from being written; empty when nothing is known to. */
  synchronized Optional<String> trouble() {
    if (append.isPresent() && nanos.getAsLong() - appendAt > APPEND_COUNTS_NANOS) {
      append = Optional.empty();
    }
    return disk.or(() -> leases).or(() -> append).or(() -> samples);
  }
}
