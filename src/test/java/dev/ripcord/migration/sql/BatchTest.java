package dev.ripcord.migration.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements are cut into batches, and how; that they then do it is tried on a server. */
final class BatchTest {
  private static Statement statement(String text) {
    return Script.parse(text).work().getFirst();
  }

  private static Optional<Batch> batch(String text) {
    return Batch.of(statement(text), 100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-- batch: 1000                      | 1000",
        "--batch:7                           | 7",
        "-- why¶¶-- BATCH : 20¶SELECT 1;     | 20",
        "-- batch: 0                         | ",
        "-- batch: many                      | ",
        "-- batch: 12345678                  | ",
        "SELECT 1;¶-- batch: 1000            | ",
        "/* -- batch: 9 */ SELECT 1;         | ",
      })
  void size_isReadFromTheTopOfTheFile(String text, Integer size) {
    assertThat(Batch.size(Script.parse(text.replace('¶', '\n'))))
        .isEqualTo(size == null ? OptionalInt.empty() : OptionalInt.of(size));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t SELECT 1",
        "CREATE TABLE t (id int)",
        "SELECT 'UPDATE t SET a = 1 WHERE b'",
        "WITH gone AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM gone",
        "SELECT a::batch FROM t",
      })
  void otherStatements_runOnce(String text) {
    assertThat(batch(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE orders SET eur = 1 WHERE eur IS NULL              | orders",
        "update only public.orders as o set eur = 1 where o.eur < 1 | public.orders",
        "DELETE FROM \"My log\" WHERE at < now()                  | \"My log\"",
        "DELETE FROM log                                          | log",
        "UPDATE t SET a = (SELECT b FROM u WHERE u.id = t.id) WHERE a IS DISTINCT FROM 1 | t",
      })
  void changes_areCutByPlace_andTellTheirTable(String text, String table) {
    Batch batch = batch(text).orElseThrow();
    assertThat(batch.table()).contains(table);
    assertThat(batch.counted()).isTrue();
    assertThat(batch.sql()).contains("LIMIT 100)", "RETURNING").doesNotContain(";");
  }

  @Test
  void aStatementWithThePlace_getsTheNumber() {
    Batch batch =
        batch(
                "WITH old AS (DELETE FROM log WHERE id IN (SELECT id FROM log LIMIT :batch)"
                    + " RETURNING *) INSERT INTO kept SELECT id::batch FROM old")
            .orElseThrow();
    assertThat(batch.counted()).isFalse();
    assertThat(batch.table()).isEmpty();
    assertThat(batch.sql()).contains("LIMIT 100)").contains("id::batch");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE t SET a = 1                                   | an UPDATE in batches needs a WHERE",
        "UPDATE t SET a = u.b FROM u WHERE t.id = u.id        | FROM cannot be cut into batches",
        "DELETE FROM t USING u WHERE t.id = u.id              | USING cannot be cut into batches",
        "UPDATE t SET a = 1 WHERE a IS NULL RETURNING id      | RETURNING cannot be cut into"
            + " batches",
        "UPDATE t SET a = 1 WHERE CURRENT OF c                | CURRENT cannot be cut into batches",
      })
  void whatCannotBeCut_saysWhatToWrite(String text, String message) {
    assertThatThrownBy(() -> batch(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
