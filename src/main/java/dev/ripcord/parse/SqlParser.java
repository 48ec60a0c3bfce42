package dev.ripcord.parse;

import dev.ripcord.migration.sql.LiteralRows;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.SqlOperation.Thing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.ParseTree;
import org.jspecify.annotations.Nullable;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/**
 * Reads a statement of SQL and says what it asks for. Never fails: what it cannot read is {@link
 * SqlOperation.Opaque}. Thread-safe.
 */
public final class SqlParser {
  private static final int DEPTH_MAX = 100;

  /** What the library makes of a text is a hundred times as large. */
  private static final int LENGTH_MAX = 2_000_000;

  /** Another spelling of SET search_path, which is not in the grammar. */
  private static final Pattern SET_SCHEMA =
      Pattern.compile(
          "\\s*SET\\s+(?:(?:SESSION|LOCAL)\\s+)?SCHEMA\\s+'((?:[^']|'')*)'\\s*;?\\s*",
          Pattern.CASE_INSENSITIVE);

  private final BlockParser blocks = new BlockParser(this);

  /** The last rows of literals, of which the next ones mostly are more. */
  private volatile @Nullable Rows last;

  private record Rows(String beginning, List<SqlOperation> operations) {}

  /** What a statement of a file asks for, in order. */
  public List<SqlOperation> read(Statement statement) {
    Optional<String> beginning = LiteralRows.beginning(statement);
    if (beginning.isEmpty()) {
      return read(statement.text());
    }
    @Nullable Rows known = last;
    if (known != null && known.beginning().equals(beginning.get())) {
      return known.operations();
    }
    List<SqlOperation> operations = read(statement.text());
    if (operations.stream().noneMatch(SqlOperation.Opaque.class::isInstance)) {
      last = new Rows(beginning.get(), operations);
    }
    return operations;
  }

  List<SqlOperation> read(String text) {
    if (text.length() > LENGTH_MAX) {
      return List.of(
          new SqlOperation.Opaque(
              shown(text) + ": longer than " + LENGTH_MAX + " characters, not read"));
    }
    if (isDeep(text)) {
      return List.of(new SqlOperation.Opaque(shown(text) + ": nested too deep to be read"));
    }
    Matcher schema = SET_SCHEMA.matcher(text);
    if (schema.matches()) {
      return List.of(
          new SqlOperation.Setting("search_path", List.of(schema.group(1).replace("''", "'"))));
    }
    try {
      Grammar grammar = new Grammar(text);
      SQLParser.SqlContext tree = grammar.parser().sql();
      Optional<String> error = grammar.error();
      if (error.isPresent()) {
        return List.of(new SqlOperation.Opaque(shown(text) + ": " + error.get()));
      }
      return tree.statement().stream().flatMap(each -> statement(each).stream()).toList();
    } catch (StackOverflowError tooDeep) {
      return List.of(new SqlOperation.Opaque(shown(text) + ": nested too deep to be read"));
    }
  }

  /**
   * Whether it has more open parentheses at once than a person writes; the grammar is slow then.
   */
  private static boolean isDeep(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' && depth > 0 ? -1 : 0;
      if (depth > DEPTH_MAX) {
        return true;
      }
    }
    return false;
  }

  private static String shown(String text) {
    String line = text.lines().findFirst().orElse("").strip();
    return line.length() > 60 ? line.substring(0, 60) + "…" : line;
  }

  private List<SqlOperation> statement(SQLParser.StatementContext statement) {
    if (statement.data_statement() != null) {
      return DataParser.read(statement.data_statement());
    }
    return statement.schema_statement() != null
        ? schema(statement.schema_statement())
        : script(statement.script_statement());
  }

  List<SqlOperation> schema(SQLParser.Schema_statementContext statement) {
    ParserRuleContext kind = only(statement);
    return switch (kind) {
      case SQLParser.Schema_createContext create -> CreateParser.read(only(create));
      case SQLParser.Schema_alterContext alter -> ChangeParser.read(only(alter));
      case SQLParser.Schema_dropContext drop -> List.of(DropParser.read(only(drop)));
      default -> opaque(statement);
    };
  }

  /** The one part of a piece of the tree that is more than a word. */
  private static ParserRuleContext only(ParserRuleContext context) {
    return context.getRuleContexts(ParserRuleContext.class).getFirst();
  }

  private static List<SqlOperation> opaque(ParserRuleContext context) {
    return List.of(new SqlOperation.Opaque(shown(Sql.text(context)) + ": not known what it does"));
  }

  private static List<SqlOperation> plain(String what, Grade floor) {
    return List.of(new SqlOperation.Other(what, floor, Optional.empty()));
  }

  private List<SqlOperation> script(SQLParser.Script_statementContext statement) {
    var transaction = statement.script_transaction();
    if (transaction != null) {
      return transaction.lock_table() != null
          ? lock(transaction.lock_table())
          : plain("transaction", Grade.LOW);
    }
    var script = statement.script_additional();
    if (script.additional_statement() != null) {
      return additional(script.additional_statement());
    }
    if (script.VACUUM() != null) {
      return vacuum(script);
    }
    if (script.CALL() != null) {
      return List.of(
          new SqlOperation.Opaque(
              shown(Sql.text(script)) + " runs a procedure, which may do anything"));
    }
    if (script.explain_statement() != null) {
      return explain(script.explain_statement());
    }
    return script.execute_statement() != null ? opaque(script) : plain("session", Grade.LOW);
  }

  private static List<SqlOperation> explain(SQLParser.Explain_statementContext explain) {
    boolean runs =
        explain.analyze_keyword() != null
            || explain.explain_option().stream()
                .anyMatch(each -> each.analyze_keyword() != null && Sql.isOn(each.boolean_value()));
    if (!runs) {
      return plain("EXPLAIN", Grade.LOW);
    }
    return explain.explain_query().execute_statement() != null
        ? opaque(explain)
        : DataParser.read(explain);
  }

  List<SqlOperation> lock(SQLParser.Lock_tableContext lock) {
    LockMode mode =
        lock.lock_mode() == null
            ? LockMode.ACCESS_EXCLUSIVE
            : LockMode.of(Sql.text(lock.lock_mode()));
    List<SqlOperation> deeds = new ArrayList<>();
    for (var table : lock.only_table_multiply()) {
      Name name = Sql.name(table.schema_qualified_name());
      SqlOperation.Reach reach =
          table.ONLY() == null ? SqlOperation.Reach.WHOLE : SqlOperation.Reach.ALONE;
      deeds.add(
          new SqlOperation.Touch("LOCK TABLE", name, mode, reach, Grade.MEDIUM, Optional.empty()));
    }
    return deeds;
  }

  private static List<SqlOperation> vacuum(SQLParser.Script_additionalContext vacuum) {
    var mode = vacuum.vacuum_mode();
    boolean full =
        mode.FULL() != null
            || mode.vacuum_option().stream()
                .anyMatch(each -> each.FULL() != null && Sql.isOn(each.boolean_value()));
    return each(
        vacuum.table_cols_list(),
        table ->
            full
                ? new SqlOperation.Rebuild("VACUUM FULL", table)
                : new SqlOperation.Maintain("VACUUM", table));
  }

  private static List<SqlOperation> each(
      SQLParser.@Nullable Table_cols_listContext tables,
      Function<Optional<Name>, SqlOperation> make) {
    if (tables == null) {
      return List.of(make.apply(Optional.empty()));
    }
    return tables.inheritance_specified_table_cols().stream()
        .map(table -> make.apply(Optional.of(Sql.name(table.schema_qualified_name()))))
        .toList();
  }

  List<SqlOperation> additional(SQLParser.Additional_statementContext statement) {
    if (statement.anonymous_block() != null) {
      return blocks.read(statement.anonymous_block());
    }
    if (statement.analyze_keyword() != null) {
      return each(
          statement.table_cols_list(), table -> new SqlOperation.Maintain("ANALYZE", table));
    }
    if (statement.cluster_stmt() != null) {
      Optional<Name> table =
          Optional.ofNullable(statement.cluster_stmt().schema_qualified_name()).map(Sql::name);
      return List.of(new SqlOperation.Rebuild("CLUSTER", table));
    }
    if (statement.REFRESH() != null) {
      Name view = Sql.name(statement.schema_qualified_name());
      return List.of(new SqlOperation.Refresh(view, statement.CONCURRENTLY() != null));
    }
    if (statement.truncate_stmt() != null) {
      return List.of(truncate(statement.truncate_stmt()));
    }
    if (statement.reindex_stmt() != null) {
      return List.of(reindex(statement.reindex_stmt()));
    }
    if (statement.copy_statement() != null) {
      return DataParser.copy(statement.copy_statement());
    }
    if (statement.REASSIGN() != null) {
      return List.of(new SqlOperation.Opaque("REASSIGN OWNED changes all that a role owns"));
    }
    if (statement.RESET() != null) {
      return SettingParser.reset(statement);
    }
    return plain(first(statement), Grade.LOW);
  }

  private static String first(ParseTree statement) {
    return statement.getChild(0).getText().toUpperCase(Locale.ROOT);
  }

  private static SqlOperation truncate(SQLParser.Truncate_stmtContext truncate) {
    List<Name> tables = new ArrayList<>();
    List<Name> alone = new ArrayList<>();
    for (var each : truncate.only_table_multiply()) {
      (each.ONLY() != null ? alone : tables).add(Sql.name(each.schema_qualified_name()));
    }
    return new SqlOperation.Truncate(
        tables, alone, AlterParser.cascades(truncate.cascade_restrict()));
  }

  private static SqlOperation reindex(SQLParser.Reindex_stmtContext reindex) {
    boolean option =
        Sql.all(reindex.reindex_options(), SQLParser.Reindex_optionContext.class).stream()
            .anyMatch(each -> each.CONCURRENTLY() != null && Sql.isOn(each.boolean_value()));
    Thing thing = Thing.DATABASE;
    if (reindex.INDEX() != null) {
      thing = Thing.INDEX;
    } else if (reindex.TABLE() != null) {
      thing = Thing.TABLE;
    } else if (reindex.SCHEMA() != null) {
      thing = Thing.SCHEMA;
    }
    Optional<Name> name = Optional.ofNullable(reindex.schema_qualified_name()).map(Sql::name);
    return new SqlOperation.Reindex(thing, name, option || reindex.CONCURRENTLY() != null);
  }
}
