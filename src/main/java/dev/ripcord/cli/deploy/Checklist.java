package dev.ripcord.cli.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.json.Json;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The operating rules' checklist of a deploy, ticked from what was really done. */
final class Checklist {
  /** What the rules ask for, in their order. */
  enum Item {
    SCRIPTS("before", "migration scripts tested"),
    ROLLBACK("before", "rollback verified"),
    BACKUP("before", "backup taken"),
    ENVIRONMENT("before", "environment checked"),
    STAGE_1("during", "stage 1 run"),
    CODE("during", "code deployed"),
    HEALTH("during", "health confirmed"),
    STAGE_2("during", "stage 2 run"),
    WATCH("after", "kept watching");

    private final String phase;
    private final String text;

    Item(String phase, String text) {
      this.phase = phase;
      this.text = text;
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * What is known of an item.
   *
   * @param done whether it was done
   * @param evidence by what that is known, or why not
   */
  record Tick(Item item, boolean done, String evidence) {}

  private final Map<Item, Tick> ticks = new EnumMap<>(Item.class);

  /** The last word on an item counts. */
  void add(Tick tick) {
    ticks.put(tick.item(), tick);
  }

  /** For people. */
  List<String> lines(Ansi paint) {
    List<String> lines = new ArrayList<>();
    lines.add("Checklist");
    String phase = "";
    for (Item item : Item.values()) {
      Tick tick = tick(item);
      String first = item.phase.equals(phase) ? "" : item.phase;
      phase = item.phase;
      lines.add(
          String.format(
              "  %-7s %s %-26s %s",
              first,
              tick.done() ? paint.ok() : paint.dot(),
              item.text + (tick.done() ? "" : ": no"),
              tick.evidence()));
    }
    return lines;
  }

  /** For programs. */
  ObjectNode json() {
    ObjectNode json = Json.object().put("event", "checklist");
    ArrayNode items = json.putArray("items");
    for (Item item : Item.values()) {
      Tick tick = tick(item);
      items
          .addObject()
          .put("item", item.word())
          .put("phase", item.phase)
          .put("done", tick.done())
          .put("text", tick.evidence());
    }
    return json;
  }

  private Tick tick(Item item) {
    return ticks.getOrDefault(item, new Tick(item, false, "not reached"));
  }
}
