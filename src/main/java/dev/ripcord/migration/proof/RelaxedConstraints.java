package dev.ripcord.migration.proof;

import java.util.List;
import java.util.Set;

/**
 * What an up allows, by the catalog, that no write is made up for: rows that use it may stop the
 * down or be changed by it, and nobody has tried.
 */
public final class RelaxedConstraints {
  private static final Set<String> RULES = Set.of("constraint", "foreign key", "primary key");
  private static final Set<String> LIMITS =
      Set.of("seqmax", "seqmin", "seqcycle", "type", "seqincrement");

  private static final Set<String> WHEREVER =
      Set.of("partition bound", "tgenabled", "collation", "conenforced");

  private final Fingerprint before;
  private final Shape known;
  private final Shape now;

  private RelaxedConstraints(Fingerprint before, Shape known, Shape now) {
    this.before = before;
    this.known = known;
    this.now = now;
  }

  /**
   * What was loosened.
   *
   * @param before the catalog before the up
   * @param after the catalog after it
   * @param known the tables before it, which writes are made up for
   * @param now the tables after it
   */
  public static List<Finding> in(Fingerprint before, Fingerprint after, Shape known, Shape now) {
    RelaxedConstraints loosened = new RelaxedConstraints(before, known, now);
    return before.against(after).stream()
        .filter(loosened::isLoosened)
        .<Finding>map(
            change ->
                new Finding.Unknown(
                    change.since() + " after the up: what this lets in was not tried"))
        .toList();
  }

  private boolean isLoosened(Difference change) {
    CatalogObject thing = change.thing();
    String aspect = change.aspect();
    boolean attribute = thing.kind().equals("column") && isType(thing.of());
    return switch (change.sort()) {
      case MISSING ->
          attribute
              || (RULES.contains(thing.kind()) && !isTable(thing.of()))
              || thing.kind().equals("inheritance");
      case CHANGED ->
          attribute
              || (thing.kind().equals("numbering") && LIMITS.contains(aspect))
              || (thing.kind().equals("domain") && !aspect.equals("acl") && !aspect.equals("owner"))
              || (RULES.contains(thing.kind()) && !isTable(thing.of()))
              || (thing.kind().equals("column") && numbers(change))
              || (aspect.equals("labels") && !isTried(change.after()))
              || WHEREVER.contains(aspect);
      case EXTRA -> attribute;
      case BEHIND, ORDER -> false;
    };
  }

  private boolean isTable(String name) {
    return known.table(name).isPresent();
  }

  private boolean isType(String name) {
    return before.things().containsKey(new CatalogObject("type", name, ""));
  }

  /** Whether code may give numbers now that a sequence gave, which the sequence gives again. */
  private static boolean numbers(Difference change) {
    return (change.aspect().equals("default") && change.before().contains("nextval("))
        || (change.aspect().equals("attidentity") && change.before().equals("a"));
  }

  /** Whether a column has these labels, so that the new ones were written there. */
  private boolean isTried(String labels) {
    return now.tables().stream()
        .flatMap(table -> table.columns().stream())
        .anyMatch(column -> labels.equals("[\"" + String.join("\", \"", column.labels()) + "\"]"));
  }
}
