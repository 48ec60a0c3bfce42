package dev.ripcord.postgres.journal;

import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.SharingView;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The statements by which daemons share the services of a journal: who lives, who holds what, and
 * the leases that are given back. Ages are told by the database's clock alone.
 */
final class DaemonRows {
  private static final String REGISTER =
      """
      INSERT INTO ripcord_journal.daemon (session, holder, services) VALUES ($1, $2, $3)
      ON CONFLICT (session) DO UPDATE SET holder = excluded.holder, services = excluded.services
      """;
  private static final String WITHDRAW = "DELETE FROM ripcord_journal.daemon WHERE session = $1";

  /**
   * The sessions that are there, and sums that change with every lease that passes on. One that is
   * alone knows itself what changes, so all leases are not summed up for it twice a second.
   */
  private static final String SESSIONS =
      """
      WITH live AS (
        SELECT e.id, e.pid, host(a.client_addr) AS client,
          e.expired_at IS NOT NULL
            OR e.renewed_at < clock_timestamp() - $1 * interval '1 millisecond' AS still
        FROM ripcord_journal.lease_session e
          JOIN pg_stat_activity a ON a.pid = e.pid AND a.backend_start = e.backend_start),
      several AS MATERIALIZED (SELECT count(*) > 1 AS are FROM live)
      SELECT e.id, e.pid, e.client, d.holder, coalesce(d.xmin::text::bigint, 0) AS registered,
        e.still, coalesce(c.held, 0) AS held, t.tokens, t.wanted
      FROM live e
        LEFT JOIN ripcord_journal.daemon d ON d.session = e.id
        LEFT JOIN (SELECT session, count(*) AS held FROM ripcord_journal.lease
          WHERE (SELECT are FROM several) AND session IS NOT NULL GROUP BY session) c
          ON c.session = e.id
        CROSS JOIN (SELECT coalesce(sum(token), 0)::bigint AS tokens,
          coalesce(sum(wanted), 0)::bigint AS wanted FROM ripcord_journal.lease
          WHERE (SELECT are FROM several)) t
      ORDER BY e.id
      """;

  private static final String SERVICES =
      "SELECT session, services FROM ripcord_journal.daemon WHERE session = ANY ($1)";
  private static final String LEASES =
      "SELECT service, holder, taken_at, session, given_back, wanted FROM ripcord_journal.lease";
  private static final String WANT =
      "UPDATE ripcord_journal.lease SET wanted = $2 WHERE service = $1 AND session IS NOT NULL";

  private DaemonRows() {}

  /**
   * A session that holds leases.
   *
   * @param id its number
   * @param pid its process in the server
   * @param client where it comes from; null where that is the server's own host
   * @param daemon the name of the daemon, where it is one
   * @param registered changes when the daemon says anew what it watches
   * @param still whether it was not renewed in time, so that its leases may be taken over
   * @param held how many leases; 0 where this is the only session
   * @param tokens the sum of all tokens: it grows with each lease that is taken; 0 likewise
   * @param wanted changes with what is asked for; 0 likewise
   */
  record Session(
      long id,
      int pid,
      @Nullable String client,
      Optional<String> daemon,
      long registered,
      boolean still,
      long held,
      long tokens,
      long wanted) {
    private static Session of(Row row) {
      return new Session(
          row.getLong("id"),
          row.getInteger("pid"),
          row.getString("client"),
          Optional.ofNullable(row.getString("holder")),
          row.getLong("registered"),
          row.getBoolean("still"),
          row.getLong("held"),
          row.getLong("tokens"),
          row.getLong("wanted"));
    }
  }

  /** Makes a session that of a daemon over some services. */
  static Future<Void> register(
      PgConnection connection, long session, String holder, Collection<ServiceName> services) {
    return connection
        .preparedQuery(REGISTER)
        .execute(
            Tuple.tuple()
                .addLong(session)
                .addString(JournalJson.storable(holder))
                .addArrayOfString(names(services)))
        .mapEmpty();
  }

  /** The daemon of a session takes no part any more. */
  static Future<Void> withdraw(PgConnection connection, long session) {
    return connection.preparedQuery(WITHDRAW).execute(Tuple.of(session)).mapEmpty();
  }

  /**
   * The sessions that are there now; where the answer is the same as before and this process has
   * changed nothing, all else is too.
   */
  static Future<List<Session>> sessions(PgConnection connection) {
    return connection
        .preparedQuery(SESSIONS)
        .execute(Tuple.of(LeaseSession.EXPIRY.toMillis()))
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(Session::of).toList());
  }

  /** The services of daemons, by their sessions. */
  static Future<Map<Long, Set<ServiceName>>> services(
      PgConnection connection, Collection<Long> sessions) {
    if (sessions.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    return connection
        .preparedQuery(SERVICES)
        .execute(Tuple.tuple().addArrayOfLong(sessions.toArray(Long[]::new)))
        .map(
            rows -> {
              Map<Long, Set<ServiceName>> found = new HashMap<>();
              rows.forEach(
                  row ->
                      found.put(
                          row.getLong("session"),
                          Arrays.stream(row.getArrayOfStrings("services"))
                              .map(ServiceName::new)
                              .collect(Collectors.toUnmodifiableSet())));
              return found;
            });
  }

  /** All leases that were ever taken, as the sessions that are there explain them. */
  static Future<Map<ServiceName, SharingView.Leased>> leases(
      PgConnection connection, List<Session> sessions) {
    Map<Long, Session> there =
        sessions.stream().collect(Collectors.toMap(Session::id, session -> session));
    return connection
        .preparedQuery(LEASES)
        .execute()
        .map(
            rows -> {
              Map<ServiceName, SharingView.Leased> found = new HashMap<>();
              rows.forEach(
                  row -> found.put(new ServiceName(row.getString("service")), leased(row, there)));
              return found;
            });
  }

  private static SharingView.Leased leased(Row row, Map<Long, Session> there) {
    Long id = row.getLong("session");
    Session session = id == null ? null : there.get(id);
    Optional<Long> wanted = Optional.ofNullable(row.getLong("wanted"));
    String holder = row.getString("holder");
    if (session != null && !session.still()) {
      String who =
          LeaseRows.who(holder, row.getOffsetDateTime("taken_at"), session.pid(), session.client());
      return new SharingView.Leased(who, Optional.of(session.id()), "", wanted);
    }
    String left =
        session != null
            ? "it stands still or cannot be reached: its database session was not renewed for "
                + LeaseSession.EXPIRY.toSeconds()
                + " s"
            : id == null
                ? Objects.requireNonNullElse(row.getString("given_back"), "it was given back")
                : "it was killed or cut off: its database session has ended";
    return new SharingView.Leased(holder, Optional.empty(), left, wanted);
  }

  /** A session asks the holder of a lease for it. */
  static Future<Void> want(PgConnection connection, long session, ServiceName service) {
    return connection.preparedQuery(WANT).execute(Tuple.of(service.text(), session)).mapEmpty();
  }

  private static String[] names(Collection<ServiceName> services) {
    return services.stream().map(ServiceName::text).toArray(String[]::new);
  }
}
