package dev.ripcord.migration.undo;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.StatementScope;
import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Writes a down from the statements alone. Only what a statement says of itself is reverted: what
 * it made, and what it renamed. What was there before is not known without a database, so it is
 * never written.
 */
public final class Statements {
  /** Words that PostgreSQL does not take as a name without quotes. */
  private static final Set<String> RESERVED =
      Set.of(
          ("all analyse analyze and any array as asc asymmetric authorization binary both case cast"
                  + " check collate collation column concurrently constraint create cross"
                  + " current_catalog current_date current_role current_schema current_time"
                  + " current_timestamp current_user default deferrable desc distinct do else end"
                  + " except false fetch for foreign freeze from full grant group having ilike in"
                  + " initially inner intersect into is isnull join lateral leading left like limit"
                  + " localtime localtimestamp natural not notnull null offset on only or order"
                  + " outer overlaps placing primary references returning right select session_user"
                  + " similar some symmetric system_user table tablesample then to trailing true"
                  + " union unique user using variadic verbose when where window with")
              .split(" "));

  private final Function<Statement, List<SqlOperation>> reader;

  /**
   * With a reader of SQL.
   *
   * @param reader what a statement asks for
   */
  public Statements(Function<Statement, List<SqlOperation>> reader) {
    this.reader = reader;
  }

  /** What reverts an up. */
  public DownDraft draft(Script up) {
    List<DownDraft.Part> parts = new ArrayList<>();
    for (Statement statement : up.work()) {
      List<String> sql = new ArrayList<>();
      List<String> cannot = new ArrayList<>();
      if (StatementScope.mayChangeRows(statement)) {
        cannot.add("rows that this statement has changed");
      } else {
        reader.apply(statement).forEach(deed -> deed(deed, sql, cannot));
      }
      parts.add(new DownDraft.Part(statement, sql.reversed(), cannot, List.of()));
    }
    return new DownDraft(parts, "from the statements alone, no database was asked");
  }

  private static void deed(SqlOperation deed, List<String> sql, List<String> cannot) {
    if (deed instanceof SqlOperation.AlterTable alter && !alter.ifExists()) {
      alter.actions().forEach(action -> action(alter.name(), action, sql, cannot));
      return;
    }
    Optional<String> undone =
        switch (deed) {
          case SqlOperation.CreateTable made when !made.ifNotExists() && !made.temporary() ->
              Optional.of("DROP TABLE " + quoted(made.name()));
          case SqlOperation.CreateIndex made when made.name().isPresent() && !made.ifNotExists() ->
              Optional.of(
                  "DROP INDEX "
                      + (made.concurrently() ? "CONCURRENTLY " : "")
                      + quoted(new Name(made.table().schema(), made.name().get())));
          case SqlOperation.RenameIndex renamed ->
              Optional.of(
                  "ALTER INDEX "
                      + quoted(new Name(renamed.name().schema(), renamed.to()))
                      + " RENAME TO "
                      + quoted(renamed.name().name()));
          case SqlOperation.CreateView made when !made.replace() && !made.temporary() ->
              Optional.of(
                  "DROP "
                      + (made.thing() == SqlOperation.Thing.MATERIALIZED_VIEW
                          ? "MATERIALIZED VIEW "
                          : "VIEW ")
                      + quoted(made.name()));
          case SqlOperation.CreateDomain made -> Optional.of("DROP DOMAIN " + quoted(made.name()));
          case SqlOperation.Setting ignored -> Optional.of("");
          case SqlOperation.Maintain ignored -> Optional.of("");
          default -> Optional.empty();
        };
    undone.filter(text -> !text.isEmpty()).ifPresent(sql::add);
    if (undone.isEmpty()) {
      cannot.add("what this statement did, as far as it is known without a database");
    }
  }

  private static void action(Name table, Action action, List<String> sql, List<String> cannot) {
    String alter = "ALTER TABLE " + quoted(table) + " ";
    Optional<String> undone =
        switch (action) {
          case Action.AddColumn add when !add.ifNotExists() ->
              Optional.of(alter + "DROP COLUMN " + quoted(add.column().name()));
          case Action.AddConstraint add when add.constraint().name().isPresent() ->
              Optional.of(alter + "DROP CONSTRAINT " + quoted(add.constraint().name().get()));
          case Action.Rename renamed ->
              Optional.of(
                  "ALTER TABLE "
                      + quoted(new Name(table.schema(), renamed.to()))
                      + " RENAME TO "
                      + quoted(table.name()));
          case Action.RenameColumn renamed ->
              Optional.of(
                  alter
                      + "RENAME COLUMN "
                      + quoted(renamed.to())
                      + " TO "
                      + quoted(renamed.column()));
          case Action.RenameConstraint renamed ->
              Optional.of(
                  alter
                      + "RENAME CONSTRAINT "
                      + quoted(renamed.to())
                      + " TO "
                      + quoted(renamed.name()));
          default -> Optional.empty();
        };
    undone.ifPresent(sql::add);
    if (undone.isEmpty()) {
      cannot.add(
          action instanceof Action.DropColumn dropped
              ? "the column " + dropped.column() + " and its values"
              : "what this did to "
                  + table
                  + ": how it was before is not known without a database");
    }
  }

  private static String quoted(Name name) {
    return name.schema().map(schema -> quoted(schema) + ".").orElse("") + quoted(name.name());
  }

  /** In quotes where it is no plain word. */
  private static String quoted(String name) {
    return name.matches("[a-z_][a-z0-9_]*") && !RESERVED.contains(name) ? name : Quoting.name(name);
  }
}
