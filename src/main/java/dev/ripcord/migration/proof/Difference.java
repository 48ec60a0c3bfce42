package dev.ripcord.migration.proof;

import java.util.Map;

/**
 * One difference between two fingerprints.
 *
 * @param thing what is different
 * @param aspect which side of it; empty when it is missing or left over
 * @param before what was said of it; empty for nothing
 * @param after what is said of it; empty for nothing
 */
public record Difference(
    CatalogObject thing, Sort sort, String aspect, String before, String after) {
  /** How two fingerprints differ. */
  public enum Sort {
    /** It was there and is not. */
    MISSING,
    /** It is there and was not. */
    EXTRA,
    /** It is another. */
    CHANGED,
    /** A sequence gives out numbers again. */
    BEHIND,
    /** The same columns in another order. */
    ORDER
  }

  private static final int SHOWN_MAX = 160;
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("acl", "privileges"),
          Map.entry("attnotnull", "NOT NULL"),
          Map.entry("attidentity", "identity"),
          Map.entry("attgenerated", "generated"),
          Map.entry("attstattarget", "statistics target"),
          Map.entry("attstorage", "storage"),
          Map.entry("attcompression", "compression"),
          Map.entry("attoptions", "options"),
          Map.entry("convalidated", "validated"),
          Map.entry("condeferrable", "deferrable"),
          Map.entry("condeferred", "initially deferred"),
          Map.entry("indisvalid", "valid"),
          Map.entry("indisclustered", "clustered on it"),
          Map.entry("indisreplident", "replica identity"),
          Map.entry("tgenabled", "enabled"),
          Map.entry("relrowsecurity", "row security"),
          Map.entry("relforcerowsecurity", "forced row security"),
          Map.entry("relreplident", "replica identity"),
          Map.entry("relispopulated", "populated"),
          Map.entry("relpersistence", "persistence"),
          Map.entry("reloptions", "options"));

  /** For people, in one line: what became of it since, where nobody meant to revert it. */
  public String since() {
    return switch (sort) {
      case MISSING -> thing.text() + " is gone";
      case EXTRA -> thing.text() + " is new";
      case BEHIND, ORDER, CHANGED -> text();
    };
  }

  /** For people, in one line: what a down has left otherwise. */
  public String text() {
    return switch (sort) {
      case MISSING -> thing.text() + " is not back";
      case EXTRA -> thing.text() + " stays behind";
      case BEHIND ->
          thing.text() + " goes on with " + number(after) + ", it stood at " + number(before);
      case ORDER ->
          "the columns of "
              + CatalogObject.shown(thing.name())
              + " stand in another order: "
              + shown(after)
              + "; they stood "
              + shown(before);
      case CHANGED ->
          thing.text()
              + ": "
              + WORDS.getOrDefault(aspect, aspect)
              + " was "
              + shown(before)
              + ", is "
              + shown(after);
    };
  }

  private static String number(String position) {
    return position.replaceFirst(" .*", "");
  }

  private static String shown(String value) {
    String line = value.strip().replaceAll("\\s+", " ");
    if (line.isEmpty()) {
      return "none";
    }
    return line.length() > SHOWN_MAX ? line.substring(0, SHOWN_MAX) + "…" : line;
  }
}
