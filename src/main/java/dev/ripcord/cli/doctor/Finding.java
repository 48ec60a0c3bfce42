package dev.ripcord.cli.doctor;

import java.util.Optional;

/**
 * One thing that must be true at the last breach, as it is now.
 *
 * @param service whose; empty for what all services share
 * @param subject one or two words: {@code source}, {@code previous image}
 * @param state whether it is true
 * @param text what was found, for people
 * @param next what to do; empty where nothing is to be done
 */
record Finding(
    Optional<String> service, String subject, State state, String text, Optional<String> next) {
  /** Whether a thing is true. Unknown is neither yes nor no. */
  enum State {
    TRUE,
    FALSE,
    UNKNOWN,
    /** True, and something of it will be missing. */
    WARNING,
    /** Nothing was tried, and nothing is said: it counts for nothing. */
    NOT_TRIED;

    /** As JSON spells it. */
    String text() {
      return switch (this) {
        case TRUE -> "true";
        case FALSE -> "false";
        case UNKNOWN -> "unknown";
        case WARNING -> "warning";
        case NOT_TRIED -> "not-tried";
      };
    }
  }

  static Finding good(String subject, String text) {
    return new Finding(Optional.empty(), subject, State.TRUE, text, Optional.empty());
  }

  static Finding bad(String subject, String text, String next) {
    return new Finding(Optional.empty(), subject, State.FALSE, text, Optional.of(next));
  }

  static Finding unknown(String subject, String text, String next) {
    return new Finding(Optional.empty(), subject, State.UNKNOWN, text, Optional.of(next));
  }

  static Finding warning(String subject, String text, String next) {
    return new Finding(Optional.empty(), subject, State.WARNING, text, Optional.of(next));
  }

  static Finding notTried(String subject, String text, String next) {
    return new Finding(Optional.empty(), subject, State.NOT_TRIED, text, Optional.of(next));
  }

  /** The same, of a service. */
  Finding of(String name) {
    return new Finding(Optional.of(name), subject, state, text, next);
  }
}
