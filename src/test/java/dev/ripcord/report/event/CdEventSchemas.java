package dev.ripcord.report.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.client.WireMock.JsonSchemaVersion;
import com.github.tomakehurst.wiremock.matching.MatchesJsonSchemaPattern;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The schemas of CDEvents 0.5. Those of 0.3 are in the SDK of that project, which is a library of
 * the tests; what changed until 0.5 is here. Of the events that we send it is the same: the
 * context, and that a subject has no type. Contents are as they were.
 */
public final class CdEventSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CdEventSchemas() {}

  /** Fails where an event does not match the schema of its type. */
  public static void assertValid(String event) {
    try {
      String type = JSON.readTree(event).at("/context/type").asText();
      String schema = schema(type).toString();
      assertThat(
              new MatchesJsonSchemaPattern(schema, JsonSchemaVersion.V202012)
                  .match(event)
                  .isExactMatch())
          .as("%s by the schema of %s", event, type)
          .isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schema of a type such as {@code dev.cdevents.service.rolledback.0.3.0}. */
  private static JsonNode schema(String type) throws IOException {
    String[] words = type.split("\\.", -1);
    String file = "/dev/cdevents/spec/schemas/" + words[2] + words[3] + ".json";
    try (InputStream in = CdEventSchemas.class.getResourceAsStream(file)) {
      ObjectNode schema =
          (ObjectNode) JSON.readTree(Objects.requireNonNull(in, "no schema " + file));
      context((ObjectNode) schema.at("/properties/context"), words);
      ObjectNode subject = (ObjectNode) schema.at("/properties/subject");
      ((ObjectNode) subject.get("properties")).remove("type");
      without((ArrayNode) subject.get("required"), "type");
      return schema;
    }
  }

  private static void context(ObjectNode context, String[] words) {
    ObjectNode properties = (ObjectNode) context.get("properties");
    properties.set("specversion", properties.remove("version"));
    properties.putObject("chainId").put("type", "string").put("minLength", 1);
    ObjectNode type = properties.putObject("type").put("type", "string");
    type.putArray("enum").add("dev.cdevents." + words[2] + "." + words[3] + ".0.3.0");
    ArrayNode required = (ArrayNode) context.get("required");
    without(required, "version");
    required.add("specversion");
  }

  private static void without(ArrayNode list, String word) {
    for (int i = list.size() - 1; i >= 0; i--) {
      if (list.get(i).asText().equals(word)) {
        list.remove(i);
      }
    }
  }
}
