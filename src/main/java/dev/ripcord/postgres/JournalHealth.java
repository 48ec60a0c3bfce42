package dev.ripcord.postgres;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whether the journal can be written just now, as far as is known: by the renewal of the leases,
 * which is tried every two seconds, and by the last append. Thread-safe.
 */
final class JournalHealth {
  /**
   * A failed append is the last word for so long: where nothing has to be appended any more, the
   * renewal tells that the journal works again.
   */
  private static final long APPEND_COUNTS_NANOS = Duration.ofSeconds(30).toNanos();

  private final LongSupplier nanos;
  private Optional<String> leases = Optional.empty();
  private Optional<String> append = Optional.empty();
  private long appendAt;

  /** Nothing is known to be wrong. */
  JournalHealth(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** The session of the leases answers. */
  synchronized void renewed() {
    leases = Optional.empty();
  }

  /** The leases cannot be renewed or taken. */
  synchronized void notRenewed(String why) {
    leases = Optional.of(why);
  }

  /** An append was written, or refused for what it holds. */
  synchronized void appended() {
    append = Optional.empty();
  }

  /** An append could not be written. */
  synchronized void notAppended(String why) {
    append = Optional.of(why);
    appendAt = nanos.getAsLong();
  }

  /** What keeps the journal from being written; empty when nothing is known to. */
  synchronized Optional<String> trouble() {
    if (append.isPresent() && nanos.getAsLong() - appendAt > APPEND_COUNTS_NANOS) {
      append = Optional.empty();
    }
    return leases.or(() -> append);
  }
}
