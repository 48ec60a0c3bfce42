package dev.ripcord.parse;

import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** Reads {@code ALTER} of what is no table. */
final class ChangeParser {
  private ChangeParser() {}

  static List<SqlOperation> read(ParserRuleContext alter) {
    return switch (alter) {
      case SQLParser.Alter_table_statementContext table -> List.of(AlterParser.table(table));
      case SQLParser.Alter_view_statementContext view -> List.of(AlterParser.view(view));
      case SQLParser.Alter_materialized_view_statementContext view ->
          List.of(AlterParser.stored(view));
      case SQLParser.Alter_index_statementContext index -> List.of(index(index));
      case SQLParser.Alter_sequence_statementContext sequence -> List.of(sequence(sequence));
      case SQLParser.Alter_type_statementContext type -> List.of(type(type));
      case SQLParser.Alter_domain_statementContext domain -> List.of(domain(domain));
      case SQLParser.Alter_owner_statementContext owner -> List.of(owner(owner));
      case SQLParser.Alter_trigger_statementContext trigger -> List.of(trigger(trigger));
      case SQLParser.Alter_rule_statementContext rule ->
          List.of(touch("ALTER RULE", rule.schema_qualified_name()));
      case SQLParser.Alter_policy_statementContext policy ->
          List.of(touch("ALTER POLICY", policy.schema_qualified_name()));
      case SQLParser.Alter_publication_statementContext publication ->
          List.of(
              CreateParser.published(
                  publication.identifier(),
                  publication.alter_publication_action().publication_object(),
                  publication.alter_publication_action().SET() != null
                      && !publication.alter_publication_action().publication_object().isEmpty()));
      case SQLParser.Alter_function_statementContext function -> List.of(function(function));
      case SQLParser.Alter_schema_statementContext schema -> List.of(schema(schema));
      case SQLParser.Alter_extension_statementContext ignored ->
          List.of(new SqlOperation.Opaque("ALTER EXTENSION runs the extension's own script"));
      case SQLParser.Alter_statistics_statementContext ignored ->
          List.of(other("ALTER STATISTICS", Grade.LOW));
      case SQLParser.Alter_default_privileges_statementContext ignored ->
          List.of(other("ALTER DEFAULT PRIVILEGES", Grade.LOW));
      default -> List.of(other("ALTER", Grade.MEDIUM));
    };
  }

  private static SqlOperation other(String what, Grade floor) {
    return new SqlOperation.Other(what, floor, Optional.empty());
  }

  private static SqlOperation renamed(String why) {
    return new SqlOperation.Other(
        "RENAME", Grade.HIGH, Optional.of(why + ": old code asks for the old name"));
  }

  private static SqlOperation function(SQLParser.Alter_function_statementContext alter) {
    if (alter.rename_to() != null || alter.set_schema() != null) {
      return renamed("the function is renamed");
    }
    Optional<Boolean> changes =
        alter.function_actions_common().stream()
            .filter(e -> e.VOLATILE() != null || e.STABLE() != null || e.IMMUTABLE() != null)
            .map(each -> each.VOLATILE() != null)
            .findFirst();
    return changes.isPresent() && alter.function_parameters() != null
        ? new SqlOperation.CreateFunction(
            Sql.name(alter.function_parameters().schema_qualified_name()), true, changes.get())
        : other("ALTER FUNCTION", Grade.MEDIUM);
  }

  private static SqlOperation schema(SQLParser.Alter_schema_statementContext alter) {
    return alter.rename_to() == null
        ? other("ALTER SCHEMA", Grade.MEDIUM)
        : new SqlOperation.RenameSchema(
            Sql.identifier(alter.identifier()), Sql.identifier(alter.rename_to().name));
  }

  private static SqlOperation trigger(SQLParser.Alter_trigger_statementContext trigger) {
    return trigger.rename_to() == null
        ? other("ALTER TRIGGER", Grade.LOW)
        : new SqlOperation.Touch(
            "ALTER TRIGGER",
            Sql.name(trigger.schema_qualified_name()),
            LockMode.ACCESS_EXCLUSIVE,
            SqlOperation.Reach.TRIGGERED,
            Grade.MEDIUM,
            Optional.empty());
  }

  private static SqlOperation touch(String what, ParserRuleContext table) {
    return new SqlOperation.Touch(
        what,
        Sql.name(table),
        LockMode.ACCESS_EXCLUSIVE,
        SqlOperation.Reach.ALONE,
        Grade.MEDIUM,
        Optional.empty());
  }

  private static SqlOperation index(SQLParser.Alter_index_statementContext alter) {
    var action = alter.index_def_action();
    return action != null && action.rename_to() != null
        ? new SqlOperation.RenameIndex(
            Sql.name(alter.schema_qualified_name()), Sql.identifier(action.rename_to().name))
        : other("ALTER INDEX", Grade.MEDIUM);
  }

  private static SqlOperation sequence(SQLParser.Alter_sequence_statementContext alter) {
    if (alter.rename_to() != null || alter.set_schema() != null) {
      return renamed("the sequence is renamed");
    }
    boolean restarts = !alter.RESTART().isEmpty();
    return restarts
        ? new SqlOperation.Other(
            "ALTER SEQUENCE",
            Grade.HIGH,
            Optional.of("the sequence starts again: the keys it gives may be taken already"))
        : other("ALTER SEQUENCE", Grade.MEDIUM);
  }

  private static SqlOperation type(SQLParser.Alter_type_statementContext alter) {
    if (alter.new_enum_value != null) {
      return other("ALTER TYPE … ADD VALUE", Grade.LOW);
    }
    if (!alter.type_action().isEmpty()) {
      List<String> dropped =
          alter.type_action().stream()
              .filter(each -> each.DROP() != null)
              .map(each -> Sql.identifier(each.identifier()))
              .toList();
      return new SqlOperation.AlterComposite(Sql.name(alter.name), dropped);
    }
    if (alter.rename_to() != null || alter.set_schema() != null) {
      return moved(alter.name, alter.rename_to(), alter.set_schema(), true);
    }
    return alter.RENAME() != null
        ? renamed("the type or a value of it is renamed")
        : other("ALTER TYPE", Grade.MEDIUM);
  }

  private static SqlOperation domain(SQLParser.Alter_domain_statementContext alter) {
    Name name = Sql.name(alter.name);
    boolean sets = alter.SET() != null && alter.NULL() != null;
    if (sets || alter.dom_constraint != null || alter.validate_constraint() != null) {
      return new SqlOperation.TightenDomain(name, alter.not_valid == null);
    }
    if (alter.rename_to() != null || alter.set_schema() != null) {
      return moved(alter.name, alter.rename_to(), alter.set_schema(), false);
    }
    if (alter.drop_constraint() != null || (alter.DROP() != null && alter.NULL() != null)) {
      return new SqlOperation.LoosenDomain(name);
    }
    return other("ALTER DOMAIN", Grade.MEDIUM);
  }

  /** A type or a domain under another name, or in another schema. */
  private static SqlOperation moved(
      ParserRuleContext type,
      SQLParser.@Nullable Rename_toContext renamed,
      SQLParser.@Nullable Set_schemaContext moved,
      boolean breaks) {
    Name old = Sql.name(type);
    Name now =
        renamed != null
            ? new Name(old.schema(), Sql.identifier(renamed.name))
            : new Name(
                Optional.ofNullable(moved).map(each -> Sql.identifier(each.identifier())),
                old.name());
    return new SqlOperation.RenameType(
        old, now, renamed != null || breaks ? Grade.HIGH : Grade.MEDIUM, breaks);
  }

  private static SqlOperation owner(SQLParser.Alter_owner_statementContext alter) {
    var member = alter.owner_member_object();
    if (member.VIEW() == null) {
      return other("OWNER TO", Grade.LOW);
    }
    Action action =
        new Action.Plain(
            "OWNER TO", LockMode.ACCESS_EXCLUSIVE, SqlOperation.Reach.ALONE, Grade.LOW);
    return new SqlOperation.AlterTable(
        Sql.name(member.name), member.if_exists() != null, true, List.of(action));
  }
}
