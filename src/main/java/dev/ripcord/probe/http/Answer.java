package dev.ripcord.probe.http;

import dev.ripcord.health.Reason;
import java.time.Duration;
import java.util.Optional;

/** How one request ended. */
public sealed interface Answer {
  /**
   * There was an answer.
   *
   * @param status its status
   * @param contentType its content type; empty without one
   * @param encoding its content encoding; empty without one
   * @param body what was kept of its body; whoever gets it gives it back to the client
   * @param extent how much of the body was read
   * @param seconds from the call to the last byte that was read
   * @param retryAfter how long the service wants to be left alone, where it says so
   * @param endedAt where redirects led, for people, when that is another host or path
   */
  record Answered(
      int status,
      String contentType,
      String encoding,
      Body body,
      Extent extent,
      double seconds,
      Optional<Duration> retryAfter,
      Optional<String> endedAt)
      implements Answer {}

  /**
   * There was none.
   *
   * @param code why, for programs
   * @param text why, for people: a predicate such as "refused the connection"
   * @param fault whose fault it is
   */
  record Broken(Reason.Code code, String text, Fault fault) implements Answer {}

  /** How much of a body was read. */
  enum Extent {
    /** All, and the transport vouches for it. */
    WHOLE,
    /** All until the connection was closed; nothing vouches for it. */
    UNTIL_CLOSED,
    /** It was larger than the cap. */
    CAPPED
  }

  /** Who did not do what was asked. */
  enum Fault {
    /** The service: evidence about it. */
    SERVICE,
    /** Something between us and the service, or we: evidence about nothing. */
    PATH
  }
}
