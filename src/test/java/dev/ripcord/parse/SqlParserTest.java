package dev.ripcord.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SqlParserTest {
  private final SqlParser reader = new SqlParser();

  @Test
  void unreadableStatement_saysWhereItIsNotUnderstood() {
    assertThat(reader.read("ALTER TABLE t\n  ADD COLUMNS x int;"))
        .containsExactly(
            new SqlOperation.Opaque(
                "ALTER TABLE t: not understood near \"int\" (line 2, column 17 of it)"));
  }

  @Test
  void deeplyNestedStatement_isOpaque() {
    String deep = "SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000);
    assertThat(reader.read(deep)).hasSize(1).first().isInstanceOf(SqlOperation.Opaque.class);
  }

  @Test
  void names_areFoldedAsTheServerFoldsThem() {
    assertThat(reader.read("LOCK TABLE App.\"My \"\"Table\" IN share row exclusive MODE"))
        .containsExactly(
            new SqlOperation.Touch(
                "LOCK TABLE",
                Name.of("app", "My \"Table"),
                LockMode.SHARE_ROW_EXCLUSIVE,
                SqlOperation.Reach.WHOLE,
                Grade.MEDIUM,
                Optional.empty()));
  }

  @Test
  void using_ofCastsOnly_isNotComputed() {
    assertThat(change("ALTER TABLE t ALTER c TYPE text USING ((c)::varchar(3))::text"))
        .satisfies(change -> assertThat(change.casts()).hasSize(2))
        .satisfies(change -> assertThat(change.computed()).isFalse());
    assertThat(change("ALTER TABLE t ALTER c TYPE text USING d::text").computed()).isTrue();
    assertThat(change("ALTER TABLE t ALTER c TYPE text USING c || ''").computed()).isTrue();
  }

  private Action.ChangeType change(String sql) {
    SqlOperation.AlterTable alter = (SqlOperation.AlterTable) reader.read(sql).getFirst();
    return (Action.ChangeType) alter.actions().getFirst();
  }

  @Test
  void doBlock_everyStatementCounts_whateverItsConditionsSay() {
    List<SqlOperation> deeds =
        reader.read(
            """
            DO $$
            BEGIN
              IF NOT EXISTS (SELECT FROM pg_tables WHERE tablename = 'x') THEN
                DROP TABLE a;
              ELSE
                EXECUTE 'DROP TABLE b';
              END IF;
              EXECUTE format('DROP TABLE %I', 'c');
            END $$;
            """);

    assertThat(deeds)
        .filteredOn(SqlOperation.Drop.class::isInstance)
        .extracting(deed -> ((SqlOperation.Drop) deed).names().getFirst().name())
        .containsExactly("a", "b");
    assertThat(deeds).filteredOn(SqlOperation.Opaque.class::isInstance).hasSize(1);
  }

  @Test
  void statementInWith_isAChangeOfRowsToo() {
    assertThat(reader.read("WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone"))
        .contains(new SqlOperation.Write(SqlOperation.Writing.DELETE, Name.of("a"), true));
  }
}
