package dev.ripcord.migration.proof;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The rows of a database.
 *
 * @param tables by full name
 * @param hidden full names of tables whose rows were not read, since row security keeps some of
 *     them from the role; they are compared with nothing
 */
public record Contents(Map<String, Rows> tables, Set<String> hidden) {
  /** Sorts the tables. */
  public Contents {
    tables = new TreeMap<>(tables);
    hidden = Set.copyOf(hidden);
  }

  /** All rows of all tables. */
  public Contents(Map<String, Rows> tables) {
    this(tables, Set.of());
  }

  /**
   * The rows of a table.
   *
   * @param columns their names, in the order of the cells
   * @param key the columns that tell one row from another; empty when there are none
   * @param rows cells as SQL literals
   */
  public record Rows(List<String> columns, List<String> key, List<List<String>> rows) {
    public Rows {
      columns = List.copyOf(columns);
      key = List.copyOf(key);
      rows = List.copyOf(rows);
    }

    private Rows inOrderOf(Rows other) {
      if (columns.equals(other.columns)) {
        return this;
      }
      List<Integer> from = other.columns.stream().map(columns::indexOf).toList();
      return new Rows(
          other.columns, key, rows.stream().map(r -> from.stream().map(r::get).toList()).toList());
    }

    /** The cells that tell a row of these from another; all of them where there is no key. */
    private UnaryOperator<List<String>> identity() {
      List<Integer> cells = key.stream().map(columns::indexOf).toList();
      return row -> cells.isEmpty() ? row : cells.stream().map(row::get).toList();
    }

    private String shown(List<String> row) {
      List<String> parts = new ArrayList<>();
      key.forEach(name -> parts.add(name + " = " + row.get(columns.indexOf(name))));
      return String.join(", ", parts);
    }
  }

  /** What of these rows is not the same later, and what is there that was not. */
  public List<Loss> against(Contents after) {
    List<Loss> losses = new ArrayList<>();
    tables.forEach(
        (table, before) -> {
          if (after.hidden.contains(table)) {
            return;
          }
          Optional<Rows> then = Optional.ofNullable(after.tables.get(table));
          List<Loss> found =
              then.isPresent() ? compare(table, before, then.get()) : gone(table, before);
          losses.addAll(found);
        });
    after.tables.forEach(
        (table, rows) -> {
          if (!tables.containsKey(table) && !hidden.contains(table) && !rows.rows().isEmpty()) {
            losses.add(new Loss(table, "", Loss.Sort.LEFT, rows.rows().size(), ""));
          }
        });
    return losses;
  }

  private static List<Loss> gone(String table, Rows before) {
    return before.rows().isEmpty()
        ? List.of()
        : List.of(new Loss(table, "", Loss.Sort.ROWS, before.rows().size(), ""));
  }

  private static List<Loss> compare(String table, Rows before, Rows now) {
    List<Loss> losses = new ArrayList<>();
    for (String column : before.columns()) {
      if (!now.columns().contains(column) && !before.rows().isEmpty()) {
        losses.add(new Loss(table, column, Loss.Sort.VALUES, before.rows().size(), ""));
      }
    }
    if (!losses.isEmpty() || !now.columns().containsAll(before.columns())) {
      return losses;
    }
    Rows after = now.inOrderOf(before);
    if (after.rows().equals(before.rows())) {
      return List.of();
    }
    UnaryOperator<List<String>> identity = before.identity();
    Map<List<String>, List<List<String>>> left = new HashMap<>();
    after
        .rows()
        .forEach(r -> left.computeIfAbsent(identity.apply(r), k -> new ArrayList<>()).add(r));
    Tally tally = new Tally(table, before);
    for (List<String> row : before.rows()) {
      List<List<String>> same = left.getOrDefault(identity.apply(row), List.of());
      if (same.isEmpty()) {
        tally.lost(row);
      } else {
        tally.compare(row, same.removeFirst());
      }
    }
    left.values().forEach(rows -> rows.forEach(tally::left));
    return tally.losses();
  }

  /** Counts what is different in one table. */
  private static final class Tally {
    private final String table;
    private final Rows before;
    private final Map<String, Loss> found = new LinkedHashMap<>();

    Tally(String table, Rows before) {
      this.table = table;
      this.before = before;
    }

    void lost(List<String> row) {
      count("", Loss.Sort.ROWS, row);
    }

    void left(List<String> row) {
      count("", Loss.Sort.LEFT, row);
    }

    void compare(List<String> row, List<String> then) {
      for (int i = 0; i < row.size(); i++) {
        if (!row.get(i).equals(then.get(i))) {
          count(before.columns().get(i), Loss.Sort.VALUES, row);
        }
      }
    }

    private void count(String column, Loss.Sort sort, List<String> row) {
      found.compute(
          sort + " " + column,
          (key, old) ->
              old == null
                  ? new Loss(table, column, sort, 1, before.shown(row))
                  : new Loss(table, column, sort, old.count() + 1, old.example()));
    }

    List<Loss> losses() {
      return List.copyOf(found.values());
    }
  }
}
