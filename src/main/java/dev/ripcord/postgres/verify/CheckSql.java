package dev.ripcord.postgres.verify;

import dev.ripcord.migration.Version;
import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.Check.When;
import dev.ripcord.migration.proof.Shape.Constraint;
import dev.ripcord.migration.proof.TrialWrite;
import dev.ripcord.migration.proof.TrialWrite.Cause;
import dev.ripcord.migration.sql.Quoting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What to count on the live data so that a danger is seen. Which of several counts is the right one
 * is found by trying them on the write that did harm.
 */
final class CheckSql {
  private final Version version;

  /** For the checks of one migration. */
  CheckSql(Version version) {
    this.version = version;
  }

  /** Counts to try, the sharpest first; the last one sees every write. */
  List<Check> checks(Cause cause) {
    String table = cause.table();
    String name = CatalogObject.shown(table);
    List<Check> checks = new ArrayList<>();
    switch (cause) {
      case Cause.NewTable ignored -> checks.add(check(name + " is empty", count(table, "")));
      case Cause.NewColumn column -> checks.addAll(newColumn(column));
      case Cause.NewType type ->
          checks.add(
              check(
                  "every " + name + "." + type.column() + " fits " + type.before(),
                  count(table, changes(type.column(), type.before(), type.after()))));
      case Cause.NewNull column ->
          checks.add(
              check(
                  "no " + name + "." + column.column() + " is NULL",
                  count(table, column.column() + " IS NULL")));
      case Cause.NewLabels labels ->
          checks.add(
              check(
                  "every "
                      + name
                      + "."
                      + labels.column()
                      + " is "
                      + String.join(" or ", labels.before()),
                  count(
                      table,
                      labels.column()
                          + "::text <> ALL (ARRAY["
                          + labels.before().stream()
                              .map(Quoting::text)
                              .collect(Collectors.joining(", "))
                          + "]::text[])")));
      case Cause.Relaxed relaxed -> relaxed(relaxed, checks);
      case Cause.RelaxedElsewhere ignored -> {}
      case Cause.BeforeType type ->
          checks.add(
              before(
                  "every " + name + "." + type.column() + " fits " + type.after(),
                  count(table, changes(type.column(), type.after(), type.before()))));
      case Cause.Seeded ignored -> {}
      case Cause.Touched ignored -> {}
      case Cause.NewWriting ignored -> {}
      case Cause.Before ignored -> {}
    }
    boolean earlier = cause instanceof Cause.Before || cause instanceof Cause.BeforeType;
    checks.add(earlier ? before(name + " is empty", count(table, "")) : writtenSince(table));
    return checks;
  }

  /** What a rule of uniqueness asks of values as the type before has them. */
  Check uniqueAs(Cause.NewType cause) {
    return check(
        "no two "
            + CatalogObject.shown(cause.table())
            + "."
            + cause.column()
            + " are the same as "
            + cause.before(),
        "SELECT count(*) FROM (SELECT FROM %s GROUP BY %s::%s HAVING count(*) > 1) x"
            .formatted(cause.table(), cause.column(), cause.before()));
  }

  /** Counts for a column whose values from before the up may be lost. */
  List<Check> ofColumn(String table, String column) {
    String name = CatalogObject.shown(table) + "." + column;
    return List.of(
        before("no " + name + " is NULL", count(table, column + " IS NULL")),
        before("no " + name + " is set", count(table, column + " IS NOT NULL")),
        before(CatalogObject.shown(table) + " is empty", count(table, "")));
  }

  /** The same for one value of a column that has few: rows with another one are in no danger. */
  List<Check> ofLabel(String table, String column, String literal) {
    List<Check> checks = new ArrayList<>();
    checks.add(
        before(
            "no " + CatalogObject.shown(table) + "." + column + " is " + literal,
            count(table, column + "::text = " + literal)));
    checks.addAll(ofColumn(table, column));
    return checks;
  }

  /** Sees whether what the up drops holds anything. */
  Check lost(TrialWrite.Place place) {
    return place.column().isEmpty()
        ? before(CatalogObject.shown(place.table()) + " is empty", count(place.table(), ""))
        : ofColumn(place.table(), place.column()).get(1);
  }

  private static List<Check> newColumn(Cause.NewColumn cause) {
    String column = cause.column();
    String name = CatalogObject.shown(cause.table()) + "." + column;
    Check set = check("no " + name + " is set", count(cause.table(), column + " IS NOT NULL"));
    return cause.fallback().isEmpty()
        ? List.of(set)
        : List.of(
            check(
                "every " + name + " is its default " + cause.fallback(),
                count(
                    cause.table(),
                    column + "::text IS DISTINCT FROM (" + cause.fallback() + ")::text")),
            set);
  }

  private static void relaxed(Cause.Relaxed cause, List<Check> checks) {
    Constraint rule = cause.rule();
    String table = cause.table();
    String columns = String.join(", ", rule.columns());
    switch (rule.sort()) {
      case UNIQUE -> {
        String keys = String.join(", ", rule.keys());
        List<String> where =
            new ArrayList<>(
                rule.countsNulls()
                    ? List.of()
                    : rule.keys().stream().map(key -> key + " IS NOT NULL").toList());
        if (!rule.expression().isEmpty()) {
          where.add("(" + rule.expression() + ")");
        }
        checks.add(
            check(
                "no two rows of " + CatalogObject.shown(table) + " have the same " + keys,
                "SELECT count(*) FROM (SELECT FROM %s%s GROUP BY %s HAVING count(*) > 1) x"
                    .formatted(
                        table,
                        where.isEmpty() ? "" : " WHERE " + String.join(" AND ", where),
                        keys)));
      }
      case CHECK ->
          checks.add(
              check(
                  "every row of " + CatalogObject.shown(table) + " keeps to " + rule.expression(),
                  count(table, "NOT (" + rule.expression() + ")")));
      case FOREIGN -> {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < rule.columns().size(); i++) {
          pairs.add("y." + rule.targetColumns().get(i) + " = x." + rule.columns().get(i));
        }
        String where =
            rule.columns().stream()
                .map(c -> "x." + c + " IS NOT NULL")
                .collect(Collectors.joining(rule.matchesInFull() ? " OR " : " AND "));
        checks.add(
            check(
                "every "
                    + CatalogObject.shown(table)
                    + "."
                    + columns
                    + " is in "
                    + CatalogObject.shown(rule.target()),
                "SELECT count(*) FROM %s x WHERE (%s) AND NOT EXISTS (SELECT FROM %s y WHERE %s)"
                    .formatted(table, where, rule.target(), String.join(" AND ", pairs))));
      }
      case EXCLUSION -> {}
    }
  }

  /** Rows know the transaction that wrote them, and the history knows that of the up. */
  private Check writtenSince(String table) {
    return check(
        "no row of " + CatalogObject.shown(table) + " was written since the migration",
        """
        SELECT count(*) FROM %s WHERE age(xmin) < (SELECT age(((transaction_id::numeric %% 4294967296)
          ::bigint)::text::xid) FROM ripcord.migration_history
          WHERE version::numeric = %s AND success AND reverted_at IS NULL)\
        """
            .formatted(table, version.text()));
  }

  private static String changes(String column, String there, String back) {
    return "(%1$s::%2$s::%3$s)::text IS DISTINCT FROM %1$s::text".formatted(column, there, back);
  }

  private static String count(String table, String where) {
    return "SELECT count(*) FROM " + table + (where.isEmpty() ? "" : " WHERE " + where);
  }

  private static Check check(String text, String sql) {
    return new Check(text, sql, When.BEFORE_DOWN);
  }

  private static Check before(String text, String sql) {
    return new Check(text, sql, When.BEFORE_UP);
  }
}
