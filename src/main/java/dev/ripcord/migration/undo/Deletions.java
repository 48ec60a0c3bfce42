package dev.ripcord.migration.undo;

import dev.ripcord.migration.sql.Assignments;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.StatementScope;
import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Goes through downs in the order in which they run, and finds what each may delete of what is in
 * the database before the first of them. What is known to delete nothing is listed; every other
 * statement is {@link Deletion.Unknown}. Not thread-safe.
 */
public final class Deletions {
  private static final Pattern OVERWRITES =
      Pattern.compile("\\bdo\\s+update\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern CASCADES =
      Pattern.compile("\\bcascade\\b", Pattern.CASE_INSENSITIVE);

  private final Function<Statement, List<SqlOperation>> reader;

  /** What has another name since the first down, by the new one. */
  private final Map<Name, Name> tables = new HashMap<>();

  private final Map<String, String> columns = new HashMap<>();

  /** What these downs have made themselves: what is in it comes from elsewhere. */
  private final Set<Name> made = new HashSet<>();

  private final Set<String> added = new HashSet<>();

  private final Set<Name> temporary = new HashSet<>();
  private boolean renamed;
  private Optional<List<String>> searchPath = Optional.empty();
  private List<Deletion.Placed> found = new ArrayList<>();

  /**
   * Begins with a database as it stands.
   *
   * @param reader what a statement asks for; gives {@link SqlOperation.Opaque} where it cannot be
   *     read
   */
  public Deletions(Function<Statement, List<SqlOperation>> reader) {
    this.reader = reader;
  }

  /** What the next down may delete. */
  public List<Deletion.Placed> next(Script down) {
    found = new ArrayList<>();
    temporary.clear();
    searchPath = Optional.empty();
    for (Statement statement : down.work()) {
      reader.apply(statement).forEach(deed -> deed(statement, deed));
    }
    return List.copyOf(found);
  }

  private void add(Deletion deletion) {
    found.add(new Deletion.Placed(deletion, searchPath, renamed));
  }

  private void unknown(Statement statement, String why) {
    add(new Deletion.Unknown("line " + statement.line() + ": " + why));
  }

  private void deed(Statement statement, SqlOperation deed) {
    switch (deed) {
      case SqlOperation.CreateTable create ->
          (create.temporary() ? temporary : made).add(create.name());
      case SqlOperation.AlterTable alter ->
          alter.actions().forEach(action -> action(alter, action));
      case SqlOperation.Drop drop -> drop(statement, drop);
      case SqlOperation.Write write -> write(statement, write);
      case SqlOperation.Truncate truncate -> truncate(statement, truncate);
      case SqlOperation.Query query -> query(statement, query);
      case SqlOperation.AlterComposite type -> {
        if (!type.dropped().isEmpty()) {
          unknown(statement, "ALTER TYPE " + type.type() + " DROP ATTRIBUTE");
        }
      }
      case SqlOperation.RenameSchema ignored -> renamed = true;
      case SqlOperation.Setting setting -> {
        if (setting.name().equals("search_path")) {
          searchPath =
              setting.values().isEmpty() ? Optional.empty() : Optional.of(setting.values());
        }
      }
      case SqlOperation.Other other -> {
        if (other.what().equals("DROP") && CASCADES.matcher(statement.text()).find()) {
          unknown(statement, "DROP … CASCADE");
        }
      }
      case SqlOperation.Opaque opaque -> unknown(statement, opaque.why());
      case SqlOperation.RenameIndex ignored -> {}
      case SqlOperation.CreateIndex ignored -> {}
      case SqlOperation.Reindex ignored -> {}
      case SqlOperation.Touch ignored -> {}
      case SqlOperation.Rebuild ignored -> {}
      case SqlOperation.Maintain ignored -> {}
      case SqlOperation.Refresh ignored -> {}
      case SqlOperation.TightenDomain ignored -> {}
      case SqlOperation.RenameType ignored -> {}
      case SqlOperation.LoosenDomain ignored -> {}
      case SqlOperation.DropPart ignored -> {}
      case SqlOperation.Publish ignored -> {}
      case SqlOperation.CreateView ignored -> {}
      case SqlOperation.Make ignored -> {}
      case SqlOperation.CreateDomain ignored -> {}
      case SqlOperation.CreateFunction ignored -> {}
    }
  }

  private boolean isOwn(Name table) {
    return made.contains(table) || temporary.contains(table);
  }

  private Name live(Name table) {
    return tables.getOrDefault(table, table);
  }

  private static String key(Name table, String column) {
    return table + "\n" + column;
  }

  private void action(SqlOperation.AlterTable alter, Action action) {
    Name table = alter.name();
    switch (action) {
      case Action.DropColumn drop -> {
        String key = key(table, drop.column());
        if (!isOwn(table) && !added.contains(key)) {
          String column = columns.getOrDefault(key, drop.column());
          add(new Deletion.Values(live(table), column));
        }
      }
      case Action.ChangeType change -> {
        String key = key(table, change.column());
        if (!isOwn(table) && !added.contains(key)) {
          add(
              change.computed()
                  ? new Deletion.Some("ALTER COLUMN " + change.column() + " … USING", live(table))
                  : new Deletion.Conversion(
                      live(table), columns.getOrDefault(key, change.column()), change.type()));
        }
      }
      case Action.AddColumn add -> {
        if (!add.ifNotExists()) {
          added.add(key(table, add.column().name()));
        }
      }
      case Action.Rename rename -> move(table, new Name(table.schema(), rename.to()));
      case Action.SetSchema set -> move(table, Name.of(set.schema(), table.name()));
      case Action.RenameColumn rename -> {
        renamed = true;
        String key = key(table, rename.column());
        if (added.contains(key)) {
          added.add(key(table, rename.to()));
        } else {
          columns.put(key(table, rename.to()), columns.getOrDefault(key, rename.column()));
        }
      }
      case Action.SetNotNull ignored -> {}
      case Action.DropNotNull ignored -> {}
      case Action.Default ignored -> {}
      case Action.SetExpression ignored -> {}
      case Action.AddConstraint ignored -> {}
      case Action.DropConstraint ignored -> {}
      case Action.Validate ignored -> {}
      case Action.RenameConstraint ignored -> {}
      case Action.Attach ignored -> {}
      case Action.Detach ignored -> {}
      case Action.Inherit ignored -> {}
      case Action.SetTablespace ignored -> {}
      case Action.SetLogged ignored -> {}
      case Action.SetAccessMethod ignored -> {}
      case Action.Options ignored -> {}
      case Action.Plain ignored -> {}
    }
  }

  private void move(Name from, Name to) {
    renamed = true;
    if (isOwn(from)) {
      made.add(to);
      return;
    }
    made.remove(to);
    tables.put(to, live(from));
    tables.put(Name.of(to.name()), live(from));
  }

  private void drop(Statement statement, SqlOperation.Drop drop) {
    switch (drop.thing()) {
      case TABLE -> drop.names().stream().filter(name -> !isOwn(name)).forEach(this::dropTable);
      case SCHEMA -> {
        if (drop.cascade()) {
          drop.names().forEach(name -> add(new Deletion.SchemaRows(name.name())));
        }
      }
      case EXTENSION -> {
        drop.names().forEach(name -> add(new Deletion.ExtensionRows(name.name())));
        cascade(statement, drop);
      }
      case TYPE, DOMAIN, OTHER -> cascade(statement, drop);
      case DATABASE -> unknown(statement, "DROP DATABASE");
      case VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE, INDEX, SEQUENCE, FUNCTION, STATISTICS -> {}
    }
  }

  private void dropTable(Name name) {
    add(new Deletion.Rows(live(name)));
  }

  /** The columns of a type go with it. */
  private void cascade(Statement statement, SqlOperation.Drop drop) {
    if (drop.cascade()) {
      unknown(statement, "DROP … CASCADE takes the columns that depend on it");
    }
  }

  private void write(Statement statement, SqlOperation.Write write) {
    Name table = write.table();
    if (isOwn(table)) {
      return;
    }
    switch (write.how()) {
      case INSERT_VALUES, INSERT_QUERY -> {
        if (OVERWRITES.matcher(statement.text()).find()) {
          add(new Deletion.Some("INSERT … ON CONFLICT DO UPDATE", live(table)));
        }
      }
      case COPY -> {}
      case UPDATE -> {
        boolean own =
            Assignments.of(statement)
                .filter(
                    set ->
                        set.columns().stream().allMatch(each -> added.contains(key(table, each))))
                .isPresent();
        if (!own) {
          add(new Deletion.Some("UPDATE", live(table)));
        }
      }
      case DELETE, MERGE -> add(new Deletion.Some(write.how().name(), live(table)));
    }
  }

  private void truncate(Statement statement, SqlOperation.Truncate truncate) {
    truncate.tables().stream().filter(name -> !isOwn(name)).forEach(this::dropTable);
    truncate.alone().stream().filter(name -> !isOwn(name)).forEach(this::dropTable);
    if (truncate.cascade()) {
      unknown(statement, "TRUNCATE … CASCADE empties every table that refers to it");
    }
  }

  private void query(Statement statement, SqlOperation.Query query) {
    query.functions().stream()
        .filter(name -> !StatementScope.leavesRowsAlone(name.schema(), name.name()))
        .findFirst()
        .ifPresent(name -> unknown(statement, "it calls " + name + "(), which may change any row"));
  }
}
