package dev.ripcord.probe.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ripcord.probe.http.Answer.Answered;
import dev.ripcord.probe.http.Answer.Extent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the word by which the body of a health address says that the service is down, in spite of a
 * status that says it is well. Whatever else a body holds says nothing.
 */
final class DownStatusWord {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Those of Spring's Actuator, MicroProfile, health+json, ASP.NET, Docker and Consul. A word such
   * as "degraded" or "warn" is not among them: such a service still serves.
   */
  private static final Set<String> WORDS =
      Set.of(
          "down",
          "out_of_service",
          "fail",
          "failed",
          "failing",
          "failure",
          "error",
          "unhealthy",
          "unavailable",
          "critical",
          "dead");

  private static final int WORD_BYTES_MAX = 32;

  private DownStatusWord() {}

  /** The word as it was written, or empty when there is none. */
  static Optional<String> in(Answered answer) {
    if (answer.extent() == Extent.CAPPED || !answer.encoding().isEmpty()) {
      return Optional.empty();
    }
    String type = answer.contentType().toLowerCase(Locale.ROOT);
    if (type.contains("json")) {
      return inJson(answer.body()).filter(DownStatusWord::means);
    }
    return type.startsWith("text/plain") ? alone(answer.body()) : Optional.empty();
  }

  private static boolean means(String word) {
    return WORDS.contains(
        word.strip().toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_'));
  }

  /** A text that is the word and nothing else, as ASP.NET answers. */
  private static Optional<String> alone(Body body) {
    if (body.length() > WORD_BYTES_MAX) {
      return Optional.empty();
    }
    String text = new String(body.bytes(), 0, body.length(), StandardCharsets.UTF_8).strip();
    return Optional.of(text).filter(DownStatusWord::means);
  }

  /** The {@code status} of an object, or a text that is the whole of the body. */
  private static Optional<String> inJson(Body body) {
    try (JsonParser parser = JSON.createParser(body.bytes(), 0, body.length())) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.VALUE_STRING) {
        return Optional.of(parser.getText());
      }
      if (first != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equalsIgnoreCase("status");
        if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
          return Optional.of(parser.getText());
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
