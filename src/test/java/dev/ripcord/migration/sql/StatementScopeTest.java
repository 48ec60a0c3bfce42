package dev.ripcord.migration.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StatementScopeTest {
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
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
        "ALTER ROLE a RENAME TO b",
        "DROP USER a",
        "COPY t FROM PROGRAM 'x'",
        "COPY (SELECT 1) TO '/x'",
        "SELECT pg_copy_logical_replication_slot('a', 'b')",
        "SELECT * FROM pg_logical_slot_get_changes('a', NULL, NULL)",
        "SELECT http_post('https://x', 'y', 'z')",
        "SELECT run('drop role a')",
        "INSERT INTO t SELECT x FROM u JOIN run('drop role a') ON true",
        "INSERT INTO t VALUES (run('drop role a'))",
        "ALTER TABLE t ADD COLUMN a text DEFAULT run('drop role a')",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'ALTER SYSTEM RESET ALL'",
        "CALL run('drop role a')"
      })
  void beyondDatabase_whatTheServerShares_isSeen(String sql) {
    assertThat(StatementScope.beyondDatabase(of(sql))).as(sql).isPresent();
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
        "CREATE INDEX label ON role (id)",
        "CREATE SERVER far FOREIGN DATA WRAPPER far",
        "ALTER SERVER far OPTIONS (SET host 'x')",
        "DROP SERVER far CASCADE",
        "DROP USER MAPPING FOR PUBLIC SERVER far",
        "ALTER TABLE t RENAME role TO kind",
        "ALTER TABLE t DROP role",
        "ALTER TABLE t ALTER database TYPE text",
        "ALTER TABLE t DROP subscription",
        "INSERT INTO t SELECT a FROM program",
        "DELETE FROM program WHERE id = 1",
        "COPY (SELECT a FROM program) TO stdout",
        "GRANT SELECT ON parameter TO a",
        "GRANT SELECT ON database.t TO a",
        "INSERT INTO permission (name) VALUES ('create user'), ('drop role')",
        "UPDATE permission SET name = 'alter system'",
        "CREATE TYPE permission AS ENUM ('create user', 'drop user')",
        "CREATE TABLE permission (name text CHECK (name IN ('create user', 'drop user')))",
        "ALTER TYPE permission ADD VALUE 'drop database'",
        "COMMENT ON TABLE t IS 'who may create role'",
        "SELECT count(*) FROM permission WHERE name = 'create user'",
        "ALTER TABLE t ADD COLUMN http_post text"
      })
  void beyondDatabase_whatStaysInside_isLeftAlone(String sql) {
    assertThat(StatementScope.beyondDatabase(of(sql))).as(sql).isEmpty();
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
    assertThat(StatementScope.mayChangeRows(of(sql))).as(sql).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXPLAIN ANALYZE DELETE FROM t",
        "EXPLAIN (ANALYZE, VERBOSE) UPDATE t SET a = 1",
        "EXPLAIN SELECT f(1)",
        "(SELECT f())",
        "VALUES (f())",
        "TABLE t UNION SELECT f()",
        "WITH x AS (SELECT f()) SELECT * FROM x",
        "SELECT 1 ### 2",
        "SELECT 1 OPERATOR(public.+) 2",
        "SELECT a::own FROM t",
        "SELECT CAST(a AS own) FROM t",
        "SELECT setval('s', 1)",
        "SELECT set_config('a', 'b', false)",
        "SELECT lo_unlink(1)",
        "SELECT * INTO u FROM t",
        "CREATE MATERIALIZED VIEW m AS SELECT f()",
        "REFRESH MATERIALIZED VIEW m",
        "ALTER TABLE t ADD COLUMN b int DEFAULT list(1)",
        "CREATE TABLE u AS SELECT f()",
        "CREATE TABLE u AS EXECUTE p",
        "CREATE INDEX i ON t (f(a))",
        "CREATE INDEX i ON t (a) WHERE f(a)",
        "CREATE DOMAIN d AS int CHECK (f(VALUE))",
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
        "ALTER EVENT TRIGGER e ENABLE",
        "ALTER TABLE t ADD COLUMN b int DEFAULT f()",
        "ALTER TABLE t ADD COLUMN b int DEFAULT s.lower('x')",
        "ALTER TABLE t ADD COLUMN b int GENERATED ALWAYS AS (f(a)) STORED",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (f(a) > 0)",
        "ALTER TABLE t ADD COLUMN a int, ADD CHECK (a > 0 AND f(a))",
        "ALTER DOMAIN d ADD CHECK (f(VALUE))",
        "ALTER TABLE t ALTER COLUMN a DROP EXPRESSION",
        "ALTER TABLE t ALTER COLUMN a SET EXPRESSION AS (b * 2)",
        "ALTER TABLE t ALTER COLUMN a TYPE text USING lower(a)",
        "ALTER TYPE c DROP ATTRIBUTE a",
        "ALTER EXTENSION e UPDATE",
        "PREPARE p AS DELETE FROM t",
        "EXECUTE p",
        "DECLARE c CURSOR FOR SELECT f()",
        "FETCH ALL FROM c",
        "COPY t FROM '/x'",
        "COPY (SELECT f()) TO '/x'",
        "IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y",
        "LOAD 'x'",
        "SECURITY LABEL ON TABLE t IS 'x'",
        "SOMETHING new"
      })
  void b2_whatIsNotKnownToLeaveRowsAlone_mayChangeThem(String sql) {
    assertThat(StatementScope.mayChangeRows(of(sql))).as(sql).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SELECT a, count(*) FROM t WHERE a->>'x' IS NOT NULL AND b::text ~* 'y' GROUP BY 1",
        "CREATE INDEX i ON t (a)",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON s.t USING btree (lower(a), b DESC) INCLUDE (c)"
            + " WITH (fillfactor = 70) WHERE b IS NOT NULL AND c >= -1",
        "ALTER TABLE t ADD COLUMN a int",
        "ALTER TABLE t ADD COLUMN a varchar(40) NOT NULL DEFAULT 'x'::s.own, ADD b numeric(10,2),"
            + " ADD COLUMN g geometry(Point,4326), ADD e vector(3) DEFAULT now()",
        "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u (id) ON DELETE SET NULL (a)",
        "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (room WITH =, during WITH &&)",
        "ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('s'::regclass)",
        "ALTER TABLE t ALTER COLUMN a SET DATA TYPE bigint USING a::bigint, ALTER b DROP NOT NULL",
        "ALTER TABLE t ATTACH PARTITION p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
        "ALTER TABLE t ADD COLUMN g bigint GENERATED ALWAYS AS (total * 100) STORED",
        "ALTER TABLE t ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 5)",
        "ALTER TABLE IF EXISTS ONLY t RENAME COLUMN a TO b",
        "ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 100",
        "ALTER MATERIALIZED VIEW m RENAME TO n",
        "ALTER TYPE mood ADD VALUE 'x'",
        "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (START 5) PRIMARY KEY, a text CHECK"
            + " (length(a) > 0), b int REFERENCES u (id), UNIQUE (a, b)) PARTITION BY RANGE (a)",
        "CREATE TABLE t PARTITION OF u FOR VALUES IN (1, 2)",
        "CREATE TABLE t (a int) PARTITION BY LIST (a)",
        "CREATE TABLE t (a int) PARTITION BY RANGE (a, (a + 1))",
        "CREATE TABLE t (LIKE u INCLUDING ALL) INHERITS (p)",
        "CREATE VIEW v AS SELECT f() FROM t",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'DELETE FROM t RETURNING 1'",
        "CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE DOMAIN d AS int CHECK (VALUE BETWEEN 0 AND 100)",
        "DROP TABLE t CASCADE",
        "COMMENT ON TABLE t IS 'x'",
        "GRANT SELECT ON t TO a",
        "SET lock_timeout = '3s'",
        "EXPLAIN SELECT 1",
        "VACUUM ANALYZE t",
        "REINDEX TABLE t",
        "LOCK TABLE t",
        "NOTIFY x"
      })
  void b2_whatIsKnownToLeaveRowsAlone_isLeftAlone(String sql) {
    assertThat(StatementScope.mayChangeRows(of(sql))).as(sql).isFalse();
  }

  @Test
  void b2_aFunctionThatIsReplacedAndThenRuns_mayChangeRows() {
    Script script =
        Script.parse(
            "CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                + " COMMENT ON TABLE t IS 'x'; REINDEX TABLE t;");
    assertThat(StatementScope.changes(script))
        .extracting(Statement::text)
        .containsExactly("REINDEX TABLE t;");
  }

  @Test
  void b2_anEventTriggerOfAFunctionThatDoesNothing_leavesRowsAlone() {
    String function = "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS ";
    String trigger = "; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();";
    assertThat(StatementScope.changes(Script.parse(function + "$$BEGIN END$$" + trigger)))
        .isEmpty();
    assertThat(
            StatementScope.changes(
                Script.parse(function + "$$BEGIN DELETE FROM t; END$$" + trigger)))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "varchar(40) @ CAST",
        "varchar(40) USING a @ CAST",
        "varchar(40) USING (a::varchar(40)) @ CAST",
        "bigint USING CAST(a AS bigint) @ CAST",
        "mood USING a::text::mood @ CAST_OF_TEXT",
        "text COLLATE \"C\" USING \"a\"::text @ CAST",
        "numeric USING a::int::numeric @ COMPUTED",
        "varchar(40) USING a::varchar(10) @ COMPUTED",
        "text USING b @ COMPUTED",
        "text USING lower(a) @ COMPUTED",
        "text USING a || 'x' @ COMPUTED",
        "timestamptz USING a AT TIME ZONE 'UTC' @ COMPUTED",
        "text USING (a)::citext::text @ COMPUTED"
      })
  void b1_aChangeOfType_isReadWithTheWayOfItsValues(String type, ColumnTypeChange.Way way) {
    Script script =
        Script.parse("ALTER TABLE ONLY s.t ALTER COLUMN a TYPE " + type + ", ADD b int");
    assertThat(StatementScope.retypings(script))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.table()).isEqualTo("t");
              assertThat(each.column()).isEqualTo("a");
              assertThat(each.way()).isEqualTo(way);
            });
  }

  @Test
  void b2_whatAQueryReads_isNamed() {
    assertThat(
            StatementScope.reads(
                of(
                    "SELECT 1 FROM a, s.b x JOIN LATERAL \"C\" ON true WHERE c IN (SELECT"
                        + " d FROM e) AND extract(year FROM f) > 1 AND g IS DISTINCT FROM h")))
        .containsExactlyInAnyOrder("a", "b", "C", "e");
    assertThat(StatementScope.reads(of("WITH x AS (SELECT * FROM a) SELECT * FROM x, pg_class")))
        .containsExactly("a");
    assertThat(StatementScope.reads(of("CREATE MATERIALIZED VIEW m AS TABLE a")))
        .containsExactly("a");
    assertThat(StatementScope.reads(of("CREATE VIEW v AS SELECT * FROM a"))).isEmpty();
    assertThat(StatementScope.reads(of("REVOKE SELECT ON a FROM b"))).isEmpty();
    assertThat(StatementScope.reads(of("ALTER TABLE a ADD COLUMN b int"))).isEmpty();
  }
}
