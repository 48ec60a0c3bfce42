package dev.ripcord.migration.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NonTransactionalTest {
  private static Optional<NonTransactional> of(String sql) {
    return NonTransactional.of(Script.parse(sql).statements().getFirst());
  }

  @Test
  void of_concurrentIndexes_knowsIndexAndTable() {
    assertThat(of("create unique index concurrently if not exists i on only s.t using btree (a);"))
        .contains(new NonTransactional.BuildIndex(Optional.of("i"), "s.t"));
    assertThat(of("CREATE INDEX CONCURRENTLY ON t (a);"))
        .contains(new NonTransactional.BuildIndex(Optional.empty(), "t"));
    assertThat(of("CREATE INDEX CONCURRENTLY \"I x\" ON \"T\" (a)"))
        .contains(new NonTransactional.BuildIndex(Optional.of("\"I x\""), "\"T\""));
    assertThat(of("DROP INDEX CONCURRENTLY IF EXISTS s.i;"))
        .contains(new NonTransactional.DropIndex("s.i"));
    assertThat(of("ALTER TABLE p DETACH PARTITION c CONCURRENTLY;"))
        .contains(new NonTransactional.DetachPartition("p", "c"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VACUUM FULL t;",
        "REINDEX INDEX CONCURRENTLY i;",
        "REINDEX (VERBOSE, CONCURRENTLY) TABLE t;",
        "REINDEX SCHEMA public;",
        "/* b10 */ REINDEX (VERBOSE, TABLESPACE x) SCHEMA public;",
        "reindex (verbose) system;",
        "CLUSTER (VERBOSE);",
        "REINDEX DATABASE shop;",
        "CLUSTER;",
        "CLUSTER VERBOSE;",
        "ALTER SYSTEM SET work_mem = '1MB';",
        "CREATE DATABASE x;",
        "DROP DATABASE x;",
        "CREATE TABLESPACE x LOCATION '/x';"
      })
  void of_whatNeedsNoTransaction_isKnown(String sql) {
    assertThat(of(sql)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX i ON t (concurrently);",
        "DROP INDEX i;",
        "REINDEX TABLE t;",
        "CLUSTER t USING i;",
        "CLUSTER (VERBOSE) t USING i;",
        "REINDEX (VERBOSE) TABLE t;",
        "ALTER TABLE p DETACH PARTITION c;",
        "ALTER TYPE t ADD VALUE 'x';",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY m;",
        "SELECT 'create index concurrently';"
      })
  void of_whatMayRunInATransaction_isEmpty(String sql) {
    assertThat(of(sql)).isEmpty();
  }
}
