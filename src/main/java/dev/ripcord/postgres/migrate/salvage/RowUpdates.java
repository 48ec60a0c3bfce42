package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Changes rows such that it stays known which of them only a migration has written: by that, a
 * later down knows what it does not lose. The rows of each migration are changed in a
 * subtransaction of their own, and its number is written down beside that of the migration. Within
 * the transaction that is open on its session.
 */
public final class RowUpdates {
  private static final BigInteger WRAP = BigInteger.ONE.shiftLeft(32);
  private static final String WRITERS =
      """
      SELECT transaction_id FROM $schema.migration_history
      WHERE additive AND success AND reverted_at IS NULL AND transaction_id ~ '^[0-9]+$'
      """;
  private static final String ALSO =
      """
      SELECT e.key AS writer, a.value AS also FROM $schema.salvage s,
        jsonb_each(CASE jsonb_typeof(to_jsonb(s) -> 'rewritten') WHEN 'object'
          THEN to_jsonb(s) -> 'rewritten' ELSE '{}' END) e, jsonb_array_elements_text(e.value) a
      """;
  private static final String REMEMBER = "UPDATE $schema.salvage SET rewritten = $2 WHERE id = $1";

  private final MigrationSession session;
  private final MigrationTables tables;

  RowUpdates(MigrationSession session, MigrationTables tables) {
    this.session = session;
    this.tables = tables;
  }

  /**
   * The numbers under which rows stand that were changed since they were written, by the number of
   * the migration's transaction, as {@code xmin} has it. Only reads.
   */
  public static Map<String, List<String>> aliases(
      MigrationSession session, MigrationTables tables) {
    Map<String, List<String>> all = new HashMap<>();
    if (SalvageManifest.isThere(session, tables)) {
      for (Row row : session.ask(tables.sql(ALSO))) {
        all.merge(
            row.getString("writer"),
            List.of(row.getString("also")),
            (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
      }
    }
    return all;
  }

  /**
   * Changes rows.
   *
   * @param entry whose values they get
   * @param table with its alias {@code t}
   * @param set what is set
   * @param from what is joined
   * @param where which rows
   * @return how many were changed
   */
  long run(long entry, String table, String set, String from, String where) {
    Map<String, String> writers = new HashMap<>();
    Map<String, List<String>> known = aliases(session, tables);
    for (Row row : session.ask(tables.sql(WRITERS))) {
      String writer = new BigInteger(row.getString(0)).mod(WRAP).toString();
      writers.put(writer, writer);
      known.getOrDefault(writer, List.of()).forEach(also -> writers.put(also, writer));
    }
    String update = "UPDATE %s SET %s FROM %s WHERE %s".formatted(table, set, from, where);
    if (writers.isEmpty()) {
      return session.changed(update);
    }
    List<Row> found =
        session.ask(
            "SELECT DISTINCT t.xmin::text FROM %s, %s WHERE %s AND t.xmin = ANY ($1::text[]::xid[])"
                .formatted(table, from, where),
            (Object) writers.keySet().toArray(String[]::new));
    Map<String, List<String>> rewritten = new HashMap<>();
    List<String> done = new ArrayList<>();
    long changed = 0;
    for (Row row : found) {
      String number = row.getString(0);
      session.run("SAVEPOINT ripcord_rows");
      Row part =
          session
              .ask(
                  "WITH part AS (%s AND t.xmin = '%s'::xid RETURNING t.xmin::text AS number) SELECT max(number), count(*) FROM part"
                      .formatted(update, number))
              .getFirst();
      session.run("RELEASE SAVEPOINT ripcord_rows");
      changed += part.getLong(1);
      done.add(part.getString(0));
      rewritten
          .computeIfAbsent(writers.getOrDefault(number, number), writer -> new ArrayList<>())
          .add(part.getString(0));
    }
    if (found.isEmpty()) {
      return session.changed(update);
    }
    changed +=
        session.change(
            update + " AND t.xmin <> ALL ($1::text[]::xid[])",
            (Object) done.toArray(String[]::new));
    new SalvageManifest(session, tables).renew();
    JsonObject remembered = new JsonObject();
    rewritten.forEach((writer, also) -> remembered.put(writer, new JsonArray(also)));
    session.change(tables.sql(REMEMBER), entry, remembered);
    return changed;
  }
}
