package dev.ripcord.parse;

import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.SqlOperation.Reach;
import dev.ripcord.migration.statement.TypeName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.antlr.v4.runtime.tree.ParseTree;
import org.jspecify.annotations.Nullable;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** Reads {@code ALTER TABLE} and its like for views. */
final class AlterParser {
  private AlterParser() {}

  static SqlOperation table(SQLParser.Alter_table_statementContext alter) {
    List<Action> actions = new ArrayList<>();
    alter.table_action().forEach(each -> actions.add(action(each)));
    if (alter.RENAME() != null) {
      String from = Sql.identifier(alter.identifier(0));
      String to = Sql.identifier(alter.identifier(1));
      actions.add(
          alter.CONSTRAINT() != null
              ? new Action.RenameConstraint(from, to)
              : new Action.RenameColumn(from, to));
    } else if (alter.set_schema() != null) {
      actions.add(new Action.SetSchema(Sql.identifier(alter.set_schema().identifier())));
    } else if (alter.rename_to() != null) {
      actions.add(new Action.Rename(Sql.identifier(alter.rename_to().name)));
    } else if (alter.alter_partition() != null) {
      actions.add(partition(alter.alter_partition()));
    }
    if (actions.isEmpty()) {
      return new SqlOperation.Opaque(
          "ALTER TABLE " + Sql.name(alter.name) + ": not a form of PostgreSQL");
    }
    return new SqlOperation.AlterTable(
        Sql.name(alter.name), alter.if_exists() != null, alter.ONLY() != null, actions);
  }

  private static Action partition(SQLParser.Alter_partitionContext partition) {
    if (partition.ATTACH() != null) {
      var value = partition.partition_table_value();
      return new Action.Attach(
          Sql.name(value.schema_qualified_name()), Sql.text(value.for_values_bound()));
    }
    boolean gentle = partition.CONCURRENTLY() != null || partition.FINALIZE() != null;
    return new Action.Detach(Sql.name(partition.child), gentle);
  }

  private static Action action(SQLParser.Table_actionContext action) {
    if (action.table_column_definition() != null) {
      return new Action.AddColumn(
          TableParser.column(action.table_column_definition()), action.if_not_exists() != null);
    }
    if (action.column_action() != null) {
      return column(Sql.identifier(action.column), action.column_action());
    }
    if (action.constraint_common() != null) {
      return TableParser.constraint(action.constraint_common(), Optional.empty())
          .<Action>map(Action.AddConstraint::new)
          .orElseGet(() -> hard("ADD"));
    }
    if (action.DROP() != null) {
      return new Action.DropColumn(
          Sql.identifier(action.column),
          action.if_exists() != null,
          cascades(action.cascade_restrict()));
    }
    if (action.drop_constraint() != null) {
      var drop = action.drop_constraint();
      return new Action.DropConstraint(
          Sql.identifier(drop.constraint_name),
          drop.if_exists() != null,
          cascades(drop.cascade_restrict()));
    }
    if (action.validate_constraint() != null) {
      return new Action.Validate(Sql.name(action.validate_constraint().constraint_name).name());
    }
    return storage(action);
  }

  static boolean cascades(SQLParser.@Nullable Cascade_restrictContext end) {
    return end != null && end.CASCADE() != null;
  }

  private static Action storage(SQLParser.Table_actionContext action) {
    if (action.set_tablespace() != null) {
      return new Action.SetTablespace(Sql.identifier(action.set_tablespace().identifier()));
    }
    if (action.set_logged() != null) {
      return new Action.SetLogged(action.set_logged().UNLOGGED() != null);
    }
    if (action.ACCESS() != null) {
      return new Action.SetAccessMethod(
          Optional.ofNullable(action.access_method_name).map(Sql::identifier));
    }
    if (action.storage_parameters() != null) {
      return new Action.Options(options(action.storage_parameters()));
    }
    if (action.RESET() != null) {
      return new Action.Options(options(action.names_in_parens()));
    }
    if (action.parent_table != null) {
      boolean no = Sql.text(action).toLowerCase(Locale.ROOT).startsWith("no");
      return new Action.Inherit(Sql.name(action.parent_table), no);
    }
    return plain(action);
  }

  private static Action plain(SQLParser.Table_actionContext action) {
    if (action.TRIGGER() != null) {
      return new Action.Plain(
          "ENABLE or DISABLE TRIGGER", LockMode.SHARE_ROW_EXCLUSIVE, Reach.TRIGGERED, Grade.MEDIUM);
    }
    if (action.CLUSTER() != null) {
      return gentle("CLUSTER ON");
    }
    if (action.CONSTRAINT() != null) {
      return new Action.Plain(
          "ALTER CONSTRAINT", LockMode.ACCESS_EXCLUSIVE, Reach.WHOLE, Grade.MEDIUM);
    }
    if (action.SECURITY() != null) {
      boolean hides = action.ENABLE() != null || (action.FORCE() != null && action.NO() == null);
      return new Action.Plain(
          "ROW LEVEL SECURITY",
          LockMode.ACCESS_EXCLUSIVE,
          Reach.ALONE,
          Grade.HIGH,
          Optional.of("code finds only the rows that a policy lets it see").filter(it -> hides));
    }
    if (action.RULE() != null) {
      return new Action.Plain("RULE", LockMode.ACCESS_EXCLUSIVE, Reach.ALONE, Grade.MEDIUM);
    }
    String words = Sql.text(action).split("\\s+", 3)[0].toUpperCase(Locale.ROOT);
    return hard("ALTER TABLE … " + words);
  }

  private static Action hard(String what) {
    return new Action.Plain(what, LockMode.ACCESS_EXCLUSIVE, Reach.ALONE, Grade.LOW);
  }

  private static Action gentle(String what) {
    return new Action.Plain(what, LockMode.SHARE_UPDATE_EXCLUSIVE, Reach.ALONE, Grade.LOW);
  }

  static Set<String> options(ParseTree parameters) {
    Set<String> names = new LinkedHashSet<>();
    for (var each : Sql.all(parameters, SQLParser.Storage_parameter_nameContext.class)) {
      names.add(each.getText().toLowerCase(Locale.ROOT));
    }
    for (var each : Sql.all(parameters, SQLParser.Schema_qualified_nameContext.class)) {
      names.add(each.getText().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  private static Action column(String column, SQLParser.Column_actionContext action) {
    if (action.TYPE() != null) {
      return type(column, action);
    }
    if (action.set_def_column() != null) {
      boolean none = action.set_def_column().vex().getText().equalsIgnoreCase("null");
      return new Action.Default(column, !none, false);
    }
    if (action.drop_def() != null) {
      return new Action.Default(column, false, false);
    }
    if (action.NULL() != null) {
      return action.set != null ? new Action.SetNotNull(column) : new Action.DropNotNull(column);
    }
    if (action.EXPRESSION() != null && action.SET() != null) {
      return new Action.SetExpression(column);
    }
    if (action.IDENTITY() != null) {
      return new Action.Default(column, false, true);
    }
    if (action.compression_identifier() != null) {
      return hard("SET COMPRESSION");
    }
    if (action.storage_parameters() != null || action.RESET() != null) {
      return gentle("ALTER COLUMN … SET");
    }
    if (action.set_statistics() != null) {
      return new Action.Plain(
          "ALTER COLUMN … SET", LockMode.SHARE_UPDATE_EXCLUSIVE, Reach.WHOLE, Grade.LOW);
    }
    boolean always =
        action.alter_identity().stream().anyMatch(each -> each.ALWAYS() != null)
            || (action.identity_body() != null && action.identity_body().ALWAYS() != null);
    return new Action.Plain(
        "ALTER COLUMN …",
        LockMode.ACCESS_EXCLUSIVE,
        Reach.WHOLE,
        Grade.LOW,
        Optional.of("old code that inserts its own value for " + column + " fails")
            .filter(it -> always));
  }

  private static Action type(String column, SQLParser.Column_actionContext action) {
    List<TypeName> casts = new ArrayList<>();
    boolean computed = action.vex() != null && !UsingParser.isCast(action.vex(), column, casts);
    return new Action.ChangeType(
        column, Sql.type(action.data_type()), casts, computed, action.collate_identifier() != null);
  }

  static SqlOperation view(SQLParser.Alter_view_statementContext alter) {
    var action = alter.alter_view_action();
    List<Action> actions = new ArrayList<>();
    if (action.rename_to() != null) {
      actions.add(new Action.Rename(Sql.identifier(action.rename_to().name)));
    } else if (action.set_schema() != null) {
      actions.add(new Action.SetSchema(Sql.identifier(action.set_schema().identifier())));
    } else if (action.RENAME() != null) {
      actions.add(
          new Action.RenameColumn(
              Sql.identifier(action.identifier(0)), Sql.identifier(action.identifier(1))));
    } else {
      actions.add(hard("ALTER VIEW"));
    }
    return new SqlOperation.AlterTable(
        Sql.name(alter.name), alter.if_exists() != null, true, actions);
  }

  static SqlOperation stored(SQLParser.Alter_materialized_view_statementContext alter) {
    if (alter.schema_qualified_name() == null) {
      return new SqlOperation.Opaque("ALTER MATERIALIZED VIEW ALL: moves whatever is there");
    }
    var body = alter.alter_materialized_view_action();
    List<Action> actions = new ArrayList<>();
    if (body.rename_to() != null) {
      actions.add(new Action.Rename(Sql.identifier(body.rename_to().name)));
    } else if (body.set_schema() != null) {
      actions.add(new Action.SetSchema(Sql.identifier(body.set_schema().identifier())));
    } else if (body.RENAME() != null) {
      actions.add(
          new Action.RenameColumn(
              Sql.identifier(body.identifier(0)), Sql.identifier(body.identifier(1))));
    }
    body.materialized_view_action().forEach(each -> actions.add(stored(each)));
    if (actions.isEmpty()) {
      actions.add(hard("ALTER MATERIALIZED VIEW"));
    }
    return new SqlOperation.AlterTable(
        Sql.name(alter.schema_qualified_name()), alter.if_exists() != null, true, actions);
  }

  private static Action stored(SQLParser.Materialized_view_actionContext action) {
    if (action.access_method_name != null) {
      return new Action.SetAccessMethod(Optional.of(Sql.identifier(action.access_method_name)));
    }
    if (action.STORAGE() != null) {
      return hard("SET STORAGE");
    }
    boolean own = action.ALTER() == null;
    if (own && action.storage_parameters() != null) {
      return new Action.Options(options(action.storage_parameters()));
    }
    return own && action.RESET() != null
        ? new Action.Options(options(action.names_in_parens()))
        : gentle("ALTER MATERIALIZED VIEW");
  }
}
