package dev.ripcord.probe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ripcord.probe.Answer.Answered;
import dev.ripcord.probe.Answer.Broken;
import dev.ripcord.probe.Answer.Extent;
import dev.ripcord.probe.Answer.Fault;
import dev.ripcord.watch.Reason;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What one probe of a {@code url} says.
 *
 * @param kind how it ended
 * @param status the HTTP status, where there was one
 * @param seconds how long a successful one took
 * @param code why it did not succeed; NO_DATA when it did
 * @param text the same for people, a predicate; empty when it did
 */
record UrlResult(Kind kind, OptionalInt status, double seconds, Reason.Code code, String text) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> DOWN = Set.of("down", "out_of_service", "fail", "error");

  /** How a probe ended. */
  enum Kind {
    /** The service is well. */
    WELL,
    /** It answered, and not as it should: a 4xx. Counts as an error, yet somebody is there. */
    WRONG,
    /** It did not answer, or said that it is down: 5xx, refused, hung, broke off. */
    DEAD,
    /** It refused our credentials: it is there, and nothing is known of its health. */
    REFUSED,
    /** It could not be asked. */
    UNASKED;

    /** Whether a probe that ended so counts as a request. */
    boolean counts() {
      return this == WELL || this == WRONG || this == DEAD;
    }
  }

  /** Reads an answer; the body is not needed afterwards. */
  static UrlResult of(Answer answer) {
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
    String said = "answered " + status;
    if (status == 401 || status == 403) {
      return new UrlResult(
          Kind.REFUSED,
          OptionalInt.of(status),
          answer.seconds(),
          Reason.Code.UNAUTHORIZED,
          said + ": it wants credentials; set them under headers");
    }
    if (status >= 400) {
      Kind kind = status >= 500 ? Kind.DEAD : Kind.WRONG;
      return new UrlResult(
          kind, OptionalInt.of(status), answer.seconds(), Reason.Code.STATUS, said);
    }
    Optional<String> down = down(answer);
    return down.isPresent()
        ? new UrlResult(
            Kind.DEAD,
            OptionalInt.of(status),
            answer.seconds(),
            Reason.Code.BODY,
            said + " with the status \"" + down.get() + "\" in its body")
        : new UrlResult(
            Kind.WELL, OptionalInt.of(status), answer.seconds(), Reason.Code.NO_DATA, "");
  }

  /**
   * The {@code status} of a JSON body (Spring's Actuator, MicroProfile, health+json), when it says
   * that the service is down. Whatever else a body holds says nothing.
   */
  private static Optional<String> down(Answered answer) {
    boolean readable =
        answer.extent() != Extent.CAPPED
            && answer.encoding().isEmpty()
            && answer.contentType().toLowerCase(Locale.ROOT).contains("json");
    if (!readable) {
      return Optional.empty();
    }
    Body body = answer.body();
    try (JsonParser parser = JSON.createParser(body.bytes(), 0, body.length())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals("status");
        if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
          String status = parser.getText();
          return DOWN.contains(status.toLowerCase(Locale.ROOT))
              ? Optional.of(status)
              : Optional.empty();
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (IOException e) {
      // Not JSON after all: the HTTP status has said what there is to say.
      return Optional.empty();
    }
  }
}
