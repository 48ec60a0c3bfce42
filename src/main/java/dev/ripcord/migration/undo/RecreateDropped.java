package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Fingerprint;
import dev.ripcord.migration.sql.Quoting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes again what is not there any more, in its plainest form: what else the catalog said of it is
 * changed afterwards.
 */
record RecreateDropped(Facts want) {
  private static final Map<String, String> COMMANDS =
      Map.of("r", "SELECT", "a", "INSERT", "w", "UPDATE", "d", "DELETE", "*", "ALL");

  Optional<InverseStep> of(CatalogObject thing) {
    String definition = want.of(thing, "definition");
    return switch (thing.kind()) {
      case "table" -> Optional.of(new TableText(want).undoing(thing));
      case "column" -> Optional.of(column(thing));
      case "constraint", "primary key", "foreign key" ->
          Optional.of(InverseStep.of(constraint(thing, definition)));
      case "index" ->
          isOfConstraint(thing) ? Optional.empty() : Optional.of(InverseStep.of(definition));
      case "trigger", "rule", "function", "procedure", "statistics object" ->
          definition.isEmpty() ? Optional.empty() : Optional.of(InverseStep.of(definition));
      case "view" -> Optional.of(InverseStep.of("CREATE VIEW " + thing.name() + as(thing)));
      case "materialized view" ->
          Optional.of(
              InverseStep.of(
                  "CREATE MATERIALIZED VIEW "
                      + thing.name()
                      + as(thing)
                      + (want.is(thing, "relispopulated") ? " WITH DATA" : " WITH NO DATA")));
      case "sequence" ->
          isOfIdentity(thing)
              ? Optional.empty()
              : Optional.of(
                  InverseStep.of("CREATE SEQUENCE " + thing.name() + numbering(thing.name())));
      case "schema" -> Optional.of(InverseStep.of("CREATE SCHEMA " + thing.name()));
      case "extension" ->
          Optional.of(
              InverseStep.of(
                  "CREATE EXTENSION "
                      + thing.name()
                      + " SCHEMA "
                      + want.of(thing, "schema")
                      + " VERSION "
                      + Quoting.text(want.of(thing, "version"))));
      case "type" -> type(thing);
      case "domain" -> Optional.of(InverseStep.of("CREATE DOMAIN " + thing.name() + domain(thing)));
      case "policy" -> Optional.of(InverseStep.of(policy(thing)));
      case "inheritance" -> Optional.of(joined(thing));
      case "published table" -> {
        List<String> columns = want.list(thing, "columns");
        String filter = want.of(thing, "filter");
        yield Optional.of(
            InverseStep.of(
                Facts.publication(thing, " ADD TABLE ")
                    + (columns.isEmpty() ? "" : " (" + String.join(", ", columns) + ")")
                    + (filter.isEmpty() ? "" : " WHERE (" + filter + ")")));
      }
      default -> Optional.empty();
    };
  }

  private String constraint(CatalogObject constraint, String definition) {
    Optional<String> column = NotNull.column(definition);
    String table = constraint.of();
    String usual = table.substring(table.lastIndexOf('.') + 1) + "_" + column.orElse("");
    if (column.isPresent() && Facts.last(constraint).equals(usual + "_not_null")) {
      return "ALTER TABLE " + table + " ALTER COLUMN " + column.get() + " SET NOT NULL";
    }
    return "ALTER "
        + (want.find("domain", table).isPresent() ? "DOMAIN " : "TABLE ")
        + table
        + " ADD CONSTRAINT "
        + Facts.last(constraint)
        + " "
        + definition;
  }

  /** Such an index comes with its constraint. */
  private boolean isOfConstraint(CatalogObject index) {
    return Stream.concat(
            want.parts("constraint", index.of()).stream(),
            want.parts("primary key", index.of()).stream())
        .anyMatch(each -> want.of(each, "index").equals(index.name()));
  }

  /** Such a sequence comes with its column. */
  private boolean isOfIdentity(CatalogObject sequence) {
    String column =
        want.of(new CatalogObject("numbering", sequence.name(), sequence.name()), "owned by");
    return want.find("column", column)
        .filter(c -> !want.of(c, "attidentity").isEmpty())
        .isPresent();
  }

  private InverseStep column(CatalogObject column) {
    String add = "ALTER TABLE " + column.of() + " ADD COLUMN ";
    TableText text = new TableText(want);
    String whole = add + text.column(column, true);
    return want.is(column, "attnotnull")
        ? InverseStep.either(whole, add + text.column(column, false))
        : InverseStep.of(whole);
  }

  private String as(CatalogObject view) {
    List<String> options = want.list(view, "reloptions");
    String definition = want.of(view, "definition").strip();
    String query =
        definition.endsWith(";") ? definition.substring(0, definition.length() - 1) : definition;
    return (options.isEmpty() ? "" : " WITH (" + String.join(", ", options) + ")")
        + " AS\n"
        + query;
  }

  /** How a sequence counts. */
  private String numbering(String sequence) {
    CatalogObject counts = new CatalogObject("numbering", sequence, sequence);
    return " AS "
        + want.of(counts, "type")
        + " INCREMENT BY "
        + want.of(counts, "seqincrement")
        + " MINVALUE "
        + want.of(counts, "seqmin")
        + " MAXVALUE "
        + want.of(counts, "seqmax")
        + " START WITH "
        + want.of(counts, "seqstart")
        + " CACHE "
        + want.of(counts, "seqcache")
        + (want.is(counts, "seqcycle") ? " CYCLE" : " NO CYCLE");
  }

  private Optional<InverseStep> type(CatalogObject type) {
    if (!want.of(type, "labels").isEmpty()) {
      List<String> labels = want.list(type, "labels").stream().map(Quoting::text).toList();
      return Optional.of(
          InverseStep.of(
              "CREATE TYPE " + type.name() + " AS ENUM (" + String.join(", ", labels) + ")"));
    }
    List<String> attributes = new ArrayList<>();
    TableText text = new TableText(want);
    for (CatalogObject column : text.columns(type)) {
      attributes.add(text.column(column, false));
    }
    return want.of(type, Fingerprint.POSITION).isEmpty() && !attributes.isEmpty()
        ? Optional.of(
            InverseStep.of(
                "CREATE TYPE " + type.name() + " AS (" + String.join(", ", attributes) + ")"))
        : Optional.empty();
  }

  private String domain(CatalogObject domain) {
    String fallback = want.of(domain, "typdefault");
    String collation = want.of(domain, "collation");
    return " AS "
        + want.of(domain, "base")
        + (collation.isEmpty() || collation.equals("\"default\"") ? "" : " COLLATE " + collation)
        + (fallback.isEmpty() ? "" : " DEFAULT " + fallback);
  }

  private String policy(CatalogObject policy) {
    List<String> roles =
        want.list(policy, "roles").stream().map(r -> r.equals("-") ? "PUBLIC" : r).toList();
    String using = want.of(policy, "using");
    String check = want.of(policy, "with check");
    return "CREATE POLICY "
        + Facts.last(policy)
        + " ON "
        + policy.of()
        + (want.is(policy, "permissive") ? "" : " AS RESTRICTIVE")
        + " FOR "
        + COMMANDS.getOrDefault(want.of(policy, "command"), "ALL")
        + " TO "
        + String.join(", ", roles)
        + (using.isEmpty() ? "" : " USING (" + using + ")")
        + (check.isEmpty() ? "" : " WITH CHECK (" + check + ")");
  }

  private InverseStep joined(CatalogObject inheritance) {
    String parent = inheritance.name().substring(inheritance.of().length() + " of ".length());
    String bound = want.of(new CatalogObject("table", inheritance.of(), ""), "partition bound");
    return bound.isEmpty()
        ? InverseStep.of("ALTER TABLE " + inheritance.of() + " INHERIT " + parent)
        : InverseStep.of(
            "ALTER TABLE " + parent + " ATTACH PARTITION " + inheritance.of() + " " + bound);
  }
}
