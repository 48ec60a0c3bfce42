package dev.ripcord.postgres.catalog;

import static dev.ripcord.postgres.catalog.TableCatalogSql.ACL;
import static dev.ripcord.postgres.catalog.TableCatalogSql.USER;

import java.util.ArrayList;
import java.util.List;

/** The questions of {@link TableCatalogSql} on what is not part of a table. */
final class NonTableCatalogSql {
  private static final String ROUTINES =
      """
      SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
        p.oid::regprocedure::text, '',
        CASE WHEN p.prokind = 'a'
          THEN to_jsonb(g) - '{aggfnoid,aggtranstype,aggmtranstype,aggsortop}'::text[]
            || jsonb_build_object('state', g.aggtranstype::regtype,
              'moving state', CASE WHEN g.aggmtranstype <> 0 THEN g.aggmtranstype::regtype END,
              'sort', CASE WHEN g.aggsortop <> 0 THEN g.aggsortop::regoperator END,
              'result', pg_get_function_result(p.oid), 'parallel', p.proparallel)
          ELSE jsonb_build_object('definition', pg_get_functiondef(p.oid)) END
          || jsonb_build_object('owner', p.proowner::regrole, 'acl', $acl)
      FROM pg_proc p LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid WHERE p.pronamespace
      """
              .replace("$acl", ACL.formatted("p.proacl", "'f'", "p.proowner"))
          + USER;

  private static final String TYPES =
      """
      SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, t.oid::regtype::text, '',
        to_jsonb(t) - '{oid,typname,typnamespace,typowner,typacl,typrelid,typarray,typelem,
            typbasetype,typtypmod,typcollation,typdefaultbin}'::text[]
          || jsonb_build_object('owner', t.typowner::regrole, 'acl', $acl,
            'base', CASE WHEN t.typbasetype <> 0
              THEN format_type(t.typbasetype, t.typtypmod) END,
            'collation', CASE WHEN t.typcollation <> 0 THEN t.typcollation::regcollation END,
            'labels', (SELECT jsonb_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum
              WHERE enumtypid = t.oid),
            'range', (SELECT to_jsonb(r) - '{rngtypid,rngsubtype,rngmultitypid,rngcollation,
                rngsubopc}'::text[] || jsonb_build_object('of', r.rngsubtype::regtype)
              FROM pg_range r WHERE r.rngtypid = t.oid))
      FROM pg_type t WHERE t.typrelid = 0 AND t.typcategory <> 'A' AND t.typnamespace
      """
              .replace("$acl", ACL.formatted("t.typacl", "'T'", "t.typowner"))
          + USER;

  private static final String SEQUENCES =
      """
      SELECT 'numbering', s.seqrelid::regclass::text, s.seqrelid::regclass::text,
        to_jsonb(s) - '{seqrelid,seqtypid}'::text[]
          || jsonb_build_object('type', s.seqtypid::regtype,
            'owned by', (SELECT d.refobjid::regclass || '.' || quote_ident(a.attname)
              FROM pg_depend d JOIN pg_attribute a
                ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
              WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid
                AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
                AND d.refobjsubid > 0 LIMIT 1))
      FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid WHERE c.relnamespace
      """
          + USER;

  private static final String EXTENSIONS =
      """
      SELECT 'extension', quote_ident(e.extname), '', jsonb_build_object('version', e.extversion,
        'schema', e.extnamespace::regnamespace, 'owner', e.extowner::regrole)
      FROM pg_extension e
      """;

  private static final String INHERITANCE =
      """
      SELECT 'inheritance', i.inhrelid::regclass || ' of ' || i.inhparent::regclass,
        i.inhrelid::regclass::text, to_jsonb(i) - '{inhrelid,inhparent}'::text[]
      FROM pg_inherits i
      """;

  private static final String STATISTICS =
      """
      SELECT 'statistics object',
        s.stxnamespace::regnamespace || '.' || quote_ident(s.stxname), s.stxrelid::regclass::text,
        jsonb_build_object('definition', pg_get_statisticsobjdef(s.oid),
          'target', nullif(s.stxstattarget, -1), 'owner', s.stxowner::regrole)
      FROM pg_statistic_ext s
      """;

  /**
   * The tables that a publication names. Those that it takes with their schema, or with all others,
   * follow from it. The server before version 15 has neither columns nor a filter here: {@code
   * prqual} is then the NULL around it.
   */
  private static final String PUBLISHED =
      """
      SELECT 'published table', quote_ident(p.pubname) || ' ' || r.prrelid::regclass, '',
        jsonb_build_object('columns', (SELECT jsonb_agg(quote_ident(a.attname) ORDER BY a.attname)
            FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum::text = ANY (
              string_to_array(translate(to_jsonb(r) ->> 'prattrs', '[],', '  '), ' '))),
          'filter', (SELECT (SELECT pg_get_expr(prqual, x.prrelid) FROM pg_publication_rel x
            WHERE x.oid = r.oid) FROM (SELECT NULL::pg_node_tree AS prqual) absent))
      FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
      """;

  private static final String COMMENTS =
      """
      SELECT 'comment on', o.type || ' ' || o.identity,
        CASE WHEN d.classoid = 'pg_class'::regclass THEN d.objoid::regclass::text ELSE '' END,
        jsonb_build_object('text', d.description)
      FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) o
      WHERE d.objoid >= 16384 OR d.objoid = 2200
      """;

  private static final String LABELS =
      """
      SELECT 'security label on', objtype || ' ' || coalesce(objname, '') || ' ' || provider, '',
        jsonb_build_object('label', label) FROM pg_seclabels
      """;

  private static final String SETTINGS =
      """
      SELECT 'settings of the database', CASE setrole WHEN 0 THEN '' ELSE setrole::regrole::text END,
        '', jsonb_build_object('settings', (SELECT jsonb_agg(x ORDER BY x) FROM unnest(setconfig) x))
      FROM pg_db_role_setting
      WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
      """;

  private static final String OTHERS =
      """
      SELECT 'user mapping', srvname || ' ' || usename, '', jsonb_build_object('options', umoptions)
        FROM pg_user_mappings
      UNION ALL SELECT 'foreign options', ftrelid::regclass::text, ftrelid::regclass::text,
        jsonb_build_object('options', ftoptions, 'server',
          (SELECT quote_ident(srvname) FROM pg_foreign_server WHERE oid = ftserver))
        FROM pg_foreign_table
      UNION ALL SELECT 'large object', oid::text, '', to_jsonb(l) - 'oid'
        FROM pg_largeobject_metadata l
      UNION ALL SELECT 'text search mapping', mapcfg::regconfig || ' ' || maptokentype || ' '
          || mapseqno, '', jsonb_build_object('dictionary', mapdict::regdictionary)
        FROM pg_ts_config_map WHERE mapcfg >= 16384
      UNION ALL SELECT 'privileges on', 'the system catalogs', '', jsonb_build_object('acl',
        md5(coalesce((SELECT string_agg(oid || relacl::text, ' ' ORDER BY oid) FROM pg_class
            WHERE relnamespace = 'pg_catalog'::regnamespace), '')
          || coalesce((SELECT string_agg(oid || proacl::text, ' ' ORDER BY oid) FROM pg_proc
            WHERE pronamespace = 'pg_catalog'::regnamespace), '')))
      """;

  /**
   * A catalog whose rows are compared as they are.
   *
   * @param name without {@code pg_}
   * @param numbers columns that name other things by a number, which is another one when they are
   *     made anew; what is not said in {@code names} is part of a thing's own name
   * @param names pairs of an aspect and SQL that names what a number stands for
   */
  private record Plain(String name, String numbers, String names) {}

  private static final List<Plain> PLAIN =
      List.of(
          new Plain(
              "cast", "castsource,casttarget,castfunc", "'function', c.castfunc::regprocedure"),
          new Plain(
              "operator",
              "oprnamespace,oprowner,oprleft,oprright,oprresult,oprcom,oprnegate",
              "'owner', c.oprowner::regrole, 'result', c.oprresult::regtype, 'commutator',"
                  + " c.oprcom::regoperator, 'negator', c.oprnegate::regoperator"),
          new Plain(
              "opclass",
              "opcmethod,opcnamespace,opcowner,opcfamily,opcintype,opckeytype",
              "'owner', c.opcowner::regrole, 'type', c.opcintype::regtype, 'stored',"
                  + " c.opckeytype::regtype, 'family', "
                  + identity("opfamily", "c.opcfamily")),
          new Plain("opfamily", "opfmethod,opfnamespace,opfowner", "'owner', c.opfowner::regrole"),
          new Plain("amop", "", ""),
          new Plain("amproc", "", ""),
          new Plain("am", "", ""),
          // The encoding of a copy of "C" is any one, of its dump the database's own.
          new Plain(
              "collation", "collnamespace,collowner,collencoding", "'owner', c.collowner::regrole"),
          new Plain("conversion", "connamespace,conowner", "'owner', c.conowner::regrole"),
          new Plain(
              "language",
              "lanowner,lanplcallfoid,laninline,lanvalidator",
              "'owner', c.lanowner::regrole, 'handler', c.lanplcallfoid::regprocedure, 'inline',"
                  + " c.laninline::regprocedure, 'validator', c.lanvalidator::regprocedure"),
          new Plain("transform", "trftype,trflang", ""),
          new Plain(
              "ts_config",
              "cfgnamespace,cfgowner,cfgparser",
              "'owner', c.cfgowner::regrole, 'parser', " + identity("ts_parser", "c.cfgparser")),
          new Plain(
              "ts_dict",
              "dictnamespace,dictowner,dicttemplate",
              "'owner', c.dictowner::regrole, 'template', "
                  + identity("ts_template", "c.dicttemplate")),
          new Plain("ts_parser", "prsnamespace", ""),
          new Plain("ts_template", "tmplnamespace", ""),
          new Plain(
              "foreign_data_wrapper",
              "fdwowner,fdwhandler,fdwvalidator",
              "'owner', c.fdwowner::regrole, 'handler', c.fdwhandler::regprocedure, 'validator',"
                  + " c.fdwvalidator::regprocedure"),
          new Plain(
              "foreign_server",
              "srvowner,srvfdw",
              "'owner', c.srvowner::regrole, 'wrapper', "
                  + identity("foreign_data_wrapper", "c.srvfdw")),
          new Plain(
              "event_trigger",
              "evtowner,evtfoid",
              "'owner', c.evtowner::regrole, 'function', c.evtfoid::regprocedure"),
          new Plain("publication", "pubowner", "'owner', c.pubowner::regrole"),
          new Plain("default_acl", "defaclrole,defaclnamespace", ""));

  private static String identity(String catalog, String number) {
    return "(SELECT identity FROM pg_identify_object('pg_%s'::regclass, %s, 0))"
        .formatted(catalog, number);
  }

  /** What a publication names by its schema; PostgreSQL before 15 has none. */
  private static final String PUBLISHED_SCHEMAS =
      """
      SELECT 'published schema', o.identity, '', '{}'::jsonb
      FROM pg_depend d, pg_identify_object(d.classid, d.objid, 0) o
      WHERE d.classid = to_regclass('pg_catalog.pg_publication_namespace')
        AND d.refclassid = 'pg_publication'::regclass
      """;

  private NonTableCatalogSql() {}

  static List<String> parts() {
    List<String> parts =
        new ArrayList<>(
            List.of(
                ROUTINES,
                TYPES,
                SEQUENCES,
                EXTENSIONS,
                INHERITANCE,
                STATISTICS,
                PUBLISHED,
                PUBLISHED_SCHEMAS,
                COMMENTS,
                LABELS,
                SETTINGS,
                OTHERS));
    PLAIN.forEach(catalog -> parts.add(plain(catalog)));
    return parts;
  }

  /** What an extension has made goes with its version; rows of other catalogs name it by number. */
  private static String plain(Plain catalog) {
    return """
    SELECT '%1$s', coalesce(o.identity, c.oid::text), '',
      CASE WHEN '%1$s' IN ('amop', 'amproc') OR EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid
        AND d.classid = 'pg_%1$s'::regclass AND d.deptype = 'e') THEN '{}'
      ELSE to_jsonb(c) - '{oid%2$s}'::text[] || jsonb_build_object(%3$s) END
    FROM pg_%1$s c, pg_identify_object('pg_%1$s'::regclass, c.oid, 0) o WHERE c.oid >= 16384
    """
        .formatted(
            catalog.name(),
            catalog.numbers().isEmpty() ? "" : "," + catalog.numbers(),
            catalog.names());
  }
}
