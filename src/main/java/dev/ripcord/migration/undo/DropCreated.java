package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.CatalogObject;
import java.util.Optional;

/**
 * Takes away what was not there: without IF EXISTS and without CASCADE, which would hide errors.
 */
record DropCreated(Facts now) {
  Optional<InverseStep> of(CatalogObject thing) {
    return switch (thing.kind()) {
      case "column" -> alter(thing, "DROP COLUMN ");
      case "constraint", "primary key", "foreign key" ->
          now.find("domain", thing.of()).isPresent()
              ? Optional.of(
                  InverseStep.of(
                      "ALTER DOMAIN " + thing.of() + " DROP CONSTRAINT " + Facts.last(thing)))
              : constraint(thing);
      case "trigger", "rule", "policy" ->
          Optional.of(
              InverseStep.of(
                  "DROP " + Facts.word(thing) + " " + Facts.last(thing) + " ON " + thing.of()));
      case "inheritance" -> Optional.of(left(thing));
      case "published table" -> {
        yield Optional.of(InverseStep.of(Facts.publication(thing, " DROP TABLE ")));
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
      default -> Optional.of(InverseStep.of("DROP " + Facts.word(thing) + " " + thing.name()));
    };
  }

  private Optional<InverseStep> constraint(CatalogObject thing) {
    Optional<String> column = NotNull.column(now.of(thing, "definition"));
    String drop = "ALTER TABLE " + thing.of() + " DROP CONSTRAINT " + Facts.last(thing);
    return Optional.of(
        column.isEmpty()
            ? InverseStep.of(drop)
            : InverseStep.either(
                "ALTER TABLE " + thing.of() + " ALTER COLUMN " + column.get() + " DROP NOT NULL",
                drop));
  }

  private static Optional<InverseStep> alter(CatalogObject thing, String how) {
    return Optional.of(InverseStep.of("ALTER TABLE " + thing.of() + " " + how + Facts.last(thing)));
  }

  private static InverseStep left(CatalogObject inheritance) {
    String parent = inheritance.name().substring(inheritance.of().length() + " of ".length());
    return InverseStep.either(
        "ALTER TABLE " + parent + " DETACH PARTITION " + inheritance.of(),
        "ALTER TABLE " + inheritance.of() + " NO INHERIT " + parent);
  }
}
