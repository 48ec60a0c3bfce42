package dev.ripcord.postgres.verify;

import dev.ripcord.migration.proof.Samples;
import dev.ripcord.migration.proof.Shape;
import dev.ripcord.migration.proof.Shape.Column;
import dev.ripcord.migration.proof.Shape.Constraint;
import dev.ripcord.migration.proof.Shape.Table;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes up rows that satisfy the rules of a table, by trying. Works inside a transaction of the
 * session; what does not succeed leaves no trace but numbers of sequences.
 */
final class RowGenerator {
  private static final int TRIES = 14;
  private static final int DEPTH_MAX = 4;
  private static final Pattern LENGTH = Pattern.compile("\\((\\d{1,6})\\)");

  private final MigrationSession session;
  private final Shape shape;
  private int made;

  RowGenerator(MigrationSession session, Shape shape) {
    this.session = session;
    this.shape = shape;
  }

  /**
   * Runs one statement that may fail, and gives the number of rows it changed; less than 0 when it
   * failed.
   */
  static int attempt(MigrationSession session, String sql) {
    session.run("SAVEPOINT attempt");
    try {
      int changed = session.change(sql);
      session.run("RELEASE SAVEPOINT attempt");
      return changed;
    } catch (PgException refused) {
      session.run("ROLLBACK TO SAVEPOINT attempt");
      return -1;
    }
  }

  /**
   * Inserts a row.
   *
   * @param given values that it must have, as SQL literals
   * @param full whether columns that could be left out get values too
   * @return the statement that succeeded; empty when none did
   */
  Optional<String> insert(Table table, Map<String, String> given, boolean full) {
    return insert(table, given, full, 0);
  }

  private Optional<String> insert(Table table, Map<String, String> given, boolean full, int depth) {
    made++;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      String sql = statement(table, given, full, attempt);
      if (attempt(session, sql) == 1) {
        return Optional.of(sql);
      }
      if (attempt == 0 && depth < DEPTH_MAX) {
        makeParents(table, full, depth);
      }
    }
    return full ? insert(table, given, false, depth) : Optional.empty();
  }

  /** A row needs one to point to in each table that it must point to. */
  private void makeParents(Table table, boolean full, int depth) {
    for (Constraint rule : table.constraints()) {
      boolean needed =
          rule.sort() == Constraint.Sort.FOREIGN
              && !rule.target().equals(table.name())
              && rule.columns().stream()
                  .flatMap(name -> table.column(name).stream())
                  .anyMatch(column -> full || !column.isOptional());
      Optional<Table> parent = needed ? shape.table(rule.target()) : Optional.empty();
      if (parent.isPresent()
          && session.ask("SELECT FROM " + parent.get().name() + " LIMIT 1").isEmpty()) {
        var _ = insert(parent.get(), Map.of(), false, depth + 1);
      }
    }
  }

  private String statement(Table table, Map<String, String> given, boolean full, int attempt) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Column column : table.columns()) {
      boolean numbered =
          column.identity() || column.fallback().filter(f -> f.contains("nextval(")).isPresent();
      if (given.containsKey(column.name())) {
        values.put(column.name(), given.getOrDefault(column.name(), "NULL"));
      } else if (!column.generated() && !numbered && (full || !column.isOptional())) {
        values.put(column.name(), value(table, column, attempt));
      }
    }
    if (values.isEmpty()) {
      return "INSERT INTO " + table.name() + " DEFAULT VALUES";
    }
    return "INSERT INTO "
        + table.name()
        + " ("
        + String.join(", ", values.keySet())
        + ") OVERRIDING SYSTEM VALUE VALUES ("
        + String.join(", ", values.values())
        + ")";
  }

  private String value(Table table, Column column, int attempt) {
    Optional<Constraint> reference = table.reference(column);
    if (reference.isPresent()) {
      Constraint rule = reference.get();
      String target = rule.targetColumns().get(rule.columns().indexOf(column.name()));
      return "(SELECT "
          + target
          + " FROM "
          + rule.target()
          + " ORDER BY "
          + String.join(", ", rule.targetColumns())
          + " LIMIT 1 OFFSET "
          + attempt
          + ")";
    }
    List<String> samples = samples(table, column);
    if (table.isUnique(column)) {
      return distinct(table, column, attempt)
          .orElseGet(() -> samples.isEmpty() ? "NULL" : samples.get(attempt % samples.size()));
    }
    if (samples.isEmpty()) {
      return copied(table, column);
    }
    return samples.get(attempt % samples.size());
  }

  /** A type that is not known: a value that is there already. */
  private static String copied(Table table, Column column) {
    return "(SELECT "
        + column.name()
        + " FROM "
        + table.name()
        + " WHERE "
        + column.name()
        + " IS NOT NULL LIMIT 1)";
  }

  private static List<String> samples(Table table, Column column) {
    String expressions =
        table.constraints().stream()
            .filter(c -> c.sort() == Constraint.Sort.CHECK)
            .filter(c -> c.columns().contains(column.name()))
            .map(Constraint::expression)
            .collect(Collectors.joining(" "));
    List<String> samples = new ArrayList<>(Samples.of(column));
    if (!expressions.isEmpty()) {
      samples.addAll(Samples.around(expressions));
    }
    return samples;
  }

  private Optional<String> distinct(Table table, Column column, int attempt) {
    int number = made + attempt;
    String next =
        attempt % 2 == 0
            ? "(SELECT coalesce(max(%s), 0) + %d FROM %s)"
                .formatted(column.name(), 1 + attempt, table.name())
            : String.valueOf(1000 + number);
    String word = "made" + number + "x" + attempt;
    return switch (column.base()) {
      case "int2", "int4", "int8", "numeric", "float4", "float8" -> Optional.of(next);
      case "text", "varchar", "citext", "bpchar", "name" -> Optional.of(cut(word, column.type()));
      case "uuid" -> Optional.of("md5('" + word + "')::uuid");
      case "date" -> Optional.of("date '2100-01-01' + " + number);
      case "timestamp", "timestamptz" ->
          Optional.of("timestamp '2100-01-01' + " + number + " * interval '1 day'");
      case "bytea" -> Optional.of("decode(md5('" + word + "'), 'hex')");
      default -> Optional.empty();
    };
  }

  /** The end of a word differs from that of others. */
  private static String cut(String word, String type) {
    Matcher found = LENGTH.matcher(type);
    int most = found.find() ? Integer.parseInt(found.group(1)) : word.length();
    return "'" + word.substring(Math.max(0, word.length() - most)) + "'";
  }
}
