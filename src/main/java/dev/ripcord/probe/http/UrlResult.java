package dev.ripcord.probe.http;

import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.Answer.Answered;
import dev.ripcord.probe.http.Answer.Broken;
import dev.ripcord.probe.http.Answer.Fault;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one probe of a {@code url} says.
 *
 * @param kind how it ended
 * @param status the HTTP status, where there was one
 * @param seconds how long a successful one took
 * @param code why it did not succeed; STATUS when it did
 * @param text the same for people, a predicate; of a success, where it came from if not from the
 *     address that was asked, else empty
 */
public record UrlResult(
    Kind kind, OptionalInt status, double seconds, Reason.Code code, String text) {
  /** How a probe ended. */
  public enum Kind {
    /** The service is well. */
    WELL,
    /** It answered, and not as it should: a 4xx. Counts as an error, yet somebody is there. */
    WRONG,
    /** It did not answer, or said that it is down: 5xx, refused, hung, broke off. */
    DEAD,
    /**
     * It is there, and nothing is known of its health: it refused our credentials, was asked too
     * often, or answered what is neither yes nor no.
     */
    INCONCLUSIVE,
    /** It could not be asked, or its answer could not be read. */
    UNASKED;

    /** Whether a probe that ended so counts as a request. */
    public boolean counts() {
      return this == WELL || this == WRONG || this == DEAD;
    }
  }

  /** Reads an answer; the body is not needed afterwards. */
  public static UrlResult of(Answer answer) {
    return switch (answer) {
      case Broken broken -> of(broken);
      case Answered answered -> of(answered);
    };
  }

  private static UrlResult of(Broken broken) {
    Kind kind =
        broken.fault() == Fault.PATH
            ? Kind.UNASKED
            : broken.code() == Reason.Code.STATUS ? Kind.WRONG : Kind.DEAD;
    return new UrlResult(kind, OptionalInt.empty(), 0, broken.code(), broken.text());
  }

  private static UrlResult of(Answered answer) {
    int status = answer.status();
    String answered = "answered " + status + answer.endedAt().map(UrlResult::after).orElse("");
    if (status == 401 || status == 403) {
      String text = answered + ": it wants credentials; set them under headers";
      return result(Kind.INCONCLUSIVE, answer, Reason.Code.UNAUTHORIZED, text);
    }
    if (status == 429) {
      return result(Kind.INCONCLUSIVE, answer, Reason.Code.STATUS, answered + tooOften(answer));
    }
    if (status >= 400 && status < 1000) {
      Kind kind = status >= 500 ? Kind.DEAD : Kind.WRONG;
      return result(kind, answer, Reason.Code.STATUS, answered);
    }
    if (status < 200 || status >= 300) {
      boolean redirect = status >= 300 && status < 400 && status != 304;
      String why =
          redirect
              ? " without an address that it leads to"
              : ", which is no answer to a plain request";
      String text = answered + why + ", and so its health is unknown";
      return result(Kind.INCONCLUSIVE, answer, Reason.Code.STATUS, text);
    }
    Optional<String> down = DownStatusWord.in(answer);
    if (down.isPresent()) {
      String text = answered + " with the status \"" + down.get() + "\" in its body";
      return result(Kind.DEAD, answer, Reason.Code.BODY, text);
    }
    String text = answer.endedAt().isPresent() ? answered : "";
    return result(Kind.WELL, answer, Reason.Code.STATUS, text);
  }

  private static UrlResult result(Kind kind, Answered answer, Reason.Code code, String text) {
    return new UrlResult(kind, OptionalInt.of(answer.status()), answer.seconds(), code, text);
  }

  private static String after(String shown) {
    return " after a redirect to " + shown;
  }

  /** What 429 means, for a url and for a metrics page. */
  public static String tooOften(Answered answer) {
    return ": it is asked too often"
        + answer
            .retryAfter()
            .map(wait -> ", and is not asked for " + wait.toSeconds() + " s")
            .orElse("");
  }
}
