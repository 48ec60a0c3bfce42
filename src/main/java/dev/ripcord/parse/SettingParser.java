package dev.ripcord.parse;

import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.SqlOperation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** Reads {@code SET} and {@code RESET}. */
final class SettingParser {
  private SettingParser() {}

  static List<SqlOperation> read(SQLParser.Set_actionContext set) {
    var option = set.session_local_option();
    if (option == null) {
      return List.of(new SqlOperation.Other("SET", Grade.LOW, Optional.empty()));
    }
    if (option.zone_value() != null) {
      boolean none = option.zone_value().DEFAULT() != null;
      return List.of(
          new SqlOperation.Setting(
              "timezone", none ? List.of() : List.of(value(option.zone_value()))));
    }
    if (option.config_param == null || option.config_scope != null) {
      return List.of(new SqlOperation.Other("SET", Grade.LOW, Optional.empty()));
    }
    String name = Sql.identifier(option.config_param);
    var value = option.set_statement_value();
    if (value == null) {
      return List.of(new SqlOperation.Setting(name, List.of()));
    }
    return List.of(
        new SqlOperation.Setting(name, value.vex().stream().map(SettingParser::value).toList()));
  }

  static List<SqlOperation> reset(SQLParser.Additional_statementContext reset) {
    if (reset.ALL() != null) {
      return List.of(
          new SqlOperation.Setting("search_path", List.of()),
          new SqlOperation.Setting("timezone", List.of()));
    }
    if (reset.TIME() != null) {
      return List.of(new SqlOperation.Setting("timezone", List.of()));
    }
    return reset.identifier().size() == 1
        ? List.of(new SqlOperation.Setting(Sql.identifier(reset.identifier(0)), List.of()))
        : List.of(new SqlOperation.Other("RESET", Grade.LOW, Optional.empty()));
  }

  private static String value(ParserRuleContext context) {
    String text = Sql.text(context).strip();
    boolean quoted = text.length() > 1 && (text.startsWith("'") || text.startsWith("\""));
    String quote = quoted ? text.substring(0, 1) : "";
    return quoted
        ? text.substring(1, text.length() - 1).replace(quote + quote, quote)
        : text.toLowerCase(Locale.ROOT);
  }

  /** {@code SELECT set_config('search_path', …)}, as dumps have it. */
  static Optional<SqlOperation> called(SQLParser.Function_callContext call) {
    boolean sets =
        call.schema_qualified_name_nontype() != null
            && Sql.name(call.schema_qualified_name_nontype()).name().equals("set_config")
            && call.vex_or_named_notation().size() > 1;
    if (!sets) {
      return Optional.empty();
    }
    String value = value(call.vex_or_named_notation(1));
    List<String> values = value.isEmpty() ? List.of("") : List.of(value.split("\\s*,\\s*", -1));
    return Optional.of(new SqlOperation.Setting(value(call.vex_or_named_notation(0)), values));
  }
}
