package dev.ripcord.cli.migrate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.postgres.migrate.salvage.StageTwoPreview;
import java.util.ArrayList;
import java.util.List;

/** What a stage 2 would drop and keep, as text and as JSON. Pure. */
final class StageTwoText {
  private StageTwoText() {}

  static List<String> lines(StageTwoPreview.Kept kept) {
    List<String> lines = new ArrayList<>();
    for (StageTwoPreview.OfFile file : kept.files()) {
      lines.add(file.label());
      file.lines().forEach(line -> lines.add("  · " + line));
    }
    lines.add(
        kept.until()
            .map(
                at ->
                    "What is dropped is kept until %s; until then it is undone with: ripcord migrate down. Privileges on it go at once, and come back with it"
                        .formatted(SalvageEntry.utc(at)))
            .orElse("Nothing of it is kept (migrations.stage2.grace is 0s): it cannot be undone"));
    return lines;
  }

  static ObjectNode json(StageTwoPreview.Kept kept) {
    ObjectNode object = Json.object().put("outcome", "planned");
    object.put("keepUntil", kept.until().map(Json::time).orElse(null));
    ArrayNode files = object.putArray("migrations");
    for (StageTwoPreview.OfFile file : kept.files()) {
      ArrayNode lines = files.addObject().put("migration", file.label()).putArray("keeps");
      file.lines().forEach(lines::add);
    }
    return object;
  }
}
