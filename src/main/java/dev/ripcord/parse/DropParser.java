package dev.ripcord.parse;

import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.SqlOperation.Thing;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** Reads {@code DROP}. */
final class DropParser {
  private DropParser() {}

  static SqlOperation read(ParserRuleContext drop) {
    return switch (drop) {
      case SQLParser.Drop_statementsContext things -> things(things);
      case SQLParser.Drop_database_statementContext database ->
          drop(
              Thing.DATABASE, Sql.name(database.identifier()), database.if_exists() != null, false);
      case SQLParser.Drop_function_statementContext function ->
          drop(
              Thing.FUNCTION,
              Sql.name(function.name),
              function.if_exists() != null,
              AlterParser.cascades(function.cascade_restrict()));
      case SQLParser.Drop_trigger_statementContext trigger ->
          part('t', trigger.name, trigger.table_name, trigger.if_exists() != null);
      case SQLParser.Drop_rule_statementContext rule ->
          part('r', rule.name, rule.schema_qualified_name(), rule.if_exists() != null);
      case SQLParser.Drop_policy_statementContext policy ->
          part(
              'p', policy.identifier(), policy.schema_qualified_name(), policy.if_exists() != null);
      case SQLParser.Drop_owned_statementContext ignored ->
          new SqlOperation.Opaque("DROP OWNED drops all that a role owns, whatever it is");
      default -> new SqlOperation.Other("DROP", Grade.HIGH, Optional.empty());
    };
  }

  private static SqlOperation part(
      char kind, ParserRuleContext name, ParserRuleContext table, boolean ifExists) {
    String what =
        switch (kind) {
          case 't' -> "DROP TRIGGER";
          case 'r' -> "DROP RULE";
          default -> "DROP POLICY";
        };
    return new SqlOperation.DropPart(what, Sql.name(table), kind, Sql.identifier(name), ifExists);
  }

  private static SqlOperation drop(Thing thing, Name name, boolean ifExists, boolean cascade) {
    return new SqlOperation.Drop(thing, List.of(name), ifExists, cascade, false);
  }

  private static SqlOperation things(SQLParser.Drop_statementsContext drop) {
    var end = drop.if_exist_names_restrict_cascade();
    return new SqlOperation.Drop(
        thing(drop),
        Sql.names(end.names_references().schema_qualified_name()),
        end.if_exists() != null,
        AlterParser.cascades(end.cascade_restrict()),
        drop.CONCURRENTLY() != null);
  }

  private static Thing thing(SQLParser.Drop_statementsContext drop) {
    if (drop.TABLE() != null) {
      return Thing.TABLE;
    }
    if (drop.VIEW() != null) {
      return drop.MATERIALIZED() != null ? Thing.MATERIALIZED_VIEW : Thing.VIEW;
    }
    if (drop.INDEX() != null) {
      return Thing.INDEX;
    }
    if (drop.SEQUENCE() != null) {
      return Thing.SEQUENCE;
    }
    if (drop.SCHEMA() != null) {
      return Thing.SCHEMA;
    }
    if (drop.DOMAIN() != null) {
      return Thing.DOMAIN;
    }
    if (drop.EXTENSION() != null) {
      return Thing.EXTENSION;
    }
    if (drop.STATISTICS() != null) {
      return Thing.STATISTICS;
    }
    return drop.TYPE() != null ? Thing.TYPE : Thing.OTHER;
  }
}
