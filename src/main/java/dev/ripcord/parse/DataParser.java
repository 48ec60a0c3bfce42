package dev.ripcord.parse;

import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.SqlOperation.Writing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.antlr.v4.runtime.tree.ParseTree;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** Reads what reads and writes rows. */
final class DataParser {
  /** Functions of the server that give many rows where one is asked for. */
  private static final Set<String> MANY =
      Set.of(
          "generate_series",
          "generate_subscripts",
          "unnest",
          "regexp_matches",
          "regexp_split_to_table",
          "string_to_table",
          "json_array_elements",
          "json_array_elements_text",
          "json_each",
          "json_each_text",
          "json_object_keys",
          "jsonb_array_elements",
          "jsonb_array_elements_text",
          "jsonb_each",
          "jsonb_each_text",
          "jsonb_object_keys",
          "jsonb_path_query");

  private DataParser() {}

  /** A query or a change of rows, with those in its WITH. */
  static List<SqlOperation> read(ParseTree statement) {
    List<SqlOperation> deeds = new ArrayList<>();
    for (var call : Sql.all(statement, SQLParser.Function_callContext.class)) {
      SettingParser.called(call).ifPresent(deeds::add);
    }
    deeds.add(new SqlOperation.Query(Sql.calls(statement)));
    Sql.all(statement, SQLParser.Insert_stmt_for_psqlContext.class)
        .forEach(each -> deeds.add(insert(each)));
    for (var each : Sql.all(statement, SQLParser.Update_stmt_for_psqlContext.class)) {
      deeds.add(write(Writing.UPDATE, Sql.name(each.update_table_name), each.WHERE() == null));
    }
    for (var each : Sql.all(statement, SQLParser.Delete_stmt_for_psqlContext.class)) {
      boolean all = each.WHERE() == null && each.USING() == null;
      deeds.add(write(Writing.DELETE, Sql.name(each.delete_table_name), all));
    }
    for (var each : Sql.all(statement, SQLParser.Merge_stmt_for_psqlContext.class)) {
      deeds.add(write(Writing.MERGE, Sql.name(each.merge_table_name), false));
    }
    for (var each : Sql.all(statement, SQLParser.Into_tableContext.class)) {
      deeds.add(into(each));
    }
    return deeds;
  }

  private static SqlOperation write(Writing how, Name table, boolean all) {
    return new SqlOperation.Write(how, table, all);
  }

  private static SqlOperation insert(SQLParser.Insert_stmt_for_psqlContext insert) {
    boolean few = insert.select_stmt() == null || isValues(insert.select_stmt().select_ops());
    Name table = Sql.name(insert.insert_table_name);
    return write(few ? Writing.INSERT_VALUES : Writing.INSERT_QUERY, table, false);
  }

  private static boolean isValues(SQLParser.Select_opsContext query) {
    var primary = query.select_primary();
    return primary != null
        && (primary.values_stmt() != null
            || (primary.FROM() == null
                && primary.TABLE() == null
                && Sql.calls(primary).stream().noneMatch(each -> MANY.contains(each.name()))));
  }

  private static SqlOperation into(SQLParser.Into_tableContext into) {
    return new SqlOperation.CreateTable(
        Sql.name(into.schema_qualified_name()),
        into.TEMP() != null || into.TEMPORARY() != null,
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  static List<SqlOperation> copy(SQLParser.Copy_statementContext copy) {
    var from = copy.copy_from_statement();
    if (from != null && from.PROGRAM() != null) {
      return List.of(new SqlOperation.Opaque("COPY FROM PROGRAM runs a program on the server"));
    }
    if (from == null) {
      return copy.copy_to_statement().PROGRAM() != null
          ? List.of(new SqlOperation.Opaque("COPY TO PROGRAM runs a program on the server"))
          : read(copy);
    }
    return List.of(write(Writing.COPY, Sql.name(from.table_cols().schema_qualified_name()), false));
  }
}
