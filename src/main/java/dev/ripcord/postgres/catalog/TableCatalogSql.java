package dev.ripcord.postgres.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * The questions that read the whole catalog, each giving {@code kind, name, of, facts}: what a
 * thing is, what it belongs to, and everything that is said of it as one JSON object.
 *
 * <p>Whole rows are taken and only what changes by itself is left out, so that what a later
 * PostgreSQL adds is compared too. Numbers of objects (OIDs) are replaced by names, since a thing
 * that is made anew has another number. To be asked with an empty {@code search_path}.
 */
public final class TableCatalogSql {
  /** What a namespace must not be to belong to the application. */
  public static final String USER =
      """
       NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN
        ('pg_catalog', 'information_schema', 'pg_toast', 'ripcord', 'ripcord_salvage') OR nspname ~ '^pg_(toast_)?temp_')
      """;

  /** Privileges in one order, as they are when none were ever given: column, kind, owner. */
  static final String ACL =
      "(SELECT jsonb_agg(x::text ORDER BY x::text) FROM unnest(coalesce(%s, acldefault(%s, %s)))"
          + " x)";

  private static final String SCHEMAS =
      "SELECT 'schema', quote_ident(nspname), '', jsonb_build_object('owner', nspowner::regrole,"
          + " 'acl', "
          + ACL.formatted("nspacl", "'n'", "nspowner")
          + ") FROM pg_namespace n WHERE n.oid"
          + USER;

  private static final String RELATIONS =
      """
      SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
          WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence'
          WHEN 'c' THEN 'type' ELSE 'index' END,
        c.oid::regclass::text, coalesce(i.indrelid::regclass::text, ''),
        to_jsonb(c) - '{oid,relname,relnamespace,reltype,reloftype,relowner,relam,relfilenode,
            reltablespace,relpages,reltuples,relallvisible,relallfrozen,reltoastrelid,relhasindex,
            relisshared,relnatts,relchecks,relhasrules,relhastriggers,relhassubclass,relrewrite,
            relfrozenxid,relminmxid,relacl,relpartbound}'::text[]
          || coalesce(to_jsonb(i) - '{indexrelid,indrelid,indnatts,indkey,indcollation,indclass,
            indoption,indexprs,indpred,indcheckxmin}'::text[], '{}')
          || jsonb_build_object('owner', c.relowner::regrole,
            'acl', CASE WHEN c.relkind NOT IN ('i', 'I', 'c') THEN $acl END,
            'access method', (SELECT amname FROM pg_am WHERE oid = c.relam),
            'tablespace', (SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace),
            'of type', CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype END,
            'partition bound', pg_get_expr(c.relpartbound, c.oid),
            'partition key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
            'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid)
              WHEN c.relkind IN ('i', 'I') THEN pg_get_indexdef(c.oid) END,
            'options of its TOAST', (SELECT reloptions FROM pg_class WHERE oid = c.reltoastrelid),
            'statistics targets', (SELECT jsonb_object_agg(attnum, attstattarget) FROM pg_attribute
              WHERE attrelid = c.oid AND attstattarget >= 0 AND c.relkind IN ('i', 'I')))
      FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE c.relnamespace
      """
              .replace(
                  "$acl",
                  ACL.formatted(
                      "c.relacl",
                      "(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END)::\"char\"",
                      "c.relowner"))
          + USER
          + " AND c.relkind <> 't'";

  private static final String COLUMNS =
      """
      SELECT 'column', c.oid::regclass || '.' || quote_ident(a.attname), c.oid::regclass::text,
        to_jsonb(a) - '{attrelid,attname,atttypid,attnum,attcacheoff,atttypmod,attndims,attbyval,
            attalign,attlen,attcollation,atthasmissing,attmissingval,attisdropped,attacl,atthasdef,
            attstattarget}'::text[]
          || jsonb_build_object('type', format_type(a.atttypid, a.atttypmod),
            'default', pg_get_expr(d.adbin, d.adrelid),
            'statistics target', nullif(a.attstattarget, -1),
            'collation', CASE WHEN a.attcollation <> 0 THEN a.attcollation::regcollation END,
            'acl', (SELECT jsonb_agg(x::text ORDER BY x::text) FROM unnest(a.attacl) x))
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
        AND c.relnamespace
      """
          + USER;

  private static final String ORDER =
      """
      SELECT 'order', c.oid::regclass::text, c.oid::regclass::text,
        jsonb_build_object('order of columns',
          string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum))
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'c')
        AND c.relnamespace
      """
          + USER
          + " GROUP BY c.oid";

  /** A restored partition's key claims NO INHERIT, which says something of row rules only. */
  private static final String CONSTRAINTS =
      """
      SELECT CASE k.contype WHEN 'f' THEN 'foreign key' WHEN 'p' THEN 'primary key'
          ELSE 'constraint' END,
        coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text)
          || '.' || quote_ident(k.conname),
        coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text),
        to_jsonb(k) - '{oid,conname,connamespace,conrelid,contypid,conindid,conparentid,confrelid,
            conkey,confkey,conpfeqop,conppeqop,conffeqop,confdelsetcols,conexclop,conbin}'::text[]
            - CASE WHEN k.contype IN ('c', 'n') THEN '' ELSE 'connoinherit' END
          || jsonb_build_object('definition', pg_get_constraintdef(k.oid),
            'index', CASE WHEN k.conindid <> 0 THEN k.conindid::regclass END,
            'parent', (SELECT conname FROM pg_constraint WHERE oid = k.conparentid))
      FROM pg_constraint k WHERE k.contype <> 't' AND k.connamespace
      """
          + USER;

  private static final String TRIGGERS =
      """
      SELECT CASE WHEN t.tgisinternal THEN 'enforcement' ELSE 'trigger' END,
        t.tgrelid::regclass || '.' || CASE WHEN t.tgisinternal
          THEN coalesce((SELECT conname FROM pg_constraint WHERE oid = t.tgconstraint), '') || ' '
            || t.tgfoid::regproc || ' ' || t.tgtype ELSE quote_ident(t.tgname) END,
        t.tgrelid::regclass::text,
        jsonb_build_object('tgenabled', t.tgenabled,
          'definition', CASE WHEN NOT t.tgisinternal THEN pg_get_triggerdef(t.oid) END)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace
      """
          + USER;

  private static final String RULES =
      """
      SELECT 'rule', r.ev_class::regclass || '.' || quote_ident(r.rulename),
        r.ev_class::regclass::text,
        jsonb_build_object('definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled)
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
      WHERE r.rulename <> '_RETURN' AND c.relnamespace
      """
          + USER;

  private static final String POLICIES =
      """
      SELECT 'policy', p.polrelid::regclass || '.' || quote_ident(p.polname),
        p.polrelid::regclass::text,
        jsonb_build_object('command', p.polcmd, 'permissive', p.polpermissive,
          'roles', (SELECT jsonb_agg(x::regrole::text ORDER BY x::regrole::text)
            FROM unnest(p.polroles) x),
          'using', pg_get_expr(p.polqual, p.polrelid),
          'with check', pg_get_expr(p.polwithcheck, p.polrelid))
      FROM pg_policy p
      """;

  private TableCatalogSql() {}

  /** One question for everything, giving {@code kind, name, of, aspect, value}. */
  public static String question() {
    return aspects(things());
  }

  /** The same with one row for a thing: {@code kind, name, of, facts}. */
  public static String things() {
    List<String> parts =
        new ArrayList<>(
            List.of(SCHEMAS, RELATIONS, COLUMNS, ORDER, CONSTRAINTS, TRIGGERS, RULES, POLICIES));
    parts.addAll(NonTableCatalogSql.parts());
    return "SELECT NULL::text, NULL::text, NULL::text, NULL::jsonb WHERE false UNION ALL "
        + String.join("\nUNION ALL ", parts);
  }

  /** Gives each aspect of things a row of its own. */
  public static String aspects(String things) {
    return "SELECT p.kind, p.name, p.of, f.key, f.value FROM ("
        + things
        + ") p (kind, name, of, facts), LATERAL (SELECT * FROM"
        + " jsonb_each_text(jsonb_build_object('is', 'there') || jsonb_strip_nulls(p.facts))) f";
  }
}
