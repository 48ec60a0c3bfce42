package dev.ripcord.migration.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.parse.SqlParser;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LiteralRowsTest {
  private static Statement statement(String sql) {
    return Script.parse(sql).work().getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1);",
        "INSERT INTO t VALUES (1)",
        "insert into s.\"T\" (a, \"values\") values (-1, +2.5e3, 'it''s', E'\\n"
            + "', $$;$$, null), (true, false, default, NULL, 0, B'1');",
        "INSERT INTO t -- values (\n OVERRIDING SYSTEM VALUE VALUES /* ( */ (1);",
      })
  void rowsOfLiterals_haveABeginning(String sql) {
    assertThat(LiteralRows.beginning(statement(sql)).orElseThrow())
        .isEqualToIgnoringCase(
            sql.substring(0, sql.toLowerCase(Locale.ROOT).lastIndexOf("values") + 6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (f(1));",
        "INSERT INTO t VALUES (now);",
        "INSERT INTO t VALUES (1 + 1);",
        "INSERT INTO t VALUES ('1'::int);",
        "INSERT INTO t VALUES (-'1');",
        "INSERT INTO t VALUES (-null);",
        "INSERT INTO t VALUES (1,);",
        "INSERT INTO t VALUES ();",
        "INSERT INTO t VALUES (1),;",
        "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;",
        "INSERT INTO t VALUES (1) RETURNING f(id);",
        "INSERT INTO t SELECT 1;",
        "INSERT INTO t SELECT f() FROM (VALUES (1)) v;",
        "INSERT INTO t WITH w AS (SELECT f()) VALUES (1);",
        "INSERT INTO t DEFAULT VALUES;",
        "WITH w AS (SELECT f()) INSERT INTO t VALUES (1);",
        "UPDATE t SET a = 1;",
        "SELECT 1;",
      })
  void anythingElse_hasNone(String sql) {
    assertThat(LiteralRows.beginning(statement(sql))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (2, 'b');",
        "INSERT INTO t VALUES (3), (4);",
        "INSERT INTO t VALUES (f(1));",
        "INSERT INTO u VALUES (2, 'b');",
        "INSERT INTO t (a) VALUES (2);",
      })
  void parser_thatHasReadSuchRows_saysOfOthersWhatItSaysAnyhow(String sql) {
    SqlParser used = new SqlParser();
    List<SqlOperation> first = used.read(statement("INSERT INTO t VALUES (1, 'a');"));

    assertThat(first).isNotEmpty();
    assertThat(used.read(statement(sql))).isEqualTo(new SqlParser().read(statement(sql)));
  }
}
