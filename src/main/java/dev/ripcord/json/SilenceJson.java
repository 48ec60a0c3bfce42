package dev.ripcord.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.port.Alert;
import dev.ripcord.silence.Silence;
import java.util.List;

/** Silences as JSON. */
public final class SilenceJson {
  private SilenceJson() {}

  /** One silence. */
  public static ObjectNode of(Silence silence) {
    ObjectNode json = Json.object();
    json.put("id", silence.id());
    json.put("services", silence.scope().text());
    json.put("kind", silence.kind().map(Alert.Kind::text).orElse(null));
    json.put("by", silence.by());
    json.put("reason", silence.reason());
    json.put("since", Json.time(silence.since()));
    json.put("until", Json.time(silence.until()));
    Json.time(json, "endedAt", silence.ended().map(Silence.Ended::at));
    Json.text(json, "endedBy", silence.ended().map(Silence.Ended::by));
    return json.put("held", silence.held());
  }

  /** Several, in their order. */
  public static ArrayNode of(List<Silence> silences) {
    ArrayNode array = Json.array();
    silences.forEach(each -> array.add(of(each)));
    return array;
  }
}
