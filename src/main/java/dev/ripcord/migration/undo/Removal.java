package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.Thing;
import java.util.Optional;

/**
 * Takes away what was not there: without IF EXISTS and without CASCADE, which would hide errors.
 */
record Removal(Facts now) {
  Optional<Undoing> of(Thing thing) {
    return switch (thing.kind()) {
      case "column" -> alter(thing, "DROP COLUMN ");
      case "constraint", "primary key", "foreign key" ->
          now.find("domain", thing.of()).isPresent()
              ? Optional.of(
                  Undoing.of(
                      "ALTER DOMAIN " + thing.of() + " DROP CONSTRAINT " + Facts.last(thing)))
              : constraint(thing);
      case "trigger", "rule", "policy" ->
          Optional.of(
              Undoing.of(
                  "DROP " + Facts.word(thing) + " " + Facts.last(thing) + " ON " + thing.of()));
      case "inheritance" -> Optional.of(left(thing));
      case "published table" -> {
        yield Optional.of(Undoing.of(Facts.publication(thing, " DROP TABLE ")));
      }
      case "comment on",
          "order",
          "numbering",
          "enforcement",
          "default_acl",
          "amop",
          "amproc",
          "user mapping",
          "foreign options",
          "large object",
          "text search mapping",
          "privileges on",
          "security label on",
          "settings of the database" ->
          Optional.empty();
      default -> Optional.of(Undoing.of("DROP " + Facts.word(thing) + " " + thing.name()));
    };
  }

  private Optional<Undoing> constraint(Thing thing) {
    Optional<String> column = NotNull.column(now.of(thing, "definition"));
    String drop = "ALTER TABLE " + thing.of() + " DROP CONSTRAINT " + Facts.last(thing);
    return Optional.of(
        column.isEmpty()
            ? Undoing.of(drop)
            : Undoing.either(
                "ALTER TABLE " + thing.of() + " ALTER COLUMN " + column.get() + " DROP NOT NULL",
                drop));
  }

  private static Optional<Undoing> alter(Thing thing, String how) {
    return Optional.of(Undoing.of("ALTER TABLE " + thing.of() + " " + how + Facts.last(thing)));
  }

  private static Undoing left(Thing inheritance) {
    String parent = inheritance.name().substring(inheritance.of().length() + " of ".length());
    return Undoing.either(
        "ALTER TABLE " + parent + " DETACH PARTITION " + inheritance.of(),
        "ALTER TABLE " + inheritance.of() + " NO INHERIT " + parent);
  }
}
