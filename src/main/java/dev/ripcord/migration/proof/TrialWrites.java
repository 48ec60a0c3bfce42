package dev.ripcord.migration.proof;

import dev.ripcord.migration.proof.Shape.Column;
import dev.ripcord.migration.proof.Shape.Constraint;
import dev.ripcord.migration.proof.Shape.Table;
import dev.ripcord.migration.proof.TrialWrite.Cause;
import dev.ripcord.migration.proof.TrialWrite.Write;
import dev.ripcord.migration.sql.Quoting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which writes to try, from what a migration does to the tables: what new code may write and the
 * schema before could not hold, and what it may write at all into what is new.
 *
 * @param before the tables before the up
 * @param after the tables after it
 * @param back the tables after the down, without any write
 * @param named full names of tables that statements which change rows name, as they are after the
 *     up
 */
public record TrialWrites(Shape before, Shape after, Shape back, Set<String> named) {
  private static final String NULL = "NULL";
  private static final int SEEDS_MAX = 3;

  public TrialWrites {
    named = Set.copyOf(named);
  }

  /** Writes between the up and the down. */
  public List<TrialWrite> later() {
    List<TrialWrite> probes = new ArrayList<>();
    for (Table table : after.tables()) {
      Optional<Table> old = before.same(table);
      if (old.isEmpty()) {
        Cause cause = new Cause.NewTable(table.name());
        probes.add(new TrialWrite(cause, new Write.Insert(table.name(), Set.of())));
        continue;
      }
      int known = probes.size();
      columns(old.get(), table, probes);
      rules(old.get(), table, probes);
      touched(old.get(), table, probes.size() > known, probes);
    }
    return probes;
  }

  private void touched(Table old, Table table, boolean changed, List<TrialWrite> probes) {
    Cause cause = new Cause.Touched(table.name());
    List<Column> own =
        named.contains(table.name()) || old.oid() != table.oid()
            ? table.columns()
            : table.columns().stream().filter(column -> isMadeAnew(table, column)).toList();
    if (changed || !own.isEmpty()) {
      Set<String> others =
          table.columns().stream()
              .filter(column -> !isTheSame(old, table, column))
              .map(Column::name)
              .collect(Collectors.toUnmodifiableSet());
      probes.add(new TrialWrite(cause, new Write.Insert(table.name(), others)));
    }
    own.stream()
        .filter(column -> isTheSame(old, table, column))
        .forEach(column -> puts(cause, table, column, probes));
  }

  /** Whether the down makes the column anew, and so what it holds. */
  private boolean isMadeAnew(Table table, Column column) {
    return back.table(table.oid()).flatMap(t -> t.column(column.number())).isEmpty();
  }

  private static boolean isTheSame(Table old, Table table, Column column) {
    return counterpart(old, table, column)
        .filter(was -> was.type().equals(column.type()))
        .isPresent();
  }

  private static Optional<Column> counterpart(Table old, Table table, Column column) {
    return old.oid() == table.oid() ? old.column(column.number()) : old.column(column.name());
  }

  private static void columns(Table old, Table table, List<TrialWrite> probes) {
    for (Column column : table.columns()) {
      Optional<Column> was = counterpart(old, table, column);
      if (was.isEmpty()) {
        String fallback = column.fallback().orElse("");
        puts(new Cause.NewColumn(table.name(), column.name(), fallback), table, column, probes);
        continue;
      }
      if (!was.get().type().equals(column.type())) {
        Cause cause =
            new Cause.NewType(table.name(), column.name(), was.get().type(), column.type());
        puts(cause, table, column, probes);
      } else if (!was.get().labels().containsAll(column.labels())) {
        Cause cause = new Cause.NewLabels(table.name(), column.name(), was.get().labels());
        List<String> fresh = new ArrayList<>(column.labels());
        fresh.removeAll(was.get().labels());
        put(cause, table.name(), column.name(), fresh.stream().map(Quoting::text).toList(), probes);
      }
      if (was.get().generated() != column.generated()
          || was.get().identity() != column.identity()) {
        puts(new Cause.NewWriting(table.name(), column.name()), table, column, probes);
      }
      if (!was.get().nullable() && column.nullable()) {
        Cause cause = new Cause.NewNull(table.name(), column.name());
        probes.add(new TrialWrite(cause, new Write.Put(table.name(), column.name(), NULL)));
      }
    }
  }

  private static void puts(Cause cause, Table table, Column column, List<TrialWrite> probes) {
    if (column.generated()) {
      return;
    }
    for (String literal : Samples.of(column)) {
      probes.add(new TrialWrite(cause, new Write.Put(table.name(), column.name(), literal)));
    }
    if (column.nullable()) {
      probes.add(new TrialWrite(cause, new Write.Put(table.name(), column.name(), NULL)));
    }
  }

  private static void rules(Table old, Table table, List<TrialWrite> probes) {
    for (Constraint rule : old.constraints()) {
      if (!rule.validated()) {
        continue; // Rows against it may be there already.
      }
      if (table.constraints().stream().anyMatch(rule::asksTheSame)) {
        continue;
      }
      List<Column> columns = now(old, table, rule);
      if (columns.isEmpty() && !rule.columns().isEmpty()) {
        continue; // Columns that are gone are seen to before the up.
      }
      boolean named = columns.stream().map(Column::name).toList().equals(rule.columns());
      Cause cause =
          named
              ? new Cause.Relaxed(table.name(), rule)
              : new Cause.RelaxedElsewhere(table.name(), rule.name());
      relaxed(cause, rule, table, columns, probes);
    }
  }

  /** The columns of a rule as they are now, without those that are gone. */
  private static List<Column> now(Table old, Table table, Constraint rule) {
    return rule.columns().stream()
        .flatMap(name -> old.column(name).stream())
        .flatMap(column -> counterpart(/* old= */ table, /* table= */ old, column).stream())
        .toList();
  }

  private static void relaxed(
      Cause cause, Constraint rule, Table table, List<Column> columns, List<TrialWrite> probes) {
    if (columns.isEmpty()) {
      probes.add(new TrialWrite(cause, new Write.Insert(table.name(), Set.of())));
      return;
    }
    switch (rule.sort()) {
      case UNIQUE, EXCLUSION -> {
        List<String> names = columns.stream().map(Column::name).toList();
        probes.add(new TrialWrite(cause, new Write.Repeat(table.name(), names)));
      }
      case CHECK ->
          columns.forEach(
              column -> {
                List<String> values = new ArrayList<>(Samples.around(rule.expression()));
                values.addAll(Samples.of(column));
                put(cause, table.name(), column.name(), values, probes);
              });
      case FOREIGN ->
          columns.forEach(
              column -> put(cause, table.name(), column.name(), Samples.of(column), probes));
    }
  }

  private static void put(
      Cause cause, String table, String column, List<String> values, List<TrialWrite> probes) {
    values.forEach(value -> probes.add(new TrialWrite(cause, new Write.Put(table, column, value))));
  }

  /** Writes before the up: rows that a live table may hold though none of those copied does. */
  public List<TrialWrite> earlier() {
    List<TrialWrite> probes = new ArrayList<>();
    for (Table table : before.tables()) {
      Optional<Table> now = after.same(table);
      boolean touched =
          now.isEmpty() || named.contains(now.get().name()) || now.get().oid() != table.oid();
      Cause cause = new Cause.Before(table.name());
      for (Column column : table.columns()) {
        Optional<Column> then = now.flatMap(t -> counterpart(t, table, column));
        boolean retyped = then.isPresent() && !then.get().type().equals(column.type());
        if (retyped) {
          Cause type =
              new Cause.BeforeType(table.name(), column.name(), column.type(), then.get().type());
          puts(type, table, column, probes);
        } else if (then.isEmpty() || touched || isBuiltAnew(column, then.get())) {
          puts(cause, table, column, probes);
        }
        touched |= retyped || then.isEmpty();
      }
      if (touched) {
        probes.add(new TrialWrite(cause, new Write.Insert(table.name(), Set.of())));
      }
    }
    return probes;
  }

  /** Whether a type of the same name is another one, or takes less. */
  private static boolean isBuiltAnew(Column column, Column then) {
    return !then.base().equals(column.base()) || !then.labels().containsAll(column.labels());
  }

  /**
   * Columns whose type is another and does not keep every value, on the way there or back, though
   * no value that was tried need show it.
   *
   * @param computed columns to leave out, as table (without its schema) and column with a dot
   *     between, since something else than a cast makes their values
   */
  public List<Cause> lossyTypes(Set<String> computed) {
    List<Cause> found = new ArrayList<>();
    for (Table table : before.tables()) {
      Optional<Table> now = after.same(table);
      for (Column column : table.columns()) {
        Optional<Column> then = now.flatMap(t -> counterpart(t, table, column));
        String name = table.name().substring(table.name().lastIndexOf('.') + 1);
        if (then.isEmpty() || computed.contains(name + "." + column.name())) {
          continue;
        }
        if (!Conversions.keep(column, then.get())) {
          found.add(
              new Cause.BeforeType(table.name(), column.name(), column.type(), then.get().type()));
        }
        if (!Conversions.keep(then.get(), column)) {
          found.add(
              new Cause.NewType(
                  now.get().name(), then.get().name(), column.type(), then.get().type()));
        }
      }
    }
    return found;
  }

  /** Whether the up takes the place of a write before it away. */
  public boolean drops(TrialWrite.Place place) {
    Optional<Table> old = before.table(place.table());
    Optional<Table> now = old.flatMap(after::same);
    if (old.isEmpty() || now.isEmpty()) {
      return true;
    }
    return !place.column().isEmpty()
        && old.get()
            .column(place.column())
            .flatMap(column -> counterpart(now.get(), old.get(), column))
            .isEmpty();
  }

  /** Writes to rows that the up has brought into tables that were there. */
  public List<TrialWrite> toSeeds(Contents old, Contents now) {
    List<TrialWrite> probes = new ArrayList<>();
    for (Table table : after.tables()) {
      Optional<Contents.Rows> rows = Optional.ofNullable(now.tables().get(table.name()));
      Optional<String> was = before.same(table).map(Table::name);
      if (rows.isEmpty() || was.isEmpty() || rows.get().key().isEmpty()) {
        continue;
      }
      for (Map<String, String> key : newKeys(old.tables().get(was.get()), rows.get())) {
        seed(table, key, probes);
      }
    }
    return probes;
  }

  private void seed(Table table, Map<String, String> key, List<TrialWrite> probes) {
    Cause cause = new Cause.Seeded(table.name());
    for (Column column : table.columns()) {
      if (!key.containsKey(column.name()) && !column.generated()) {
        for (String literal : Samples.of(column)) {
          probes.add(
              new TrialWrite(cause, new Write.PutAt(table.name(), key, column.name(), literal)));
        }
      }
    }
    for (Table child : after.tables()) {
      for (Constraint rule : child.constraints()) {
        if (rule.sort() == Constraint.Sort.FOREIGN
            && rule.target().equals(table.name())
            && key.keySet().containsAll(rule.targetColumns())) {
          Map<String, String> values = new LinkedHashMap<>();
          for (int i = 0; i < rule.columns().size(); i++) {
            values.put(rule.columns().get(i), key.getOrDefault(rule.targetColumns().get(i), NULL));
          }
          probes.add(new TrialWrite(cause, new Write.Refer(child.name(), values)));
        }
      }
    }
  }

  private static List<Map<String, String>> newKeys(Contents.@Nullable Rows old, Contents.Rows now) {
    Set<List<String>> known =
        old == null ? Set.of() : keys(old, now.key()).collect(Collectors.toSet());
    return keys(now, now.key())
        .filter(key -> !known.contains(key))
        .limit(SEEDS_MAX)
        .map(key -> named(now.key(), key))
        .toList();
  }

  private static Stream<List<String>> keys(Contents.Rows rows, List<String> key) {
    if (!rows.columns().containsAll(key)) {
      return Stream.of();
    }
    List<Integer> cells = key.stream().map(rows.columns()::indexOf).toList();
    return rows.rows().stream().map(row -> cells.stream().map(row::get).toList());
  }

  private static Map<String, String> named(List<String> names, List<String> values) {
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      named.put(names.get(i), values.get(i));
    }
    return named;
  }
}
