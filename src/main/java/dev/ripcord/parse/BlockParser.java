package dev.ripcord.parse;

import dev.ripcord.migration.statement.SqlOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.antlr.v4.runtime.tree.ParseTree;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/**
 * Reads a {@code DO} block: every statement in it counts, whatever its conditions say. What it
 * builds as text and then executes cannot be told.
 */
final class BlockParser {
  private final SqlParser reader;

  BlockParser(SqlParser reader) {
    this.reader = reader;
  }

  List<SqlOperation> read(SQLParser.Anonymous_blockContext block) {
    String language =
        block.identifier() != null
            ? Sql.identifier(block.identifier())
            : block.sconst().size() > 1 ? language(block) : "plpgsql";
    if (!language.equals("plpgsql")) {
      return List.of(new SqlOperation.Opaque("DO in " + language + " cannot be read"));
    }
    String body =
        block.sconst().stream().map(Sql::string).max((a, b) -> a.length() - b.length()).orElse("");
    Grammar grammar = new Grammar(body);
    SQLParser.Plpgsql_functionContext tree = grammar.parser().plpgsql_function();
    Optional<String> error = grammar.error();
    if (error.isPresent()) {
      return List.of(new SqlOperation.Opaque("the DO block cannot be read: " + error.get()));
    }
    List<SqlOperation> deeds = new ArrayList<>();
    walk(tree, deeds);
    return deeds;
  }

  private static String language(SQLParser.Anonymous_blockContext block) {
    return block.sconst().stream()
        .map(Sql::string)
        .min((a, b) -> a.length() - b.length())
        .orElse("")
        .toLowerCase(Locale.ROOT);
  }

  private void walk(ParseTree tree, List<SqlOperation> deeds) {
    switch (tree) {
      case SQLParser.Schema_statementContext statement -> deeds.addAll(reader.schema(statement));
      case SQLParser.Additional_statementContext statement ->
          deeds.addAll(reader.additional(statement));
      case SQLParser.Data_statementContext statement -> data(statement, deeds);
      case SQLParser.Lock_tableContext lock -> deeds.addAll(reader.lock(lock));
      case SQLParser.Execute_stmtContext execute -> deeds.addAll(execute(execute));
      case SQLParser.Function_callContext call -> {
        deeds.add(new SqlOperation.Query(Sql.calls(call)));
      }
      default -> {
        for (int i = 0; i < tree.getChildCount(); i++) {
          walk(tree.getChild(i), deeds);
        }
      }
    }
  }

  /** In a block {@code SELECT … INTO} fills a variable, not a table. */
  private static void data(SQLParser.Data_statementContext statement, List<SqlOperation> deeds) {
    DataParser.read(statement).stream()
        .filter(deed -> !(deed instanceof SqlOperation.CreateTable))
        .forEach(deeds::add);
  }

  private List<SqlOperation> execute(SQLParser.Execute_stmtContext execute) {
    var primary = execute.vex().value_expression_primary();
    boolean constant =
        primary != null && primary.expr_const() != null && primary.expr_const().sconst() != null;
    return constant
        ? reader.read(Sql.string(primary.expr_const().sconst()))
        : List.of(
            new SqlOperation.Opaque(
                "the DO block executes text that it builds: " + Sql.text(execute.vex())));
  }
}
