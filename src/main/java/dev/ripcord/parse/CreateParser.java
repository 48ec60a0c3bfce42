package dev.ripcord.parse;

import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.SqlOperation.Reach;
import dev.ripcord.migration.statement.SqlOperation.Thing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** Reads {@code CREATE}, and what describes and grants. */
final class CreateParser {
  private CreateParser() {}

  static List<SqlOperation> read(ParserRuleContext create) {
    return switch (create) {
      case SQLParser.Create_table_statementContext table -> List.of(TableParser.table(table));
      case SQLParser.Create_foreign_table_statementContext table ->
          List.of(TableParser.foreign(table));
      case SQLParser.Create_table_as_statementContext table -> filled(table);
      case SQLParser.Create_index_statementContext index -> List.of(index(index));
      case SQLParser.Create_view_statementContext view ->
          view.MATERIALIZED() == null
              ? List.of(view(view))
              : List.of(new SqlOperation.Query(Sql.calls(view.v_query)), view(view));
      case SQLParser.Create_domain_statementContext domain -> List.of(domain(domain));
      case SQLParser.Create_function_statementContext function -> List.of(function(function));
      case SQLParser.Create_trigger_statementContext trigger -> List.of(trigger(trigger));
      case SQLParser.Create_policy_statementContext policy ->
          List.of(hard("CREATE POLICY", policy.schema_qualified_name()));
      case SQLParser.Create_rewrite_statementContext rule ->
          List.of(hard("CREATE RULE", rule.table_name));
      case SQLParser.Create_statistics_statementContext statistics ->
          List.of(gentle("CREATE STATISTICS", statistics.table_name));
      case SQLParser.Create_publication_statementContext publication ->
          List.of(published(publication.identifier(), publication.publication_object(), false));
      case SQLParser.Create_schema_statementContext schema ->
          List.of(made(Thing.SCHEMA, schema.name == null ? Name.of("") : Sql.name(schema.name)));
      case SQLParser.Create_sequence_statementContext sequence ->
          List.of(made(Thing.SEQUENCE, Sql.name(sequence.name)));
      case SQLParser.Create_type_statementContext type ->
          List.of(made(Thing.TYPE, Sql.name(type.name)));
      case SQLParser.Create_extension_statementContext extension ->
          List.of(made(Thing.EXTENSION, Sql.name(extension.name)));
      case SQLParser.Comment_on_statementContext comment ->
          comment(comment.comment_member_object());
      case SQLParser.Security_labelContext label -> label(label.label_member_object());
      case SQLParser.Rule_commonContext grant -> List.of(grant(grant));
      case SQLParser.Set_statementContext set -> SettingParser.read(set.set_action());
      case SQLParser.Schema_importContext ignored ->
          List.of(other("IMPORT FOREIGN SCHEMA", Grade.LOW));
      case SQLParser.Create_table_external_statementContext ignored ->
          List.of(new SqlOperation.Opaque("CREATE EXTERNAL TABLE: not a form of PostgreSQL"));
      default -> List.of(other("CREATE", Grade.LOW));
    };
  }

  private static SqlOperation other(String what, Grade floor) {
    return new SqlOperation.Other(what, floor, Optional.empty());
  }

  private static SqlOperation made(Thing thing, Name name) {
    return new SqlOperation.Make(thing, name);
  }

  private static SqlOperation hard(String what, ParserRuleContext table) {
    return new SqlOperation.Touch(
        what,
        Sql.name(table),
        LockMode.ACCESS_EXCLUSIVE,
        Reach.ALONE,
        Grade.MEDIUM,
        Optional.empty());
  }

  private static SqlOperation gentle(String what, ParserRuleContext table) {
    return new SqlOperation.Touch(
        what,
        Sql.name(table),
        LockMode.SHARE_UPDATE_EXCLUSIVE,
        Reach.ALONE,
        Grade.LOW,
        Optional.empty());
  }

  private static List<SqlOperation> filled(SQLParser.Create_table_as_statementContext table) {
    boolean temporary = table.TEMPORARY() != null || table.TEMP() != null;
    SqlOperation create =
        new SqlOperation.CreateTable(
            Sql.name(table.name),
            temporary,
            table.if_not_exists() != null,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty());
    if (table.EXECUTE() != null) {
      return List.of(
          new SqlOperation.Opaque("CREATE TABLE … AS EXECUTE: not known what it runs"), create);
    }
    List<SqlOperation> deeds = new ArrayList<>(DataParser.read(table.select_stmt()));
    deeds.add(create);
    return deeds;
  }

  private static SqlOperation index(SQLParser.Create_index_statementContext create) {
    var rest = create.index_rest();
    List<String> columns = new ArrayList<>(Sql.columns(rest.index_columns()));
    if (rest.index_where() != null) {
      columns.addAll(Sql.columns(rest.index_where()));
    }
    return new SqlOperation.CreateIndex(
        Optional.ofNullable(create.name).map(Sql::identifier),
        Sql.name(create.table_name),
        keys(rest),
        columns,
        create.UNIQUE() != null,
        create.CONCURRENTLY() != null,
        create.if_not_exists() != null,
        create.ONLY() != null);
  }

  private static List<String> keys(SQLParser.Index_restContext rest) {
    List<String> keys = new ArrayList<>();
    for (var each : rest.index_columns().index_column()) {
      keys.add(key(each.column));
    }
    if (rest.including_index() != null) {
      keys.addAll(Sql.identifiers(rest.including_index().identifier()));
    }
    return keys;
  }

  /** The column, or the function that an expression calls outermost. */
  private static String key(SQLParser.VexContext expression) {
    boolean inside =
        expression.collate_identifier() != null
            || (expression.LEFT_PAREN() != null
                && expression.vex().size() == 1
                && expression.IN() == null);
    if (inside) {
      return key(expression.vex(0));
    }
    var primary = expression.value_expression_primary();
    if (primary != null && primary.indirection_var() != null) {
      return Sql.identifier(primary.indirection_var().identifier());
    }
    var call = primary == null ? null : primary.function_call();
    return call != null && call.schema_qualified_name_nontype() != null
        ? Sql.name(call.schema_qualified_name_nontype()).name()
        : "expr";
  }

  private static SqlOperation view(SQLParser.Create_view_statementContext create) {
    boolean stored = create.MATERIALIZED() != null;
    return new SqlOperation.CreateView(
        Sql.name(create.name),
        stored ? Thing.MATERIALIZED_VIEW : Thing.VIEW,
        create.REPLACE() != null,
        create.TEMP() != null || create.TEMPORARY() != null);
  }

  private static SqlOperation domain(SQLParser.Create_domain_statementContext create) {
    boolean constrained =
        create.dom_constraint.stream().anyMatch(each -> each.CHECK() != null || each.NOT() != null);
    return new SqlOperation.CreateDomain(
        Sql.name(create.name), Sql.type(create.dat_type), constrained);
  }

  private static SqlOperation function(SQLParser.Create_function_statementContext create) {
    boolean steady =
        create.function_actions_common().stream()
            .anyMatch(each -> each.IMMUTABLE() != null || each.STABLE() != null);
    return new SqlOperation.CreateFunction(
        Sql.name(create.function_parameters().schema_qualified_name()),
        create.REPLACE() != null,
        !steady);
  }

  private static SqlOperation trigger(SQLParser.Create_trigger_statementContext create) {
    boolean each = create.for_each_true != null && create.ROW() != null;
    return new SqlOperation.Touch(
        "CREATE TRIGGER",
        Sql.name(create.table_name),
        LockMode.SHARE_ROW_EXCLUSIVE,
        each ? Reach.PARTITIONS : Reach.ALONE,
        Grade.MEDIUM,
        Optional.empty());
  }

  /** What a publication takes up or gives up. */
  static SqlOperation published(
      ParserRuleContext publication,
      List<SQLParser.Publication_objectContext> objects,
      boolean replaces) {
    List<Name> tables = new ArrayList<>();
    List<Name> alone = new ArrayList<>();
    for (var object : objects) {
      for (var table : Sql.all(object, SQLParser.Only_table_multiplyContext.class)) {
        (table.ONLY() != null ? alone : tables).add(Sql.name(table.schema_qualified_name()));
      }
    }
    return new SqlOperation.Publish(Sql.identifier(publication), tables, alone, replaces);
  }

  private static List<SqlOperation> comment(SQLParser.Comment_member_objectContext object) {
    String what = "COMMENT ON";
    if (object.COLUMN() != null) {
      List<String> parts = Sql.parts(object.name);
      Name table =
          parts.size() > 2
              ? Name.of(parts.get(parts.size() - 3), parts.get(parts.size() - 2))
              : Name.of(parts.getFirst());
      return List.of(
          new SqlOperation.Touch(
              what,
              table,
              LockMode.SHARE_UPDATE_EXCLUSIVE,
              Reach.ALONE,
              Grade.LOW,
              Optional.empty()));
    }
    boolean relation = object.TABLE() != null || object.VIEW() != null;
    return List.of(relation ? gentle(what, object.name) : other(what, Grade.LOW));
  }

  private static List<SqlOperation> label(SQLParser.Label_member_objectContext object) {
    String what = "SECURITY LABEL";
    boolean relation = object.TABLE() != null || object.VIEW() != null;
    return List.of(
        relation ? gentle(what, object.schema_qualified_name()) : other(what, Grade.LOW));
  }

  private static SqlOperation grant(SQLParser.Rule_commonContext grant) {
    boolean takes = Sql.text(grant).regionMatches(true, 0, "revoke", 0, 6);
    return takes
        ? new SqlOperation.Other(
            "REVOKE", Grade.HIGH, Optional.of("REVOKE: code that needs the right fails"))
        : other("GRANT", Grade.LOW);
  }
}
