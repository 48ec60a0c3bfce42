package dev.ripcord.kubernetes;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.StringJoiner;

/** A workload's selector as the query of a list takes it. Pure. */
public final class LabelSelector {
  private LabelSelector() {}

  /**
   * Its text, as {@code kubectl -l} takes it.
   *
   * @param selector {@code spec.selector}, with {@code matchLabels} and {@code matchExpressions}
   */
  public static String text(JsonObject selector) {
    StringJoiner labels = new StringJoiner(",");
    for (Map.Entry<String, Object> label :
        selector.getJsonObject("matchLabels", new JsonObject())) {
      labels.add(label.getKey() + "=" + label.getValue());
    }
    for (Object each : selector.getJsonArray("matchExpressions", new JsonArray())) {
      JsonObject rule = (JsonObject) each;
      String key = rule.getString("key");
      JsonArray values = rule.getJsonArray("values", new JsonArray());
      String set = "(" + String.join(",", values.stream().map(Object::toString).toList()) + ")";
      labels.add(
          switch (rule.getString("operator", "")) {
            case "In" -> key + " in " + set;
            case "NotIn" -> key + " notin " + set;
            case "DoesNotExist" -> "!" + key;
            default -> key;
          });
    }
    return labels.toString();
  }
}
