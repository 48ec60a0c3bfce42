package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.Difference;
import dev.ripcord.migration.sql.Quoting;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Brings a comment back.
 *
 * @param want the catalog as it was
 * @param difference of a thing that is a comment; its name is the kind and the name of what it is
 *     on
 */
record Comment(Facts want, Difference difference) {
  /** How the catalog calls what can have a comment, the longer ones first where it matters. */
  private static final Map<String, String> ON =
      Map.ofEntries(
          Map.entry("table column ", "COLUMN "),
          Map.entry("view column ", "COLUMN "),
          Map.entry("materialized view column ", "COLUMN "),
          Map.entry("foreign table column ", "COLUMN "),
          Map.entry("composite type column ", "COLUMN "),
          Map.entry("table constraint ", "CONSTRAINT "),
          Map.entry("domain constraint ", "CONSTRAINT "),
          Map.entry("statistics object ", "STATISTICS "),
          Map.entry("event trigger ", "EVENT TRIGGER "),
          Map.entry("materialized view ", "MATERIALIZED VIEW "),
          Map.entry("foreign table ", "FOREIGN TABLE "),
          Map.entry("composite type ", "TYPE "));

  Optional<InverseStep> undoing() {
    String name = difference.thing().name();
    String on =
        ON.keySet().stream()
            .filter(name::startsWith)
            .max((one, other) -> one.length() - other.length())
            .map(start -> ON.getOrDefault(start, "") + name.substring(start.length()))
            .orElseGet(() -> plain(name));
    if (name.startsWith("domain constraint ")) {
      on = on.replace(" on ", " ON DOMAIN ");
    } else {
      on = on.replace(" on ", " ON ");
    }
    String text =
        difference.sort() == Difference.Sort.EXTRA
            ? "NULL"
            : Quoting.text(want.of(difference.thing(), "text"));
    return Optional.of(InverseStep.of("COMMENT ON " + on + " IS " + text));
  }

  private static String plain(String name) {
    int space = name.indexOf(' ');
    return name.substring(0, space).toUpperCase(Locale.ROOT) + name.substring(space);
  }
}
