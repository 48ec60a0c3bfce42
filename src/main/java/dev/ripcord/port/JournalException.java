package dev.ripcord.port;

import java.util.Optional;

/**
 * The journal could not do what was asked. The message names the thing, what was found, and what to
 * do next.
 */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Optional<String> holder;

  /** With what went wrong. */
  public JournalException(String message) {
    super(message);
    this.holder = Optional.empty();
  }

  /**
   * Another process holds the lease that is needed.
   *
   * @param holder which one and since when, for people
   */
  public JournalException(String message, String holder) {
    super(message);
    this.holder = Optional.of(holder);
  }

  /** With what went wrong and what caused it. */
  public JournalException(String message, Throwable cause) {
    super(message, cause);
    this.holder = Optional.empty();
  }

  /** Whether another process holds the lease. */
  public boolean isLeaseHeld() {
    return holder.isPresent();
  }

  /** Which process holds the lease and since when, for people; empty when none does. */
  public Optional<String> holder() {
    return holder;
  }
}
