package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes back one side of a column.
 *
 * @param want the catalog as it was
 * @param difference the side
 */
record ColumnChange(Facts want, Difference difference) {
  private static final Map<String, String> STORAGE =
      Map.of("p", "PLAIN", "e", "EXTERNAL", "x", "EXTENDED", "m", "MAIN");
  private static final Map<String, String> COMPRESSION = Map.of("p", "pglz", "l", "lz4");

  Optional<InverseStep> undoing() {
    CatalogObject column = difference.thing();
    String alter = "ALTER TABLE " + column.of() + " ALTER COLUMN " + Facts.last(column) + " ";
    String before = difference.before();
    String how =
        switch (difference.aspect()) {
          case "attnotnull" -> before.equals("true") ? "SET NOT NULL" : "DROP NOT NULL";
          case "statistics target" -> "SET STATISTICS " + (before.isEmpty() ? "-1" : before);
          case "attstorage" -> "SET STORAGE " + STORAGE.getOrDefault(before, "DEFAULT");
          case "attcompression" -> "SET COMPRESSION " + COMPRESSION.getOrDefault(before, "default");
          case "attgenerated" -> before.isEmpty() ? "DROP EXPRESSION" : "";
          default -> "";
        };
    return switch (difference.aspect()) {
      case "type", "collation" -> Optional.of(type(column, alter));
      case "default" -> Optional.of(fallback(column, alter));
      case "attidentity" -> Optional.of(identity(column, alter));
      case "attoptions" -> Options.of(difference, alter.strip(), "");
      default -> how.isEmpty() ? Optional.empty() : Optional.of(InverseStep.of(alter + how));
    };
  }

  /** A plain change first: unlike a cast in USING it refuses a value that is too long. */
  private InverseStep type(CatalogObject column, String alter) {
    String type = want.of(column, "type");
    String plain = alter + "TYPE " + type + new TableText(want).collation(column);
    String cast = plain + " USING " + Facts.last(column) + "::" + type;
    String fallback = want.of(column, "default");
    List<List<String>> ways = new ArrayList<>(List.of(List.of(plain), List.of(cast)));
    for (String change : List.of(plain, cast)) {
      List<String> way = new ArrayList<>(List.of(alter + "DROP DEFAULT", change));
      if (!fallback.isEmpty()) {
        way.add(alter + "SET DEFAULT " + fallback);
      }
      ways.add(way);
    }
    return new InverseStep(ways);
  }

  private InverseStep fallback(CatalogObject column, String alter) {
    String before = difference.before();
    if (!want.of(column, "attgenerated").isEmpty()) {
      return InverseStep.of(alter + "SET EXPRESSION AS (" + before + ")");
    }
    return before.isEmpty()
        ? InverseStep.of(alter + "DROP DEFAULT")
        : InverseStep.of(alter + "SET DEFAULT " + before);
  }

  private InverseStep identity(CatalogObject column, String alter) {
    if (difference.before().isEmpty()) {
      return InverseStep.of(alter + "DROP IDENTITY");
    }
    String identity = new TableText(want).identity(column);
    return difference.after().isEmpty()
        ? InverseStep.of(alter + "ADD" + identity)
        : InverseStep.of(alter + "SET" + identity.replaceFirst(" AS IDENTITY.*", ""));
  }
}
