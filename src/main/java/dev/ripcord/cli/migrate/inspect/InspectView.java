package dev.ripcord.cli.migrate.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.migration.proof.Difference;
import dev.ripcord.postgres.history.SchemaInspection;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is in a database, as lines and as JSON.
 *
 * @param found what was seen
 */
record InspectView(SchemaInspection found) {
  private static final ObjectMapper JSON = new ObjectMapper();

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(headline());
    found.differences().forEach(each -> lines.add("  · " + each.since()));
    if (found.orphans() > 0) {
      lines.add("✖ " + Format.count(found.orphans(), "row points", "rows point") + " to nothing");
    }
    for (SchemaInspection.Table table : found.tables()) {
      lines.add("");
      lines.add(table.name() + "  " + rows(table.rows()));
      for (SchemaInspection.Column column : table.columns()) {
        lines.add(
            "  %-24s %s%s%s"
                .formatted(
                    column.name(),
                    column.type(),
                    column.nullable() ? "" : " NOT NULL",
                    column.fallback().map(text -> " DEFAULT " + text).orElse("")));
      }
      table.constraints().forEach(each -> lines.add("  " + constraint(each)));
    }
    return lines;
  }

  private String headline() {
    if (!found.recorded()) {
      return "? no schema is on record for version "
          + found.version()
          + "; the next \"ripcord migrate up\" records one";
    }
    return found.differences().isEmpty()
        ? "✔ the schema is as recorded at version " + found.version()
        : "▲ the schema is not as recorded at version " + found.version() + ":";
  }

  private static String rows(SchemaInspection.Rows rows) {
    String live =
        rows.exact().isPresent()
            ? rows.exact().getAsLong() + " rows"
            : rows.hidden()
                ? "about "
                    + rows.live()
                    + " rows, not counted: row security hides some of this role"
                : "about " + rows.live() + " rows";
    return live
        + " (inserted "
        + rows.inserted()
        + ", updated "
        + rows.updated()
        + ", deleted "
        + rows.deleted()
        + ")";
  }

  private static String constraint(SchemaInspection.Constraint each) {
    OptionalLong orphans = each.orphans();
    String mark = "·";
    String end = "";
    if (orphans.isPresent()) {
      mark = orphans.getAsLong() == 0 ? "✔" : "✖";
      end =
          orphans.getAsLong() == 0
              ? "  holds"
              : "  "
                  + orphans.getAsLong()
                  + (orphans.getAsLong() == 1 ? " row points" : " rows point")
                  + " to nothing";
    } else if (!each.validated()) {
      mark = "▲";
    }
    return mark + " " + each.name() + " " + each.definition() + end;
  }

  ObjectNode json() {
    ObjectNode object = JSON.createObjectNode();
    object.put("version", found.version()).put("recorded", found.recorded());
    ArrayNode differences = object.putArray("differences");
    found.differences().stream().map(Difference::since).forEach(differences::add);
    object.put("orphans", found.orphans());
    ArrayNode tables = object.putArray("tables");
    for (SchemaInspection.Table table : found.tables()) {
      ObjectNode node = tables.addObject().put("name", table.name());
      ArrayNode columns = node.putArray("columns");
      for (SchemaInspection.Column column : table.columns()) {
        columns
            .addObject()
            .put("name", column.name())
            .put("type", column.type())
            .put("nullable", column.nullable())
            .put("default", column.fallback().orElse(null));
      }
      ArrayNode constraints = node.putArray("constraints");
      for (SchemaInspection.Constraint each : table.constraints()) {
        ObjectNode one =
            constraints
                .addObject()
                .put("name", each.name())
                .put("kind", each.kind())
                .put("definition", each.definition())
                .put("validated", each.validated());
        if (each.kind().equals("foreign key")) {
          put(one, "orphans", each.orphans());
        }
      }
      ObjectNode rows =
          node.putObject("rows")
              .put("live", table.rows().live())
              .put("inserted", table.rows().inserted())
              .put("updated", table.rows().updated())
              .put("deleted", table.rows().deleted());
      put(rows, "exact", table.rows().exact());
    }
    return object;
  }

  private static void put(ObjectNode node, String key, OptionalLong value) {
    if (value.isPresent()) {
      node.put(key, value.getAsLong());
    } else {
      node.putNull(key);
    }
  }
}
