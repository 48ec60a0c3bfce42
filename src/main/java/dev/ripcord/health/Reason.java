package dev.ripcord.health;

import dev.ripcord.release.Printable;
import java.util.Locale;

/**
 * Why a figure is missing, or why a poll is not healthy.
 *
 * @param code one of a closed list, for programs
 * @param text one sentence for people, naming the thing and the value found; never a secret
 */
public record Reason(Code code, String text) {
  /** Shows control characters, which a service may have sent, as escapes. */
  public Reason {
    text = Printable.of(text);
  }

  /** The closed list of reasons. Their lower-case names are what JSON, metrics and logs show. */
  public enum Code {
    /** The name does not resolve. */
    DNS,
    /** No connection: refused, unreachable. */
    CONNECT,
    /** TLS could not be agreed on. */
    TLS,
    /** No whole answer within the deadline. */
    TIMEOUT,
    /** The connection broke off. */
    RESET,
    /** An answer whose status says failure. */
    STATUS,
    /** An answer whose body is too large or says failure. */
    BODY,
    /** A metrics page that cannot be read. */
    PARSE,
    /** The source answered and has nothing to count. */
    NO_DATA,
    /** Too few requests to tell. */
    LOW_VOLUME,
    /** A counter went backwards and what it lost is not known. */
    COUNTER_RESET,
    /** The same or an older reading as before. */
    STALE,
    /** The source refused our credentials. */
    UNAUTHORIZED,
    /** The source itself does not work. */
    SOURCE_DOWN,
    /** A limit is reached. */
    OVER_THRESHOLD;

    /** As JSON, metrics and logs spell it: {@code low_volume}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The code that {@link #text()} spells. */
    public static Code of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }
}
