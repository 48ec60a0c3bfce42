package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Difference;
import dev.ripcord.migration.sql.Quoting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes back one side of a thing that is other than it was.
 *
 * @param want the catalog as it was
 * @param difference the side
 */
record SchemaChange(Facts want, Difference difference) {
  private static final Map<String, String> FIRING =
      Map.of("O", "ENABLE", "D", "DISABLE", "R", "ENABLE REPLICA", "A", "ENABLE ALWAYS");
  private static final Map<String, String> IDENTITY =
      Map.of("d", "DEFAULT", "n", "NOTHING", "f", "FULL");

  Optional<InverseStep> undoing() {
    CatalogObject thing = difference.thing();
    Optional<InverseStep> any =
        switch (difference.aspect()) {
          case "owner" -> Optional.of(InverseStep.of(alter() + " OWNER TO " + difference.before()));
          case "acl" -> acl(thing);
          case "reloptions" -> Options.of(difference, alter(), "");
          default -> Optional.empty();
        };
    return any.or(
        () ->
            switch (thing.kind()) {
              case "table" -> table();
              case "column" -> new ColumnChange(want, difference).undoing();
              case "constraint", "primary key", "foreign key" -> constraint(thing);
              case "index" -> index(thing);
              case "view", "function", "procedure", "rule" -> redefined(thing);
              case "materialized view" -> materialized(thing);
              case "numbering" -> numbering(thing);
              case "trigger" -> trigger(thing);
              case "policy" -> again(thing);
              case "domain" -> domain(thing);
              case "extension" -> extension(thing);
              case "statistics object" ->
                  Optional.of(
                      InverseStep.of(
                          alter() + " SET STATISTICS " + or(want.of(thing, "target"), "-1")));
              default -> Optional.empty();
            });
  }

  private String alter() {
    return "ALTER " + Facts.word(difference.thing()) + " " + difference.thing().name();
  }

  private static String or(String value, String other) {
    return value.isEmpty() ? other : value;
  }

  private Optional<InverseStep> acl(CatalogObject thing) {
    String word =
        switch (thing.kind()) {
          case "column", "table", "view", "materialized view", "foreign table" -> "TABLE";
          case "aggregate" -> "FUNCTION";
          default -> Facts.word(thing);
        };
    boolean column = thing.kind().equals("column");
    Grants grants =
        new Grants(
            word + " " + (column ? thing.of() : thing.name()),
            column ? " (" + Facts.last(thing) + ")" : "");
    List<String> statements =
        grants.statements(Facts.strings(difference.before()), Facts.strings(difference.after()));
    return statements.isEmpty()
        ? Optional.empty()
        : Optional.of(new InverseStep(List.of(statements)));
  }

  private Optional<InverseStep> table() {
    String before = difference.before();
    String how =
        switch (difference.aspect()) {
          case "relrowsecurity" ->
              (before.equals("true") ? "ENABLE" : "DISABLE") + " ROW LEVEL SECURITY";
          case "relforcerowsecurity" ->
              (before.equals("true") ? "FORCE" : "NO FORCE") + " ROW LEVEL SECURITY";
          case "relpersistence" -> before.equals("u") ? "SET UNLOGGED" : "SET LOGGED";
          case "relreplident" ->
              IDENTITY.containsKey(before) ? "REPLICA IDENTITY " + IDENTITY.get(before) : "";
          case "access method" -> "SET ACCESS METHOD " + before;
          case "tablespace" -> "SET TABLESPACE " + or(before, "pg_default");
          case "of type" -> before.isEmpty() ? "NOT OF" : "OF " + before;
          default -> "";
        };
    if (difference.aspect().equals("options of its TOAST")) {
      return Options.of(difference, alter(), "toast.");
    }
    return how.isEmpty() ? Optional.empty() : Optional.of(InverseStep.of(alter() + " " + how));
  }

  private Optional<InverseStep> constraint(CatalogObject constraint) {
    boolean domain = want.find("domain", constraint.of()).isPresent();
    String alter = "ALTER " + (domain ? "DOMAIN " : "TABLE ") + constraint.of();
    String name = Facts.last(constraint);
    String definition = want.of(constraint, "definition");
    return Optional.of(
        InverseStep.of(
            alter + " DROP CONSTRAINT " + name,
            alter + " ADD CONSTRAINT " + name + " " + definition));
  }

  private Optional<InverseStep> index(CatalogObject index) {
    boolean before = difference.before().equals("true");
    return switch (difference.aspect()) {
      case "definition" -> again(index);
      case "indisclustered" ->
          Optional.of(
              InverseStep.of(
                  "ALTER TABLE "
                      + index.of()
                      + (before
                          ? " CLUSTER ON " + unqualified(index.name())
                          : " SET WITHOUT CLUSTER")));
      case "indisreplident" ->
          before
              ? Optional.of(
                  InverseStep.of(
                      "ALTER TABLE "
                          + index.of()
                          + " REPLICA IDENTITY USING INDEX "
                          + unqualified(index.name())))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static String unqualified(String name) {
    return name.replaceFirst("^(?:\"(?:[^\"]|\"\")*\"|[^\".]*)\\.", "");
  }

  /** Takes away and makes again. */
  private Optional<InverseStep> again(CatalogObject thing) {
    Optional<InverseStep> made = new RecreateDropped(want).of(thing);
    Optional<InverseStep> dropped = new DropCreated(want).of(thing);
    if (made.isEmpty() || dropped.isEmpty()) {
      return Optional.empty();
    }
    List<String> both = new ArrayList<>(dropped.get().ways().getFirst());
    both.addAll(made.get().ways().getFirst());
    return Optional.of(new InverseStep(List.of(both)));
  }

  private Optional<InverseStep> redefined(CatalogObject thing) {
    if (!difference.aspect().equals("definition")) {
      return Optional.empty();
    }
    Optional<InverseStep> made = new RecreateDropped(want).of(thing);
    if (made.isEmpty()) {
      return Optional.empty();
    }
    List<List<String>> ways = new ArrayList<>();
    String text = made.get().ways().getFirst().getFirst();
    ways.add(List.of(text.replaceFirst("^CREATE (?!OR REPLACE)", "CREATE OR REPLACE ")));
    again(thing).ifPresent(both -> ways.addAll(both.ways()));
    return Optional.of(new InverseStep(ways));
  }

  private Optional<InverseStep> materialized(CatalogObject view) {
    return switch (difference.aspect()) {
      case "definition" -> again(view);
      case "relispopulated" ->
          Optional.of(
              InverseStep.of(
                  "REFRESH MATERIALIZED VIEW "
                      + view.name()
                      + (difference.before().equals("true") ? "" : " WITH NO DATA")));
      default -> Optional.empty();
    };
  }

  private Optional<InverseStep> numbering(CatalogObject counts) {
    String before = difference.before();
    String how =
        switch (difference.aspect()) {
          case "type" -> "AS " + before;
          case "seqincrement" -> "INCREMENT BY " + before;
          case "seqmin" -> "MINVALUE " + before;
          case "seqmax" -> "MAXVALUE " + before;
          case "seqstart" -> "START WITH " + before;
          case "seqcache" -> "CACHE " + before;
          case "seqcycle" -> before.equals("true") ? "CYCLE" : "NO CYCLE";
          case "owned by" -> "OWNED BY " + or(before, "NONE");
          default -> "";
        };
    return how.isEmpty()
        ? Optional.empty()
        : Optional.of(InverseStep.of("ALTER SEQUENCE " + counts.name() + " " + how));
  }

  private Optional<InverseStep> trigger(CatalogObject trigger) {
    return difference.aspect().equals("tgenabled")
        ? Optional.of(
            InverseStep.of(
                "ALTER TABLE "
                    + trigger.of()
                    + " "
                    + FIRING.getOrDefault(difference.before(), "ENABLE")
                    + " TRIGGER "
                    + Facts.last(trigger)))
        : again(trigger);
  }

  private Optional<InverseStep> domain(CatalogObject domain) {
    return switch (difference.aspect()) {
      case "typdefault" ->
          Optional.of(
              InverseStep.of(
                  alter()
                      + (difference.before().isEmpty()
                          ? " DROP DEFAULT"
                          : " SET DEFAULT " + want.of(domain, "typdefault"))));
      case "typnotnull" ->
          Optional.of(
              InverseStep.of(
                  alter()
                      + (difference.before().equals("true") ? " SET NOT NULL" : " DROP NOT NULL")));
      default -> Optional.empty();
    };
  }

  private Optional<InverseStep> extension(CatalogObject extension) {
    return switch (difference.aspect()) {
      case "version" ->
          Optional.of(InverseStep.of(alter() + " UPDATE TO " + Quoting.text(difference.before())));
      case "schema" -> Optional.of(InverseStep.of(alter() + " SET SCHEMA " + difference.before()));
      default -> again(extension);
    };
  }
}
