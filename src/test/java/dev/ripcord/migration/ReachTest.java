package dev.ripcord.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReachTest {
  private static Statement of(String sql) {
    return Script.parse(sql).work().getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE ROLE a",
        "create /* x */ user a",
        "DROP ROLE IF EXISTS a",
        "ALTER ROLE a SET search_path = b",
        "GRANT a TO b",
        "REVOKE a FROM b",
        "CREATE DATABASE a",
        "ALTER DATABASE shop SET work_mem = '1MB'",
        "GRANT CONNECT ON DATABASE shop TO a",
        "COMMENT ON DATABASE shop IS 'x'",
        "ALTER SYSTEM SET work_mem = '1MB'",
        "CREATE TABLESPACE a LOCATION '/x'",
        "DO $$ BEGIN CREATE ROLE a; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "DO $$ BEGIN EXECUTE 'CREATE ' || 'x'; EXECUTE 'drop role a'; END $$",
        "SELECT dblink('x', 'y')",
        "SELECT dblink_exec('x', 'y')",
        "COPY t TO PROGRAM 'x'",
        "COPY t (a, b) TO '/x' WITH (FORMAT csv)",
        "DO $$ BEGIN EXECUTE 'COPY t TO ''/x'''; END $$",
        "GRANT SET ON PARAMETER work_mem TO a",
        "COMMENT ON ROLE a IS 'x'",
        "SECURITY LABEL FOR x ON ROLE a IS 'y'",
        "SELECT pg_file_unlink('x')",
        "SELECT pg_replication_origin_create('x')",
        "DROP OWNED BY a",
        "SELECT pg_terminate_backend(1)",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p"
      })
  void beyondDatabase_whatTheServerShares_isSeen(String sql) {
    assertThat(Reach.beyondDatabase(of(sql))).as(sql).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE role (id int)",
        "ALTER TABLE users ADD COLUMN role text",
        "GRANT SELECT ON t TO a",
        "ALTER TABLE t OWNER TO a",
        "CREATE USER MAPPING FOR a SERVER s",
        "CREATE INDEX users_group ON users (\"group\")",
        "SELECT setval('a', 1)",
        "COPY t FROM '/x'",
        "COMMENT ON TABLE t IS 'a copy for the role of the database'",
        "INSERT INTO t VALUES ('please copy this', 'to', 'x')",
        "CREATE INDEX label ON role (id)"
      })
  void beyondDatabase_whatStaysInside_isLeftAlone(String sql) {
    assertThat(Reach.beyondDatabase(of(sql))).as(sql).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET a = 1",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "DO $$ BEGIN END $$",
        "SELECT f(1)",
        "CALL p()",
        "TRUNCATE t",
        "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE"
      })
  void mayChangeRows_whatMay_isSeen(String sql) {
    assertThat(Reach.mayChangeRows(of(sql))).as(sql).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 1", "CREATE INDEX i ON t (a)", "ALTER TABLE t ADD COLUMN a int"})
  void mayChangeRows_whatDoesNot_isLeftAlone(String sql) {
    assertThat(Reach.mayChangeRows(of(sql))).as(sql).isFalse();
  }
}
