package dev.ripcord.parse;

import dev.ripcord.migration.statement.TypeName;
import java.util.List;
import java.util.Locale;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** Reads the {@code USING} of a type change. */
final class UsingParser {
  private UsingParser() {}

  /** Whether an expression is the column itself, or casts of it, which are collected. */
  static boolean isCast(SQLParser.VexContext expression, String column, List<TypeName> casts) {
    if (expression.CAST_EXPRESSION() != null) {
      boolean plain = isCast(expression.vex(0), column, casts);
      casts.add(Sql.type(expression.data_type()));
      return plain;
    }
    if (expression.LEFT_PAREN() != null
        && expression.vex().size() == 1
        && expression.IN() == null) {
      return expression.indirection_list() == null && isCast(expression.vex(0), column, casts);
    }
    if (expression.collate_identifier() != null) {
      return isCast(expression.vex(0), column, casts);
    }
    var primary = expression.value_expression_primary();
    if (primary == null) {
      return false;
    }
    if (primary.indirection_var() != null) {
      return isColumn(primary.indirection_var(), column);
    }
    var call = primary.function_call();
    if (call == null
        || call.system_function() == null
        || call.system_function().cast_specification() == null) {
      return false;
    }
    var cast = call.system_function().cast_specification();
    boolean plain = isCast(cast.vex(), column, casts);
    casts.add(Sql.type(cast.data_type()));
    return plain;
  }

  /** The column by its name, or with the table's before it. */
  private static boolean isColumn(SQLParser.Indirection_varContext variable, String column) {
    if (variable.identifier() == null) {
      return false;
    }
    if (variable.indirection_list() == null) {
      return Sql.identifier(variable.identifier()).equals(column);
    }
    String rest = variable.indirection_list().getText();
    return rest.equals("." + column) || rest.toLowerCase(Locale.ROOT).equals("." + column);
  }
}
