package dev.ripcord.migration.proof;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.proof.Shape.Column;
import dev.ripcord.migration.proof.Shape.Table;
import dev.ripcord.migration.sql.ColumnTypeChange;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.StatementScope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the texts of a migration do to rows that no trial shows whole, since only some rows and
 * values are tried: such a migration is never proven.
 *
 * @param before the tables before the up
 * @param after the tables after it
 * @param ownCasts whether there are casts that run a function of somebody else than PostgreSQL
 */
public record UntestedRows(Shape before, Shape after, boolean ownCasts) {
  private static final Set<String> SAFE_AS_TEXT =
      Set.of("int2", "int4", "int8", "uuid", "bool", "text", "varchar", "citext");

  /** What stands in the up and in the down, at most one finding of each. */
  public List<Finding> in(MigrationFile file) {
    return Stream.concat(Stream.of(file.up()), file.down().stream())
        .flatMap(source -> first(source).stream())
        .toList();
  }

  private Optional<Finding> first(SourceFile source) {
    Script script = Script.parse(source.text());
    List<Statement> changes = StatementScope.changes(script);
    if (!changes.isEmpty()) {
      return Optional.of(changed(source, script, changes.getFirst()));
    }
    Optional<Finding> retyped = retyped(source, script);
    if (retyped.isPresent()) {
      return retyped;
    }
    for (Statement statement : script.work()) {
      Set<String> unknown = new HashSet<>(StatementScope.reads(statement));
      unknown.removeAll(tables());
      if (!unknown.isEmpty()) {
        String names = String.join(", ", unknown.stream().sorted().toList());
        return some(source, statement, "reads " + names + ", which may call what changes rows");
      }
      if (StatementScope.setsSequence(statement)) {
        return Optional.of(
            new Finding.Unknown(
                place(source, statement)
                    + "sets where a sequence goes on; it was tried with where it stands now"));
      }
    }
    return Optional.empty();
  }

  private static Finding changed(SourceFile source, Script script, Statement statement) {
    Optional<ColumnTypeChange> computed =
        StatementScope.retypings(script).stream()
            .filter(each -> each.statement().equals(statement))
            .filter(each -> each.way() == ColumnTypeChange.Way.COMPUTED)
            .findFirst();
    String what =
        computed
            .map(each -> "computes the values of " + each.table() + "." + each.column() + " anew")
            .orElse("changes rows or calls what may");
    return some(source, statement, what).orElseThrow();
  }

  private static Optional<Finding> some(SourceFile source, Statement statement, String what) {
    return Optional.of(
        new Finding.Unknown(
            place(source, statement) + what + "; it was tried with some rows only"));
  }

  private static String place(SourceFile source, Statement statement) {
    return source.name() + ":" + statement.line() + " ";
  }

  private Optional<Finding> retyped(SourceFile source, Script script) {
    Set<String> once = new HashSet<>();
    boolean casts = ownCasts || script.work().stream().anyMatch(StatementScope::changesCasts);
    for (ColumnTypeChange each : StatementScope.retypings(script)) {
      String name = each.table() + "." + each.column();
      if (!once.add(name)) {
        return some(source, each.statement(), "changes the type of " + name + " once more");
      }
      if (casts) {
        return some(
            source,
            each.statement(),
            "changes the type of " + name + " by casts that may be your own");
      }
      if (columns(each).isEmpty() || !columns(each).stream().allMatch(c -> isSafe(c, each.way()))) {
        return some(
            source,
            each.statement(),
            "changes the type of " + name + " in a way that is not known");
      }
    }
    return Optional.empty();
  }

  /** Labels are tried one by one; of other types it is known what a cast keeps. */
  private static boolean isSafe(Column column, ColumnTypeChange.Way way) {
    if (!column.labels().isEmpty()) {
      return true;
    }
    return way == ColumnTypeChange.Way.CAST
        ? !Samples.of(column).isEmpty()
        : SAFE_AS_TEXT.contains(column.base());
  }

  private List<Column> columns(ColumnTypeChange retyping) {
    List<Column> found = new ArrayList<>();
    all()
        .filter(table -> last(table).equals(retyping.table()))
        .flatMap(table -> table.columns().stream())
        .filter(column -> bare(column.name()).equals(bare(retyping.column())))
        .forEach(found::add);
    return found;
  }

  private Stream<Table> all() {
    return Stream.concat(before.tables().stream(), after.tables().stream());
  }

  private Set<String> tables() {
    Set<String> names = new HashSet<>();
    all().forEach(table -> names.add(last(table)));
    return names;
  }

  private static String last(Table table) {
    return bare(table.name().substring(table.name().lastIndexOf('.') + 1));
  }

  private static String bare(String name) {
    return name.replace("\"", "");
  }
}
