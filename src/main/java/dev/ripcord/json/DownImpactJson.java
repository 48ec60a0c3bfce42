package dev.ripcord.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.migration.statement.LockMode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What the downs of a plan will do to the tables, as JSON. */
public final class DownImpactJson {
  private DownImpactJson() {}

  /** Beside each down of a plan's JSON; null where it is not known. */
  public static void add(ObjectNode plan, List<DownImpact> impacts) {
    for (JsonNode step : plan.path("steps")) {
      if (step.has("version")) {
        ((ObjectNode) step).putNull("impact");
        impacts.stream()
            .filter(each -> each.version().equals(step.path("version").asText()))
            .findFirst()
            .ifPresent(each -> ((ObjectNode) step).set("impact", of(each)));
      }
    }
  }

  private static ObjectNode of(DownImpact impact) {
    ObjectNode json = Json.object();
    ArrayNode tables = json.putArray("tables");
    for (DownImpact.OnTable each : impact.tables()) {
      ObjectNode table = tables.addObject().put("table", each.table());
      Json.text(table, "lock", each.lock().map(LockMode::text));
      table.put("rewrite", each.rewritten());
      OptionalLong rows = each.rows().count();
      table.put("rows", rows.isPresent() ? rows.getAsLong() : null);
      table.put("rowsExact", each.rows().exact()).put("bytes", each.bytes());
    }
    DownImpact.Time time = impact.time();
    Json.figure(json, "seconds", time.seconds());
    json.put("secondsFrom", time.basis().name().toLowerCase(Locale.ROOT));
    ArrayNode keeps = json.putArray("keeps");
    for (DownImpact.Keeping each : impact.keeps()) {
      keeps
          .addObject()
          .put("what", each.what())
          .put("how", each.copied() ? "copied" : "moved")
          .put("bytes", each.bytes())
          .put("maxBytes", each.maxBytes())
          .put("seconds", each.seconds())
          .put("maxSeconds", each.maxSeconds())
          .put("fits", each.fits());
    }
    ArrayNode unknown = json.putArray("unknown");
    impact.unknown().forEach(unknown::add);
    return json;
  }
}
