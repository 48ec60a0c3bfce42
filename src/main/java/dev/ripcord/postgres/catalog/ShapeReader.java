package dev.ripcord.postgres.catalog;

import dev.ripcord.migration.proof.Shape;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the tables that rows can be written to. The session has an empty {@code search_path}. */
public final class ShapeReader {
  private static final String COLUMNS =
      """
      WITH RECURSIVE base AS (
        SELECT oid, oid AS at, typbasetype FROM pg_type WHERE typtype <> 'p'
        UNION ALL SELECT b.oid, t.oid, t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.typbasetype)
      SELECT c.oid::int8 AS oid, c.oid::regclass::text AS table, a.attnum::int4 AS number,
        quote_ident(a.attname) AS name, t.typname::text AS base,
        format_type(a.atttypid, a.atttypmod) AS type,
        NOT a.attnotnull AND NOT EXISTS (SELECT FROM pg_type n WHERE n.oid = a.atttypid
          AND n.typnotnull) AS nullable,
        CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS fallback,
        a.attidentity <> '' AS identity, a.attgenerated <> '' AS generated,
        coalesce((SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum
          WHERE enumtypid = b.at), '{}') AS labels
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
          AND NOT a.attisdropped
        JOIN base b ON b.oid = a.atttypid AND b.typbasetype = 0 JOIN pg_type t ON t.oid = b.at
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace
      """
          + TableCatalogSql.USER
          + " ORDER BY 2, a.attnum";

  /** The columns that a thing depends on: class and number. */
  private static final String USED =
      """
      (SELECT coalesce(array_agg(DISTINCT quote_ident(a.attname)), '{}') FROM pg_depend e
        JOIN pg_attribute a ON a.attrelid = e.refobjid AND a.attnum = e.refobjsubid
        WHERE e.refclassid = 'pg_class'::regclass AND e.refobjid = %s AND e.refobjsubid > 0
          AND (%s))
      """;

  private static final String RULES =
      """
      SELECT k.conrelid::int8 AS oid, k.oid::int8 AS own, quote_ident(k.conname) AS name,
        k.contype::text AS sort,
        CASE WHEN k.contype <> 'f' THEN $used
        ELSE coalesce((SELECT array_agg(quote_ident(a.attname) ORDER BY o) FROM
          unnest(k.conkey) WITH ORDINALITY u (n, o) JOIN pg_attribute a
            ON a.attrelid = k.conrelid AND a.attnum = u.n), '{}') END AS columns,
        CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) ELSE '' END AS expression,
        coalesce(nullif(k.confrelid, 0)::regclass::text, '') AS target,
        coalesce((SELECT array_agg(quote_ident(a.attname) ORDER BY o) FROM
          unnest(k.confkey) WITH ORDINALITY u (n, o) JOIN pg_attribute a
            ON a.attrelid = k.confrelid AND a.attnum = u.n), '{}') AS target_columns,
        '{}' AS keys,
        CASE k.contype WHEN 'f' THEN CASE k.confmatchtype WHEN 'f' THEN '$full' ELSE '' END
          WHEN 'x' THEN regexp_replace(pg_get_constraintdef(k.oid), ' DEFERRABLE.*$', '')
          ELSE k.connoinherit::text END AS manner, k.convalidated AS validated
      FROM pg_constraint k WHERE k.contype IN ('c', 'f', 'x') AND k.conrelid <> 0
      UNION ALL
      SELECT i.indrelid::int8, i.indexrelid::int8, quote_ident(c.relname), 'u',
        CASE WHEN i.indexprs IS NOT NULL THEN $parts
        ELSE coalesce((SELECT array_agg(quote_ident(a.attname) ORDER BY o) FROM
          unnest(i.indkey) WITH ORDINALITY u (n, o) JOIN pg_attribute a
            ON a.attrelid = i.indrelid AND a.attnum = u.n WHERE o <= i.indnkeyatts), '{}') END,
        coalesce(pg_get_expr(i.indpred, i.indrelid), ''), '', '{}',
        ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, false) FROM
          generate_series(1, i.indnkeyatts) n),
        CASE WHEN (to_jsonb(i) ->> 'indnullsnotdistinct')::boolean THEN '$once ' ELSE '' END
          || i.indcollation::text || ' ' || i.indclass::text, true
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisunique
      UNION ALL
      SELECT c.oid::int8, 0, 'partition bound', 'c',
        coalesce((SELECT array_agg(quote_ident(a.attname)) FROM pg_attribute a, pg_attribute b
          WHERE a.attrelid = c.oid AND b.attrelid = p.partrelid AND b.attname = a.attname
            AND b.attnum = ANY (p.partattrs)), '{}'),
        pg_get_partition_constraintdef(c.oid), '', '{}', '{}', '', true
      FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
        JOIN pg_partitioned_table p ON p.partrelid = i.inhparent
      WHERE c.relispartition AND pg_get_partition_constraintdef(c.oid) IS NOT NULL
      ORDER BY 1, 3
      """
          .replace(
              "$used",
              USED.formatted(
                  "k.conrelid",
                  "e.classid = 'pg_constraint'::regclass AND e.objid = k.oid OR"
                      + " e.classid = 'pg_class'::regclass AND e.objid = k.conindid"))
          .replace(
              "$parts",
              USED.formatted(
                  "i.indrelid", "e.classid = 'pg_class'::regclass AND e.objid = i.indexrelid"))
          .replace("$full", Shape.MATCH_FULL)
          .replace("$once", Shape.NULLS_ONCE);

  private static final Pattern HASHED =
      Pattern.compile("(satisfies_hash_partition\\()'([0-9]+)'::oid");

  private final MigrationSession session;

  public ShapeReader(MigrationSession session) {
    this.session = session;
  }

  public Shape read() {
    new FingerprintReader(session).resetSession();
    Map<Long, List<Shape.Column>> columns = new LinkedHashMap<>();
    Map<Long, String> names = new LinkedHashMap<>();
    for (Row row : session.ask(COLUMNS)) {
      names.put(row.getLong("oid"), row.getString("table"));
      columns.computeIfAbsent(row.getLong("oid"), o -> new ArrayList<>()).add(column(row));
    }
    Map<Long, List<Shape.Constraint>> rules = new LinkedHashMap<>();
    for (Row row : session.ask(RULES)) {
      rules.computeIfAbsent(row.getLong("oid"), o -> new ArrayList<>()).add(rule(row, names));
    }
    List<Shape.Table> tables = new ArrayList<>();
    columns.forEach(
        (oid, own) ->
            tables.add(
                new Shape.Table(
                    oid, names.getOrDefault(oid, ""), own, rules.getOrDefault(oid, List.of()))));
    return new Shape(tables);
  }

  /** The bound of a hash partition names its table by a number that only this database knows. */
  private static String expression(String text, Map<Long, String> names) {
    return HASHED
        .matcher(text)
        .replaceAll(
            found -> {
              String table = names.getOrDefault(Long.valueOf(found.group(2)), "");
              return Matcher.quoteReplacement(
                  table.isEmpty()
                      ? found.group()
                      : found.group(1) + Quoting.text(table) + "::regclass");
            });
  }

  private static Shape.Column column(Row row) {
    return new Shape.Column(
        row.getInteger("number"),
        row.getString("name"),
        row.getString("type"),
        row.getString("base").toLowerCase(Locale.ROOT),
        row.getBoolean("nullable"),
        Optional.ofNullable(row.getString("fallback")),
        row.getBoolean("identity"),
        row.getBoolean("generated"),
        List.of(row.getArrayOfStrings("labels")));
  }

  private static Shape.Constraint rule(Row row, Map<Long, String> names) {
    Shape.Constraint.Sort sort =
        switch (row.getString("sort")) {
          case "c" -> Shape.Constraint.Sort.CHECK;
          case "f" -> Shape.Constraint.Sort.FOREIGN;
          case "x" -> Shape.Constraint.Sort.EXCLUSION;
          default -> Shape.Constraint.Sort.UNIQUE;
        };
    return new Shape.Constraint(
        row.getLong("own"),
        row.getString("name"),
        sort,
        List.of(row.getArrayOfStrings("columns")),
        expression(row.getString("expression"), names),
        row.getString("target"),
        List.of(row.getArrayOfStrings("target_columns")),
        List.of(row.getArrayOfStrings("keys")),
        row.getString("manner"),
        row.getBoolean("validated"));
  }
}
