package dev.ripcord.postgres.journal;

import dev.ripcord.port.JournalException;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statements of leases: an advisory lock of one session, and a row with the token and the
 * session. A lock that is not free is given up by its holder, or taken from one that stands still.
 */
final class LeaseRows {
  private static final String KEY = "hashtextextended('ripcord lease ' || %s, 0)";
  private static final String TRY =
      "SELECT s.service, pg_try_advisory_lock("
          + KEY.formatted("s.service")
          + ") AS taken FROM unnest($1::text[]) AS s (service)";

  /**
   * The rows say first that nobody has them, then the locks are freed: so nobody waits for a row
   * whose lock another has. Not waiting for the disk: a crash of the server ends the session, too.
   */
  private static final String UNLOCK =
      """
      WITH given AS (
        UPDATE ripcord_journal.lease l SET session = NULL, given_back = $3
        FROM set_config('synchronous_commit', 'off', true)
        WHERE l.service = ANY ($1) AND l.session = $2
        RETURNING l.service)
      SELECT pg_advisory_unlock(%s)
      FROM (SELECT count(*) FROM given) AS written, unnest($1::text[]) AS s (service)
      """
          .formatted(KEY.formatted("s.service"));

  private static final String TOKEN =
      """
      INSERT INTO ripcord_journal.lease AS l (service, token, holder, taken_at, session)
      SELECT service, 1, holder, now(), $3 FROM unnest($1::text[], $2::text[]) AS s (service, holder)
      ON CONFLICT (service) DO UPDATE
        SET token = l.token + 1, holder = excluded.holder, taken_at = now(), session = $3,
          given_back = NULL, wanted = NULL
      RETURNING service, token
      """;

  /** Who has the locks, and which of them are of sessions that others may end. */
  private static final String HOLDERS =
      """
      SELECT s.service, coalesce(l.holder, 'another program') AS holder, k.pid,
        coalesce(l.taken_at, a.backend_start) AS since, host(a.client_addr) AS client,
        CASE WHEN e.pid = k.pid AND e.backend_start = a.backend_start
          AND (e.expired_at IS NOT NULL
            OR e.renewed_at < clock_timestamp() - $2 * interval '1 millisecond')
          THEN e.id END AS still
      FROM (SELECT service, %s AS key FROM unnest($1::text[]) AS u (service)) AS s
        JOIN pg_locks k ON k.locktype = 'advisory' AND k.granted AND k.objsubid = 1
          AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND k.classid::bigint = (s.key >> 32) & 4294967295
          AND k.objid::bigint = s.key & 4294967295
        LEFT JOIN pg_stat_activity a ON a.pid = k.pid
        LEFT JOIN ripcord_journal.lease l ON l.service = s.service
        LEFT JOIN ripcord_journal.lease_session e ON e.id = l.session
      """
          .formatted(KEY.formatted("service"));

  /** The mark comes first: from then on the session proves nothing, even where it lives on. */
  private static final String EXPIRE =
      """
      UPDATE ripcord_journal.lease_session
      SET expired_at = coalesce(expired_at, clock_timestamp())
      WHERE id = ANY ($1) AND (expired_at IS NOT NULL
        OR renewed_at < clock_timestamp() - $2 * interval '1 millisecond')
      """;

  private static final String END =
      """
      SELECT a.pid, pg_terminate_backend(a.pid) AS told
      FROM ripcord_journal.lease_session e
        JOIN pg_stat_activity a ON a.pid = e.pid AND a.backend_start = e.backend_start
      WHERE e.id = ANY ($1) AND e.expired_at IS NOT NULL
      """;

  private LeaseRows() {}

  /**
   * A lease that is asked for.
   *
   * @param holder a name for this process, for people
   */
  record Wish(ServiceName service, String holder) {}

  /**
   * Who has a lock that is not free.
   *
   * @param who which process and since when, for people
   * @param still the session, where it was not renewed for so long that it may be ended
   */
  record Holder(String who, Optional<Long> still) {
    /** What who asked for the lease is answered. */
    JournalException refusal(ServiceName service) {
      return JournalException.heldBy(
          who, "\"" + service + "\" is watched by " + who + "; stop that one first");
    }
  }

  /** Takes what is free of some different services for a session; gives the new tokens. */
  static Future<Map<ServiceName, Long>> take(
      PgConnection connection, long session, List<Wish> wishes) {
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
              return taken.isEmpty()
                  ? Future.succeededFuture(Map.of())
                  : tokens(connection, session, taken);
            });
  }

  private static Future<Map<ServiceName, Long>> tokens(
      PgConnection connection, long session, List<Wish> taken) {
    String[] services = taken.stream().map(w -> w.service().text()).toArray(String[]::new);
    String[] holders =
        taken.stream().map(w -> JournalJson.storable(w.holder())).toArray(String[]::new);
    return connection
        .preparedQuery(TOKEN)
        .execute(
            Tuple.tuple().addArrayOfString(services).addArrayOfString(holders).addLong(session))
        .map(
            rows -> {
              Map<ServiceName, Long> tokens = new HashMap<>();
              rows.forEach(
                  row ->
                      tokens.put(new ServiceName(row.getString("service")), row.getLong("token")));
              return tokens;
            });
  }

  /** Who has the locks of some services; nobody, where one has become free meanwhile. */
  static Future<Map<ServiceName, Holder>> holders(
      SqlClient connection, Collection<ServiceName> services) {
    if (services.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    String[] asked = services.stream().map(ServiceName::text).toArray(String[]::new);
    return connection
        .preparedQuery(HOLDERS)
        .execute(Tuple.tuple().addArrayOfString(asked).addLong(LeaseSession.EXPIRY.toMillis()))
        .map(
            rows -> {
              Map<ServiceName, Holder> found = new HashMap<>();
              rows.forEach(
                  row -> found.put(new ServiceName(row.getString("service")), holder(row)));
              return found;
            });
  }

  private static Holder holder(Row row) {
    String who =
        who(
            row.getString("holder"),
            row.getOffsetDateTime("since"),
            row.getInteger("pid"),
            row.getString("client"));
    return new Holder(who, Optional.ofNullable(row.getLong("still")));
  }

  /**
   * A holder, for people.
   *
   * @param pid the process of its session in the server, null where that has ended
   * @param client where the session comes from, null where that is the server's own host
   */
  static String who(
      String holder,
      @Nullable OffsetDateTime since,
      @Nullable Integer pid,
      @Nullable String client) {
    String time =
        Optional.ofNullable(since)
            .map(at -> at.toInstant().truncatedTo(ChronoUnit.SECONDS).toString())
            .orElse("an unknown time");
    String session =
        pid == null
            ? ""
            : " (database session %d from %s)"
                .formatted(pid, Objects.requireNonNullElse(client, "this host"));
    return holder + " since " + time + session;
  }

  /**
   * Ends sessions that were not renewed in time; gives how many there were. Whether such a one was
   * renewed after all is decided by the row itself.
   */
  static Future<Integer> end(PgConnection connection, Collection<Long> sessions) {
    Long[] ids = sessions.toArray(Long[]::new);
    return connection
        .preparedQuery(EXPIRE)
        .execute(Tuple.tuple().addArrayOfLong(ids).addLong(LeaseSession.EXPIRY.toMillis()))
        .compose(marked -> connection.preparedQuery(END).execute(Tuple.tuple().addArrayOfLong(ids)))
        .map(rows -> rows.size());
  }

  /**
   * Frees the locks of some services; does nothing for those that are not held.
   *
   * @param why what others are told, for people
   */
  static Future<Void> unlock(
      PgConnection connection, long session, Collection<ServiceName> services, String why) {
    String[] names = services.stream().map(ServiceName::text).toArray(String[]::new);
    return connection
        .preparedQuery(UNLOCK)
        .execute(Tuple.tuple().addArrayOfString(names).addLong(session).addString(why))
        .mapEmpty();
  }
}
