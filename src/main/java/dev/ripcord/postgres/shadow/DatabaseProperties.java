package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.port.SchemaException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What a database has beside its contents, which a dump of one database leaves out: what {@code
 * pg_dump --create} writes down. Owner, encoding, locale, tablespace, comment, security labels,
 * rights, connection limit, whether it is a template, and settings of its own and of roles in it.
 *
 * @param create what stands behind {@code CREATE DATABASE name}
 * @param before statements for a new database, to be run before its contents come
 * @param after those that would keep the contents from coming
 */
record DatabaseProperties(String create, List<String> before, List<String> after) {
  private static final String FACTS =
      """
      SELECT quote_ident(pg_get_userbyid(datdba)) AS owner,
        quote_literal(pg_encoding_to_char(encoding)) AS encoding,
        quote_literal(datcollate) AS collation, quote_literal(datctype) AS ctype,
        to_jsonb(d) ->> 'datlocprovider' AS provider,
        quote_literal(coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')) AS locale,
        quote_literal(to_jsonb(d) ->> 'daticurules') AS rules,
        (SELECT quote_ident(spcname) FROM pg_tablespace t WHERE t.oid = dattablespace) AS tablespace,
        datconnlimit, datistemplate, datacl IS NOT NULL AS granted,
        shobj_description(d.oid, 'pg_database') AS comment
      FROM pg_database d WHERE datname = $1
      """;
  private static final String LABELS =
      """
      SELECT quote_ident(provider) AS provider, label FROM pg_shseclabel
      WHERE classoid = 'pg_database'::regclass
        AND objoid = (SELECT oid FROM pg_database WHERE datname = $1)
      """;
  private static final String SETTINGS =
      """
      SELECT CASE WHEN setrole = 0 THEN '' ELSE quote_ident(pg_get_userbyid(setrole)) END AS role,
        split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
      FROM pg_db_role_setting s, unnest(setconfig) AS c
      WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = $1)
      """;

  /** In the order in which they were given, since one may rest on another. */
  private static final String GRANTS =
      """
      SELECT a.privilege_type AS privilege,
        CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee,
        CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option,
        CASE WHEN a.grantor = d.datdba THEN '' ELSE quote_ident(pg_get_userbyid(a.grantor)) END AS grantor
      FROM pg_database d, aclexplode(d.datacl) WITH ORDINALITY
        a (grantor, grantee, privilege_type, is_grantable, place)
      WHERE d.datname = $1 ORDER BY a.place
      """;

  /**
   * Reads them.
   *
   * @param ask asks the server a question with one value
   * @param from the database that has them
   * @param to the new one that is to get them
   * @throws SchemaException when there is no such database
   */
  static DatabaseProperties read(
      BiFunction<String, String, List<Row>> ask, String from, String to) {
    Row facts =
        ask.apply(FACTS, from).stream()
            .findFirst()
            .orElseThrow(() -> new SchemaException("there is no database " + from));
    String name = Quoting.name(to);
    List<String> before = new ArrayList<>();
    if (facts.getString("comment") != null) {
      before.add("COMMENT ON DATABASE " + name + " IS " + Quoting.text(facts.getString("comment")));
    }
    for (Row label : ask.apply(LABELS, from)) {
      before.add(
          "SECURITY LABEL FOR "
              + label.getString("provider")
              + " ON DATABASE "
              + name
              + " IS "
              + Quoting.text(label.getString("label")));
    }
    for (Row setting : ask.apply(SETTINGS, from)) {
      String role = setting.getString("role");
      before.add(
          (role.isEmpty() ? "ALTER DATABASE " : "ALTER ROLE " + role + " IN DATABASE ")
              + name
              + " SET "
              + ShadowCopy.setting(setting).assignment());
    }
    List<String> after = new ArrayList<>();
    if (facts.getBoolean("granted")) {
      after.addAll(rights(ask.apply(GRANTS, from), name, facts.getString("owner")));
    }
    if (facts.getInteger("datconnlimit") != -1) {
      after.add("ALTER DATABASE " + name + " CONNECTION LIMIT " + facts.getInteger("datconnlimit"));
    }
    if (facts.getBoolean("datistemplate")) {
      after.add("ALTER DATABASE " + name + " IS_TEMPLATE true");
    }
    return new DatabaseProperties(clauses(facts), before, after);
  }

  private static String clauses(Row facts) {
    StringBuilder sql =
        new StringBuilder(" TEMPLATE template0 OWNER ")
            .append(facts.getString("owner"))
            .append(" ENCODING ")
            .append(facts.getString("encoding"))
            .append(" LC_COLLATE ")
            .append(facts.getString("collation"))
            .append(" LC_CTYPE ")
            .append(facts.getString("ctype"))
            .append(" TABLESPACE ")
            .append(facts.getString("tablespace"));
    String provider = facts.getString("provider");
    if ("i".equals(provider)) {
      sql.append(" LOCALE_PROVIDER icu ICU_LOCALE ").append(facts.getString("locale"));
      if (facts.getString("rules") != null) {
        sql.append(" ICU_RULES ").append(facts.getString("rules"));
      }
    } else if ("b".equals(provider)) {
      sql.append(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ").append(facts.getString("locale"));
    } else if ("c".equals(provider)) {
      sql.append(" LOCALE_PROVIDER libc");
    }
    return sql.toString();
  }

  /** What a new database grants by itself is taken away first. */
  private static List<String> rights(List<Row> grants, String name, String owner) {
    List<String> sql = new ArrayList<>();
    sql.add("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
    sql.add("REVOKE ALL ON DATABASE " + name + " FROM " + owner);
    for (Row grant : grants) {
      String grantor = grant.getString("grantor");
      String text =
          "GRANT "
              + grant.getString("privilege")
              + " ON DATABASE "
              + name
              + " TO "
              + grant.getString("grantee")
              + grant.getString("option");
      sql.add(grantor.isEmpty() ? text : "SET ROLE " + grantor + "; " + text + "; RESET ROLE");
    }
    return sql;
  }
}
