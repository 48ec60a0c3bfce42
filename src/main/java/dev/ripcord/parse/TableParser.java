package dev.ripcord.parse;

import dev.ripcord.migration.statement.ColumnSpec;
import dev.ripcord.migration.statement.ConstraintSpec;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** Reads tables, columns and constraints. */
final class TableParser {
  private static final Map<String, String> SERIAL =
      Map.of(
          "serial", "integer",
          "serial4", "integer",
          "smallserial", "smallint",
          "serial2", "smallint",
          "bigserial", "bigint",
          "serial8", "bigint");

  private TableParser() {}

  static SqlOperation table(SQLParser.Create_table_statementContext create) {
    List<ColumnSpec> columns = new ArrayList<>();
    List<ConstraintSpec> constraints = new ArrayList<>();
    List<Name> like = new ArrayList<>();
    List<Name> parents = new ArrayList<>();
    Optional<Name> whole = Optional.empty();
    var body = create.define_table();
    if (body.define_columns() != null) {
      columns(body.define_columns(), columns, constraints, like);
      var heirs = body.define_columns().names_in_parens();
      if (heirs != null) {
        parents.addAll(Sql.names(heirs.names_references().schema_qualified_name()));
      }
    } else if (body.define_partition() != null) {
      whole = Optional.of(Sql.name(body.define_partition().parent_table));
      inside(body.define_partition().list_of_type_column_def(), constraints);
    } else {
      inside(body.define_type().list_of_type_column_def(), constraints);
    }
    boolean temporary = create.TEMPORARY() != null || create.TEMP() != null;
    return new SqlOperation.CreateTable(
        Sql.name(create.name),
        temporary,
        create.if_not_exists() != null,
        columns,
        constraints,
        like,
        parents,
        whole);
  }

  /** A foreign table: its columns do not matter. */
  static SqlOperation foreign(SQLParser.Create_foreign_table_statementContext create) {
    Optional<Name> whole =
        Optional.ofNullable(create.define_partition()).map(of -> Sql.name(of.parent_table));
    return new SqlOperation.CreateTable(
        Sql.name(create.name),
        false,
        create.if_not_exists() != null,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        whole);
  }

  private static void columns(
      SQLParser.Define_columnsContext body,
      List<ColumnSpec> columns,
      List<ConstraintSpec> constraints,
      List<Name> like) {
    for (var part : body.table_column_def()) {
      if (part.table_column_definition() != null) {
        columns.add(column(part.table_column_definition()));
      } else if (part.constraint_common() != null) {
        constraint(part.constraint_common(), Optional.empty()).ifPresent(constraints::add);
      } else if (part.LIKE() != null) {
        like.add(Sql.name(part.schema_qualified_name()));
      }
    }
  }

  private static void inside(
      SQLParser.@Nullable List_of_type_column_defContext body, List<ConstraintSpec> constraints) {
    for (var part : Sql.all(body, SQLParser.Table_of_type_column_defContext.class)) {
      Optional<String> column = Optional.ofNullable(part.identifier()).map(Sql::identifier);
      for (var each : Sql.all(part, SQLParser.Constraint_commonContext.class)) {
        constraint(each, column).ifPresent(constraints::add);
      }
    }
  }

  static ColumnSpec column(SQLParser.Table_column_definitionContext definition) {
    String name = Sql.identifier(definition.identifier());
    TypeName type = Sql.type(definition.data_type());
    Optional<String> filled = Optional.empty();
    if (SERIAL.containsKey(type.name())) {
      filled = Optional.of(type.name());
      type = TypeName.of(SERIAL.getOrDefault(type.name(), type.name()));
    }
    boolean notNull = filled.isPresent();
    boolean hasDefault = false;
    List<Name> calls = new ArrayList<>();
    List<ConstraintSpec> constraints = new ArrayList<>();
    for (var each : definition.constraint_common()) {
      var body = each.constr_body();
      if (body.default_expr != null) {
        hasDefault = !body.default_expr.getText().toLowerCase(Locale.ROOT).matches("null(::.*)?");
        calls.addAll(Sql.calls(body.default_expr));
      } else if (body.identity_body() != null) {
        filled = Optional.of("GENERATED … AS IDENTITY");
        notNull = true;
      } else if (body.GENERATED() != null) {
        hasDefault = true;
        if (body.STORED() != null) {
          filled = Optional.of("GENERATED … STORED");
        }
      } else if (body.NULL() != null) {
        notNull |= body.NOT() != null;
      } else {
        notNull |= body.PRIMARY() != null;
        constraint(each, Optional.of(name)).ifPresent(constraints::add);
      }
    }
    return new ColumnSpec(name, type, notNull, hasDefault, calls, filled, constraints);
  }

  /**
   * A constraint; empty for what is none, such as a default.
   *
   * @param column the column that it stands at
   */
  static Optional<ConstraintSpec> constraint(
      SQLParser.Constraint_commonContext context, Optional<String> column) {
    var body = context.constr_body();
    Optional<String> name = Optional.ofNullable(context.identifier()).map(Sql::identifier);
    boolean enforced = context.table_enforced() == null || context.table_enforced().NOT() == null;
    boolean notValid = context.VALID() != null || !enforced;
    if (body.EXCLUDE() != null) {
      return Optional.of(spec(name, 'x', Sql.columns(body), body, notValid));
    }
    if (body.REFERENCES() != null) {
      List<String> columns =
          body.FOREIGN() != null
              ? inParens(body.col_period)
              : column.map(List::of).orElse(List.of());
      Optional<Name> other = Optional.of(Sql.name(body.schema_qualified_name()));
      return Optional.of(
          new ConstraintSpec(
              name,
              'f',
              columns,
              "",
              other,
              inParens(body.ref_period),
              Optional.empty(),
              notValid));
    }
    if (body.CHECK() != null) {
      return Optional.of(spec(name, 'c', Sql.columns(body.expression), body, notValid));
    }
    if (body.UNIQUE() != null || body.PRIMARY() != null) {
      List<String> columns =
          body.names_without_overlaps() == null
              ? column.map(List::of).orElse(List.of())
              : Sql.all(body.names_without_overlaps(), SQLParser.Schema_qualified_nameContext.class)
                  .stream()
                  .map(each -> Sql.name(each).name())
                  .toList();
      return Optional.of(spec(name, body.UNIQUE() != null ? 'u' : 'p', columns, body, notValid));
    }
    if (body.NULL() != null && body.NOT() != null) {
      List<String> columns =
          body.col_name != null
              ? List.of(Sql.name(body.col_name).name())
              : column.map(List::of).orElse(List.of());
      return Optional.of(spec(name, 'n', columns, body, notValid));
    }
    return Optional.empty();
  }

  private static List<String> inParens(SQLParser.@Nullable Names_with_periodContext names) {
    return Sql.all(names, SQLParser.Schema_qualified_nameContext.class).stream()
        .map(each -> Sql.name(each).name())
        .toList();
  }

  private static ConstraintSpec spec(
      Optional<String> name,
      char kind,
      List<String> columns,
      SQLParser.Constr_bodyContext body,
      boolean notValid) {
    Optional<String> index =
        Optional.ofNullable(body.index_parameters())
            .map(SQLParser.Index_parametersContext::schema_qualified_name)
            .map(each -> Sql.name(each).name());
    return new ConstraintSpec(
        name, kind, columns, Sql.text(body), Optional.empty(), List.of(), index, notValid);
  }
}
