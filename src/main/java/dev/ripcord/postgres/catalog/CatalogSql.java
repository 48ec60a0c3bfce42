package dev.ripcord.postgres.catalog;

import java.util.List;

/** What {@link CatalogReader} asks the catalog. */
final class CatalogSql {
  private CatalogSql() {}

  /** One row: what a session of a migration finds. */
  static final String SESSION =
      """
      SELECT current_setting('server_version_num')::int AS version,
        current_schemas(false)::text[] AS path,
        current_setting('TimeZone') ~* '^(UTC|GMT|Etc/UTC|Etc/GMT|Zulu|Universal)$' AS utc,
        current_setting('default_table_access_method') AS method,
        (SELECT t.spcname::text FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace
          WHERE d.datname = current_database()) AS tablespace
      """;

  static final String RELATIONS =
      """
      SELECT c.oid::int8 AS id, n.nspname::text AS schema, c.relname::text AS name,
        c.relkind::text AS kind, c.relpersistence = 'u' AS unlogged, t.spcname::text AS tablespace,
        a.amname::text AS method, coalesce(pg_total_relation_size(c.oid), 0) AS bytes,
        coalesce(pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT', false) AS is_default
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace LEFT JOIN pg_am a ON a.oid = c.relam
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      ORDER BY c.oid
      """;

  static final String COLUMNS =
      """
      SELECT a.attrelid::int8 AS id, a.attname::text AS name,
        format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
        a.atthasdef OR a.attidentity <> '' AS has_default
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      ORDER BY a.attrelid, a.attnum
      """;

  static final String INDEXES =
      """
      SELECT i.indrelid::int8 AS id, n.nspname::text AS schema, c.relname::text AS name,
        i.indisunique AS is_unique,
        (SELECT k.conname::text FROM pg_constraint k
          WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x') LIMIT 1) AS constraint,
        ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid
          AND (a.attnum = ANY (i.indkey) OR EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
              AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid
              AND d.refobjsubid = a.attnum)) AND a.attnum > 0 ORDER BY a.attnum) AS columns
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      """;

  static final String CONSTRAINTS =
      """
      SELECT k.conrelid::int8 AS id, k.conname::text AS name, k.contype::text AS kind,
        k.convalidated AS validated, pg_get_constraintdef(k.oid) AS definition,
        k.confrelid::int8 AS other,
        ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(num, at)
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.at)
          AS columns,
        ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(num, at)
          JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.at)
          AS referenced
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype IN ('c', 'f', 'p', 'u', 'x', 'n') AND NOT (k.contype = 'f' AND k.conparentid <> 0)
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      ORDER BY k.oid
      """;

  static final String PARENTS =
      "SELECT inhrelid::int8 AS id, inhparent::int8 AS parent FROM pg_inherits"
          + " WHERE inhrelid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'f'))"
          + " ORDER BY inhrelid, inhseqno";

  static final String USES =
      """
      SELECT DISTINCT r.ev_class::int8 AS id, d.refobjid::int8 AS used,
        coalesce(a.attname::text, '') AS column
      FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
        JOIN pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
        LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          AND d.refobjsubid > 0
      WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.refobjid <> r.ev_class
      """;

  static final String PARTS =
      """
      SELECT tgrelid::int8 AS id, CASE WHEN tgisinternal THEN 'i' ELSE 't' END AS kind,
        tgname::text AS name FROM pg_trigger
      UNION ALL SELECT ev_class::int8, 'r', rulename::text FROM pg_rewrite
        WHERE rulename <> '_RETURN'
      UNION ALL SELECT polrelid::int8, 'p', polname::text FROM pg_policy
      UNION ALL SELECT stxrelid::int8, 's', stxname::text FROM pg_statistic_ext
      UNION ALL SELECT c.oid::int8, 'o', t.typname::text FROM pg_class c
        JOIN pg_type t ON t.oid = c.reloftype
      UNION ALL SELECT r.prrelid::int8, 'b', p.pubname::text FROM pg_publication_rel r
        JOIN pg_publication p ON p.oid = r.prpubid
      """;

  /** Domains; one over another counts the rules of both. */
  static final String TYPES =
      """
      WITH RECURSIVE base AS (
        SELECT t.oid, t.oid AS at, t.typbasetype, t.typtypmod, t.typnotnull FROM pg_type t
          WHERE t.typtype = 'd'
        UNION ALL
        SELECT b.oid, t.oid, t.typbasetype, CASE WHEN b.typtypmod >= 0 THEN b.typtypmod
          ELSE t.typtypmod END, t.typnotnull
        FROM base b JOIN pg_type t ON t.oid = b.typbasetype AND t.typtype = 'd')
      SELECT n.nspname::text AS schema, t.typname::text AS name, format_type(t.oid, NULL) AS label,
        (SELECT format_type(b.typbasetype, b.typtypmod) FROM base b JOIN pg_type u
          ON u.oid = b.typbasetype AND u.typtype <> 'd' WHERE b.oid = t.oid) AS base,
        EXISTS (SELECT FROM base b WHERE b.oid = t.oid AND (b.typnotnull
          OR EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = b.at))) AS constrained
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE t.typtype = 'd' AND n.nspname <> 'information_schema'
      """;

  static final String CASTS =
      "SELECT format_type(castsource, NULL) AS source, format_type(casttarget, NULL) AS target"
          + " FROM pg_cast WHERE castmethod = 'b'";

  static final String FUNCTIONS =
      """
      SELECT p.proname::text AS name, bool_or(p.provolatile = 'v') AS volatile,
        bool_or(n.nspname NOT IN ('pg_catalog', 'information_schema')) AS own
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace GROUP BY p.proname
      """;

  /** What can be dropped by name and is no relation; domains are types too. */
  static final String THINGS =
      """
      SELECT 'SCHEMA' AS thing, NULL::text AS schema, nspname::text AS name FROM pg_namespace
      UNION ALL SELECT 'EXTENSION', NULL, extname::text FROM pg_extension
      UNION ALL SELECT 'SEQUENCE', n.nspname::text, c.relname::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S'
      UNION ALL SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, n.nspname::text,
          t.typname::text
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      UNION ALL SELECT 'FUNCTION', n.nspname::text, p.proname::text
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
      """;

  static final List<String> QUESTIONS =
      List.of(
          SESSION,
          RELATIONS,
          COLUMNS,
          INDEXES,
          CONSTRAINTS,
          PARENTS,
          USES,
          PARTS,
          TYPES,
          CASTS,
          FUNCTIONS,
          THINGS);
}
