package dev.ripcord.postgres;

import dev.ripcord.port.JournalException;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The statements of leases: an advisory lock of one session, and a row with the token. */
final class LeaseRows {
  private static final String KEY = "hashtextextended('ripcord lease ' || %s, 0)";
  private static final String TRY =
      "SELECT s.service, pg_try_advisory_lock("
          + KEY.formatted("s.service")
          + ") AS taken FROM unnest($1::text[]) AS s (service)";
  private static final String UNLOCK = "SELECT pg_advisory_unlock(" + KEY.formatted("$1") + ")";
  private static final String TOKEN =
      """
      INSERT INTO ripcord_journal.lease AS l (service, token, holder, taken_at)
      SELECT service, 1, holder, now() FROM unnest($1::text[], $2::text[]) AS s (service, holder)
      ON CONFLICT (service)
        DO UPDATE SET token = l.token + 1, holder = excluded.holder, taken_at = now()
      RETURNING service, token
      """;
  private static final String HOLDER =
      """
      SELECT coalesce(l.holder, 'another program') AS holder, k.pid,
        coalesce(l.taken_at, a.backend_start) AS since, host(a.client_addr) AS client
      FROM pg_locks k
        LEFT JOIN pg_stat_activity a ON a.pid = k.pid
        LEFT JOIN ripcord_journal.lease l ON l.service = $1
      WHERE k.locktype = 'advisory' AND k.granted AND k.objsubid = 1
        AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND ((k.classid::bigint << 32) | k.objid::bigint) =
      """
          + KEY.formatted("$1");

  private LeaseRows() {}

  /**
   * A lease that is asked for.
   *
   * @param holder a name for this process, for people
   */
  record Wish(ServiceName service, String holder) {}

  /** Takes what is free of some different services; gives the new tokens. */
  static Future<Map<ServiceName, Long>> take(PgConnection connection, List<Wish> wishes) {
    String[] asked = wishes.stream().map(w -> w.service().text()).toArray(String[]::new);
    return connection
        .preparedQuery(TRY)
        .execute(Tuple.tuple().addArrayOfString(asked))
        .compose(
            rows -> {
              Map<String, Boolean> free = new HashMap<>();
              rows.forEach(row -> free.put(row.getString("service"), row.getBoolean("taken")));
              List<Wish> taken =
                  wishes.stream()
                      .filter(w -> Boolean.TRUE.equals(free.get(w.service().text())))
                      .toList();
              return taken.isEmpty() ? Future.succeededFuture(Map.of()) : tokens(connection, taken);
            });
  }

  private static Future<Map<ServiceName, Long>> tokens(PgConnection connection, List<Wish> taken) {
    String[] services = taken.stream().map(w -> w.service().text()).toArray(String[]::new);
    String[] holders =
        taken.stream().map(w -> JournalJson.storable(w.holder())).toArray(String[]::new);
    return connection
        .preparedQuery(TOKEN)
        .execute(Tuple.tuple().addArrayOfString(services).addArrayOfString(holders))
        .map(
            rows -> {
              Map<ServiceName, Long> tokens = new HashMap<>();
              rows.forEach(
                  row ->
                      tokens.put(new ServiceName(row.getString("service")), row.getLong("token")));
              return tokens;
            });
  }

  /** Fails, with who has the lease of a service. */
  static Future<Void> refusal(PgConnection connection, ServiceName service) {
    return connection
        .preparedQuery(HOLDER)
        .execute(Tuple.of(service.text()))
        .compose(
            rows -> {
              String who = who(rows);
              return Future.failedFuture(
                  new JournalException(
                      "\"" + service + "\" is watched by " + who + "; stop that one first", true));
            });
  }

  private static String who(RowSet<Row> rows) {
    for (Row row : rows) {
      String client = Optional.ofNullable(row.getString("client")).orElse("this host");
      return "%s since %s (database session %d from %s)"
          .formatted(
              row.getString("holder"),
              row.getOffsetDateTime("since").toInstant().truncatedTo(ChronoUnit.SECONDS),
              row.getInteger("pid"),
              client);
    }
    return "another process that is just ending";
  }

  /** Frees the lock of a service; does nothing when it is not held. */
  static Future<Void> unlock(PgConnection connection, ServiceName service) {
    return connection.preparedQuery(UNLOCK).execute(Tuple.of(service.text())).mapEmpty();
  }
}
