package dev.ripcord.postgres.catalog;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of what a database holds, by numbers that a rename does not change.
 *
 * @param named by sort and number, in the order in which names are given back: parts first
 */
public record ObjectNames(Map<String, Named> named) {
  /** What holds values, or says which one comes next. */
  private static final Set<String> HOLDING = Set.of("table", "sequence", "column", "attribute");

  private static final String QUESTION =
      """
      SELECT 'column' AS sort, a.attrelid || '.' || a.attnum AS id, c.oid::regclass::text AS parent,
        '' AS space, quote_ident(a.attname) AS name, 'COLUMN' AS word
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND c.relnamespace $user
      UNION ALL SELECT 'attribute', a.attrelid || '.' || a.attnum, c.oid::regclass::text, '',
        quote_ident(a.attname), 'ATTRIBUTE'
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'c' AND c.relnamespace $user
      UNION ALL SELECT 'constraint', k.oid::text,
        coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text), '',
        quote_ident(k.conname), CASE WHEN k.conrelid = 0 THEN 'DOMAIN' ELSE 'TABLE' END
      FROM pg_constraint k WHERE k.contype <> 't' AND k.connamespace $user
      UNION ALL SELECT 'trigger', t.oid::text, t.tgrelid::regclass::text, '', quote_ident(t.tgname),
        'TRIGGER' FROM pg_trigger t WHERE NOT t.tgisinternal
      UNION ALL SELECT 'policy', p.oid::text, p.polrelid::regclass::text, '', quote_ident(p.polname),
        'POLICY' FROM pg_policy p
      UNION ALL SELECT 'rule', r.oid::text, r.ev_class::regclass::text, '', quote_ident(r.rulename),
        'RULE' FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
      WHERE r.rulename <> '_RETURN' AND c.relnamespace $user
      UNION ALL SELECT 'label', e.oid::text, e.enumtypid::regtype::text, '', e.enumlabel, 'VALUE'
      FROM pg_enum e
      UNION ALL SELECT CASE WHEN c.relkind IN ('r', 'p') THEN 'table' WHEN c.relkind = 'S'
          THEN 'sequence' ELSE 'relation' END, c.oid::text, '', c.relnamespace::regnamespace::text,
        quote_ident(c.relname), CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'TABLE'
          WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE'
          WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE' ELSE 'INDEX' END
      FROM pg_class c WHERE c.relkind <> 't' AND c.relnamespace $user
      UNION ALL SELECT 'type', t.oid::text, '', t.typnamespace::regnamespace::text,
        quote_ident(t.typname), CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END
      FROM pg_type t WHERE t.typrelid = 0 AND t.typcategory <> 'A' AND t.typnamespace $user
      UNION ALL SELECT 'routine', p.oid::text, pg_get_function_identity_arguments(p.oid),
        p.pronamespace::regnamespace::text, quote_ident(p.proname), 'ROUTINE'
      FROM pg_proc p WHERE p.pronamespace $user
      UNION ALL SELECT 'schema', n.oid::text, '', '', quote_ident(n.nspname), 'SCHEMA'
      FROM pg_namespace n WHERE n.oid $user
      """
          .replace("$user", TableCatalogSql.USER);

  /**
   * One of them.
   *
   * @param sort what it is
   * @param parent what it is a part of; a routine's arguments
   * @param space its schema; empty for none
   * @param name its name
   * @param word what SQL calls it
   */
  public record Named(String sort, String parent, String space, String name, String word) {
    String full() {
      return space.isEmpty() ? name : space + "." + name;
    }

    /** What it is and where, in words. */
    String place() {
      return sort + " " + (parent.isEmpty() ? full() : parent + "." + name);
    }
  }

  /** Reads them in a session with an empty {@code search_path}. */
  public static ObjectNames read(MigrationSession session) {
    Map<String, Named> named = new LinkedHashMap<>();
    for (Row row : session.ask(QUESTION)) {
      String sort = row.getString("sort");
      named.put(
          sort + " " + row.getString("id"),
          new Named(
              sort,
              row.getString("parent"),
              row.getString("space"),
              row.getString("name"),
              row.getString("word")));
    }
    return new ObjectNames(named);
  }

  /**
   * What has a name that something else of its sort had before: tables, sequences, columns of
   * tables, and parts of composite types. What the first one held, the second one may not hold.
   */
  public List<String> madeAnew(ObjectNames now) {
    Map<String, String> ids = new HashMap<>();
    now.named.forEach((id, each) -> ids.put(each.place(), id));
    Set<String> anew = new LinkedHashSet<>();
    named.forEach(
        (id, each) -> {
          String then = ids.getOrDefault(each.place(), id);
          if (!then.equals(id) && HOLDING.contains(each.sort())) {
            anew.add(each.place());
          }
        });
    Set<String> tables = new HashSet<>();
    named.values().stream()
        .filter(each -> each.sort().equals("table"))
        .forEach(each -> tables.add(each.full()));
    return named.values().stream()
        .filter(each -> anew.contains(each.place()))
        .filter(
            each ->
                !each.sort().equals("column")
                    || (tables.contains(each.parent()) && !anew.contains("table " + each.parent())))
        .map(Named::place)
        .toList();
  }

  /** What gives everything the name and the schema back that it had before. */
  public List<String> givenBack(ObjectNames now) {
    List<String> statements = new ArrayList<>();
    named.forEach(
        (id, then) -> {
          Named is = now.named.get(id);
          if (is != null && !is.name().equals(then.name())) {
            statements.add(rename(is, then.name()));
          }
          if (is != null && !is.space().equals(then.space()) && now.isThere(then.space())) {
            String moved = new Named(then.sort(), "", is.space(), then.name(), "").full();
            String arguments = then.sort().equals("routine") ? "(" + then.parent() + ")" : "";
            statements.add(
                "ALTER " + then.word() + " " + moved + arguments + " SET SCHEMA " + then.space());
          }
        });
    return statements;
  }

  /** A schema that was renamed has taken what is in it along. */
  private boolean isThere(String schema) {
    return named.values().stream()
        .anyMatch(each -> each.sort().equals("schema") && each.name().equals(schema));
  }

  private static String rename(Named is, String to) {
    return switch (is.sort()) {
      case "column" -> "ALTER TABLE " + is.parent() + " RENAME COLUMN " + is.name() + " TO " + to;
      case "attribute" ->
          "ALTER TYPE " + is.parent() + " RENAME ATTRIBUTE " + is.name() + " TO " + to;
      case "constraint" ->
          "ALTER "
              + is.word()
              + " "
              + is.parent()
              + " RENAME CONSTRAINT "
              + is.name()
              + " TO "
              + to;
      case "trigger", "policy", "rule" ->
          "ALTER " + is.word() + " " + is.name() + " ON " + is.parent() + " RENAME TO " + to;
      case "label" ->
          "ALTER TYPE "
              + is.parent()
              + " RENAME VALUE "
              + Quoting.text(is.name())
              + " TO "
              + Quoting.text(to);
      case "routine" -> "ALTER ROUTINE " + is.full() + "(" + is.parent() + ") RENAME TO " + to;
      default -> "ALTER " + is.word() + " " + is.full() + " RENAME TO " + to;
    };
  }

  /**
   * What of the contents is gone with a table or a column, in words.
   *
   * @param first what there was at first; what came later goes without a word
   */
  public List<String> lost(ObjectNames now, ObjectNames first) {
    List<String> lost = new ArrayList<>();
    named.forEach(
        (id, then) -> {
          if (now.named.containsKey(id) || !first.named.containsKey(id)) {
            return;
          }
          switch (then.sort()) {
            case "table" -> lost.add("the rows of " + shown(then.full()));
            case "column" -> {
              if (now.named.values().stream().anyMatch(each -> isTable(each, then.parent()))) {
                lost.add("the values of " + shown(then.parent() + "." + then.name()));
              }
            }
            default -> {}
          }
        });
    return lost;
  }

  private static boolean isTable(Named each, String name) {
    return each.sort().equals("table") && each.full().equals(name);
  }

  private static String shown(String name) {
    return name.startsWith("public.") ? name.substring("public.".length()) : name;
  }

  /** Whether there is a table of this name, whatever its schema. */
  public boolean hasTable(String name) {
    return named.values().stream()
        .filter(each -> each.sort().equals("table"))
        .anyMatch(each -> each.name().replace("\"", "").equals(name));
  }
}
