package dev.ripcord.postgres.dump;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.dump.DumpFile.Part;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Whether the role that a backup is taken as may read all that {@code pg_dump} reads, asked before
 * it is taken. Only reads the catalog.
 *
 * <p>{@code pg_dump} locks each table, which takes SELECT on the whole of it, reads the state of
 * each sequence and each large object, and fails rather than leave out rows that a policy hides.
 * What belongs to an extension is not dumped, save the tables that the extension names.
 */
final class DumpRights {
  private static final String LACKING =
      """
      WITH wanted AS (
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN unnest($1::text[], $2::text[]) AS w(schema, name)
            ON (n.nspname, c.relname) = (w.schema, w.name)),
      dumped AS (
        SELECT c.oid, c.relkind, c.relnamespace AS schema, n.nspname,
          format('%I.%I', n.nspname, c.relname) AS name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't'
          AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
          AND NOT EXISTS (
            SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
              AND d.refclassid = 'pg_extension'::regclass
              AND c.oid <> ALL (coalesce(e.extconfig, '{}')))
          AND (cardinality($1::text[]) = 0 OR c.oid IN (SELECT oid FROM wanted) OR EXISTS (
            SELECT FROM pg_depend d
            WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
              AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
              AND d.refobjid IN (SELECT oid FROM wanted)))),
      lacking AS (
        SELECT DISTINCT 1 AS rank, 'schema ' || quote_ident(nspname) AS what,
          'GRANT USAGE ON SCHEMA ' || quote_ident(nspname) AS mend
        FROM dumped WHERE NOT has_schema_privilege(schema, 'USAGE')
        UNION ALL
        SELECT 2, 'table ' || name, 'GRANT SELECT ON ' || name
        FROM dumped WHERE relkind <> 'S' AND NOT has_table_privilege(oid, 'SELECT')
        UNION ALL
        SELECT 3, 'sequence ' || name, 'GRANT SELECT ON SEQUENCE ' || name
        FROM dumped
        WHERE CASE WHEN relkind = 'S' THEN NOT has_sequence_privilege(oid, 'SELECT') END
        UNION ALL
        SELECT 4, 'the rows of ' || name || ' that its policies hide', ''
        FROM dumped WHERE relkind = 'r' AND row_security_active(oid)
        UNION ALL
        SELECT 5, 'large object ' || l.oid, 'GRANT SELECT ON LARGE OBJECT ' || l.oid
        FROM pg_largeobject_metadata l, pg_roles r
        WHERE cardinality($1::text[]) = 0 AND r.rolname = current_user AND NOT r.rolsuper
          AND current_setting('lo_compat_privileges') = 'off'
          AND NOT pg_has_role(l.lomowner, 'USAGE') AND NOT EXISTS (
            SELECT FROM aclexplode(l.lomacl) a WHERE a.privilege_type = 'SELECT'
              AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE'))))
      SELECT current_user::text AS role, what, mend, count(*) OVER () AS number FROM lacking
      ORDER BY rank, what LIMIT $3
      """;

  /** So many are named. */
  private static final int SHOWN = 3;

  private DumpRights() {}

  /**
   * What the role may not read, each with what mends it; empty where it may read all.
   *
   * @param parts the tables of the backup; all of the database where there is none
   */
  static Future<Optional<String>> missing(Pool pool, List<Part> parts) {
    return pool.preparedQuery(LACKING)
        .execute(Tuple.of(Part.schemas(parts), Part.names(parts), SHOWN))
        .map(rows -> said(StreamSupport.stream(rows.spliterator(), false).toList()));
  }

  private static Optional<String> said(List<Row> lacking) {
    if (lacking.isEmpty()) {
      return Optional.empty();
    }
    String role = lacking.getFirst().getString("role");
    long more = lacking.getFirst().getLong("number") - lacking.size();
    return Optional.of(
        "pg_dump could not read as "
            + role
            + ": "
            + lacking.stream()
                .map(each -> each.getString("what") + " (" + mend(each, role) + ")")
                .collect(Collectors.joining(", "))
            + (more == 0 ? "" : " and " + more + " more"));
  }

  private static String mend(Row lacking, String role) {
    String grant = lacking.getString("mend");
    return grant.isEmpty()
        ? "ALTER ROLE " + Quoting.name(role) + " BYPASSRLS"
        : grant + " TO " + Quoting.name(role);
  }
}
