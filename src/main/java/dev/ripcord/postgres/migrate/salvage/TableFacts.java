package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ServerMessage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What belongs to a table or a column beside its rows and its definition, and what a down does not
 * make: who may use it, its row-level security, where its sequences stand. It is read as statements
 * that put it back. Within the transaction that is open on its session.
 */
final class TableFacts {
  private static final String DUPLICATE = "42710";

  /** $2: a column's number; 0 for all of the table. */
  private static final String READ =
      """
      WITH t AS (SELECT c.*, format('%I.%I', n.nspname, c.relname) AS name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = $1::bigint::oid),
      who AS (SELECT 0::oid AS oid, 'PUBLIC' AS name
        UNION ALL SELECT oid, quote_ident(rolname) FROM pg_roles)
      SELECT 1 AS place, 'privileges' AS what, format('GRANT %s ON %s TO %s%s', a.privilege_type,
        t.name, w.name, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS sql
      FROM t, aclexplode(t.relacl) a JOIN who w ON w.oid = a.grantee
      WHERE $2 = 0 AND a.grantee <> t.relowner
      UNION ALL
      SELECT 1, 'privileges', format('GRANT %s (%I) ON %s TO %s%s', a.privilege_type, x.attname,
        t.name, w.name, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
      FROM t JOIN pg_attribute x ON x.attrelid = t.oid, aclexplode(x.attacl) a
        JOIN who w ON w.oid = a.grantee
      WHERE x.attnum > 0 AND NOT x.attisdropped AND $2 IN (0, x.attnum)
      UNION ALL
      SELECT 2, 'sequence', format('SELECT setval(q.s, greatest(%s, pg_sequence_last_value(q.s)))'
        || ' FROM (SELECT pg_get_serial_sequence(%L, %L)::regclass AS s) q WHERE q.s IS NOT NULL',
        pg_sequence_last_value(s.s::regclass), t.name, x.attname)
      FROM t JOIN pg_attribute x ON x.attrelid = t.oid,
        pg_get_serial_sequence(t.name, x.attname) s (s)
      WHERE x.attnum > 0 AND NOT x.attisdropped AND $2 IN (0, x.attnum) AND s.s IS NOT NULL
        AND pg_sequence_last_value(s.s::regclass) IS NOT NULL
      UNION ALL
      SELECT 2, 'privileges', format('DO $do$ BEGIN IF pg_get_serial_sequence(%L, %L) IS NOT NULL THEN'
        || ' EXECUTE ''GRANT %s ON SEQUENCE '' || pg_get_serial_sequence(%L, %L) || '' TO '' || %L;'
        || ' END IF; END $do$', t.name, x.attname, a.privilege_type, t.name, x.attname, w.name)
      FROM t JOIN pg_attribute x ON x.attrelid = t.oid,
        pg_get_serial_sequence(t.name, x.attname) s (s)
        JOIN pg_class c ON c.oid = s.s::regclass, aclexplode(c.relacl) a
        JOIN who w ON w.oid = a.grantee
      WHERE x.attnum > 0 AND NOT x.attisdropped AND $2 IN (0, x.attnum) AND a.grantee <> c.relowner
      UNION ALL
      SELECT 3, 'policy', format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', p.polname, t.name,
        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
          WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        (SELECT string_agg(w.name, ', ') FROM who w WHERE w.oid = ANY (p.polroles)),
        ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
      FROM t JOIN pg_policy p ON p.polrelid = t.oid WHERE $2 = 0
      UNION ALL
      SELECT 4, 'row-level security', format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name)
      FROM t WHERE $2 = 0 AND t.relrowsecurity
      UNION ALL
      SELECT 4, 'row-level security', format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.name)
      FROM t WHERE $2 = 0 AND t.relforcerowsecurity
      UNION ALL
      SELECT 5, 'owner', format('ALTER TABLE %s OWNER TO %I', t.name, pg_get_userbyid(t.relowner))
      FROM t WHERE $2 = 0 AND pg_get_userbyid(t.relowner) <> current_user
      ORDER BY 1
      """;

  private final MigrationSession session;

  TableFacts(MigrationSession session) {
    this.session = session;
  }

  /** Those of a table. */
  JsonArray ofTable(long table) {
    return read(table, 0);
  }

  /** Those of one of its columns. */
  JsonArray ofColumn(long table, int number) {
    return read(table, number);
  }

  private JsonArray read(long table, int number) {
    JsonArray facts = new JsonArray();
    for (Row row : session.ask(READ, table, number)) {
      facts.add(new JsonObject(Map.of("what", row.getString("what"), "sql", row.getString("sql"))));
    }
    return facts;
  }

  /**
   * Puts them back, as far as that goes.
   *
   * @return what could not be put back, with the reason
   */
  List<String> restore(JsonArray facts) {
    List<String> left = new ArrayList<>();
    for (Object each : facts) {
      JsonObject fact = (JsonObject) each;
      session.run("SAVEPOINT ripcord_fact");
      try {
        session.run(fact.getString("sql"));
        session.run("RELEASE SAVEPOINT ripcord_fact");
      } catch (PgException refused) {
        session.run("ROLLBACK TO SAVEPOINT ripcord_fact; RELEASE SAVEPOINT ripcord_fact");
        if (!DUPLICATE.equals(refused.getSqlState())) { // The down has made it already.
          left.add(
              fact.getString("what")
                  + ": "
                  + fact.getString("sql")
                  + " ("
                  + ServerMessage.withoutRows(refused)
                  + ")");
        }
      }
    }
    return left;
  }
}
