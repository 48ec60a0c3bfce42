package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Column;
import dev.ripcord.migration.risk.Catalog.Constraint;
import dev.ripcord.migration.risk.Catalog.Index;
import dev.ripcord.migration.statement.ConstraintSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What is remembered of a constraint that a statement makes, and what one proves. */
final class Constraints {
  private Constraints() {}

  /** Adds a constraint to a table, with the index and the NOT NULLs that it brings. */
  static void remember(SchemaModel world, Table table, ConstraintSpec spec) {
    String name = spec.name().orElseGet(() -> chosen(table, spec));
    Optional<Table> other = spec.references().flatMap(world::find);
    List<String> referenced =
        spec.referenced().isEmpty()
            ? other.flatMap(Constraints::primaryKey).orElse(List.of())
            : spec.referenced();
    table
        .constraints()
        .add(
            new Constraint(
                name,
                spec.kind(),
                !spec.notValid(),
                spec.columns(),
                spec.expression(),
                other.map(Table::id),
                referenced));
    if (spec.kind() == 'p' || spec.kind() == 'u') {
      spec.usingIndex().ifPresent(used -> table.indexes().removeIf(i -> i.name().equals(used)));
      table.indexes().add(new Index(table.schema(), name, true, spec.columns(), Optional.of(name)));
    }
    if (spec.kind() == 'p' || spec.kind() == 'n') {
      spec.columns().stream()
          .flatMap(each -> table.column(each).stream())
          .forEach(
              column ->
                  table.put(
                      new Column(column.name(), column.type(), true, column.hasDefault()),
                      table.isNewColumn(column.name())));
    }
  }

  private static Optional<List<String>> primaryKey(Table table) {
    return table.constraints().stream()
        .filter(each -> each.kind() == 'p')
        .findFirst()
        .map(Constraint::columns);
  }

  /** The name that the server gives. */
  private static String chosen(Table table, ConstraintSpec spec) {
    String columns = spec.columns().isEmpty() ? "" : "_" + String.join("_", spec.columns());
    return free(plain(table, spec, columns), name -> table.constraint(name).isPresent());
  }

  /** A name, or where it is taken the first one with a number at its end that is not. */
  static String free(String name, Predicate<String> isTaken) {
    String free = name;
    for (int i = 1; isTaken.test(free); i++) {
      free = name + i;
    }
    return free;
  }

  private static String plain(Table table, ConstraintSpec spec, String columns) {
    return switch (spec.kind()) {
      case 'p' -> table.name() + "_pkey";
      case 'u' -> table.name() + columns + "_key";
      case 'f' -> table.name() + columns + "_fkey";
      case 'n' -> table.name() + columns + "_not_null";
      case 'x' -> table.name() + columns + "_excl";
      default -> table.name() + (spec.columns().size() == 1 ? columns : "") + "_check";
    };
  }

  /** Whether no row can hold a NULL: by the column, once that is validated, or by a constraint. */
  static boolean isNotNull(Table table, String column) {
    boolean waits =
        table.constraints().stream()
            .anyMatch(c -> c.kind() == 'n' && !c.validated() && c.columns().contains(column));
    return (table.column(column).filter(Column::notNull).isPresent() && !waits)
        || proveNotNull(table, column);
  }

  /** Whether a valid constraint already proves that a column has no NULL. */
  static boolean proveNotNull(Table table, String column) {
    return table.constraints().stream()
        .filter(Constraint::validated)
        .anyMatch(each -> forbidsNull(each, column));
  }

  /** Whether a constraint keeps NULL from being written, proved or not. */
  static boolean keepNullOut(Table table, String column) {
    return table.constraints().stream().anyMatch(each -> forbidsNull(each, column));
  }

  private static boolean forbidsNull(Constraint check, String column) {
    String text = check.definition().toLowerCase(Locale.ROOT);
    String name = Pattern.quote(column.toLowerCase(Locale.ROOT));
    return check.kind() == 'c'
        && Pattern.compile("(^|[^\\w.])\"?" + name + "\"?\\s+is\\s+not\\s+null\\b")
            .matcher(text)
            .find()
        && !text.matches("(?s).*\\b(or|not\\s*\\(|case)\\b.*");
  }
}
