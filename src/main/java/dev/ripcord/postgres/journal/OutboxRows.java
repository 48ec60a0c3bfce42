package dev.ripcord.postgres.journal;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The rows of the table outbox: one for each alert and channel. */
final class OutboxRows implements Outbox {
  /** Due from the beginning, whatever the clocks of the writer and of the sender say. */
  private static final String INSERT =
      """
      INSERT INTO ripcord_journal.outbox (key, channel, alert, due_at)
      SELECT a.key, $3, a.alert::jsonb, '-infinity'
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a (key, alert, place)
      ORDER BY a.place
      ON CONFLICT (key, channel) DO NOTHING
      """;

  /**
   * The UPDATE looks at the rows again: two processes that choose at once choose the same, and who
   * comes second gets nothing.
   */
  private static final String NEXT =
      """
      WITH open AS (
        SELECT id, due_at, alert->>'kind' AS kind, alert->>'service' AS service,
          upper(replace(alert->>'kind', '-', '_')) = ANY ($5) AS urgent
        FROM ripcord_journal.outbox
        WHERE channel = $1 AND delivered_at IS NULL AND gave_up_at IS NULL),
      ranked AS (
        SELECT id, kind,
          bool_or(urgent) OVER (PARTITION BY service ORDER BY id DESC) AS first,
          min(kind) OVER (PARTITION BY service ORDER BY id)
            = max(kind) OVER (PARTITION BY service ORDER BY id) AS alike
        FROM open),
      head AS (SELECT id, kind, first FROM ranked ORDER BY first DESC, id LIMIT 1),
      kin AS (
        SELECT r.id FROM ranked r, head h
        WHERE r.kind = h.kind AND r.alike AND NOT r.first AND NOT h.first),
      message AS (
        (SELECT id FROM kin WHERE $2::int >= $6::int AND (SELECT count(*) FROM kin) >= $6::int
          ORDER BY id LIMIT $2::int)
        UNION SELECT id FROM head)
      UPDATE ripcord_journal.outbox o SET due_at = $4 FROM message m
      WHERE o.id = m.id AND o.delivered_at IS NULL AND o.gave_up_at IS NULL
        AND (o.due_at <= $3 OR o.due_at > $7)
        AND NOT EXISTS (SELECT FROM open WHERE due_at > $3 AND due_at <= $7)
      RETURNING o.id, o.channel, o.key || '/' || (SELECT id FROM ripcord_journal.identity) AS key,
        o.alert::text AS alert, o.attempts
      """;

  private static final String GIVE_UP_OTHERS =
      """
      UPDATE ripcord_journal.outbox
      SET gave_up_at = $3, last_error = 'no channel ' || channel || ' is configured'
      WHERE channel <> ALL ($1) AND delivered_at IS NULL AND gave_up_at IS NULL
        AND created_at < $2
      RETURNING id, channel, key, alert::text AS alert, attempts
      """;
  private static final String DELIVERED =
      """
      UPDATE ripcord_journal.outbox
      SET delivered_at = $2, attempts = attempts + 1, last_error = NULL WHERE id = ANY ($1)
      """;
  private static final String RETRY =
      """
      UPDATE ripcord_journal.outbox
      SET due_at = $2, attempts = attempts + 1, last_error = $3 WHERE id = ANY ($1)
      """;
  private static final String GAVE_UP =
      """
      UPDATE ripcord_journal.outbox
      SET gave_up_at = $2, attempts = attempts + 1, last_error = $3 WHERE id = ANY ($1)
      """;

  /** Nothing is tried for longer than a day; the key of what was told is kept much longer. */
  private static final String SWEEP =
      """
      DELETE FROM ripcord_journal.outbox WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ripcord_journal.outbox
        WHERE coalesce(delivered_at, gave_up_at) < now() - interval '90 days' LIMIT 10000))
      """;

  private static final String[] URGENT =
      Arrays.stream(Alert.Kind.values())
          .filter(Alert.Kind::isUrgent)
          .map(Alert.Kind::name)
          .toArray(String[]::new);

  private final JournalPool pool;
  private final List<Route> plain;
  private final FiringRows firing;

  /**
   * For the channels that are configured.
   *
   * @param routes what each is given; none means that no alert is kept
   */
  OutboxRows(JournalPool pool, Collection<Route> routes) {
    this.pool = pool;
    this.plain = routes.stream().filter(route -> route.keeps() == Keeps.NOTHING).toList();
    this.firing =
        new FiringRows(
            pool, routes.stream().filter(route -> route.keeps() != Keeps.NOTHING).toList());
  }

  /** Adds alerts for each channel; those whose key is known are left as they are. */
  Future<Void> insert(SqlConnection connection, List<Alert> alerts) {
    Future<Void> done = Future.succeededFuture();
    for (Route route : plain) {
      List<Alert> taken = alerts.stream().filter(a -> route.kinds().contains(a.kind())).toList();
      done = done.compose(x -> insert(connection, taken, route.channel()));
    }
    for (Alert alert : alerts) {
      done = done.compose(x -> firing.said(connection, alert));
    }
    return done;
  }

  /** A watch has ended: what held for as long as it was under way no longer does. */
  Future<Void> finished(SqlConnection connection, FiringRows.End end) {
    return firing.finished(connection, end);
  }

  private static Future<Void> insert(SqlConnection connection, List<Alert> alerts, String channel) {
    if (alerts.isEmpty()) {
      return Future.succeededFuture();
    }
    return connection
        .preparedQuery(INSERT)
        .execute(
            Tuple.of(
                alerts.stream().map(Alert::key).toArray(String[]::new),
                alerts.stream().map(JournalJson::write).toArray(String[]::new),
                channel))
        .mapEmpty();
  }

  @Override
  public Future<List<Firing>> firing(String channel, Instant ended) {
    return firing.of(channel, ended);
  }

  /** Whether what was said last of a service, by whatever channel, says that it is not well. */
  Future<Boolean> isTroubled(ServiceName service) {
    return firing.isTroubled(service);
  }

  /** Deletes what was settled long ago; gives how many. */
  Future<Integer> sweep() {
    return pool.run("delete old alerts", SWEEP, Tuple.tuple()).map(rows -> rows.rowCount());
  }

  @Override
  public Future<List<Due>> next(String channel, int most, Instant now) {
    return pool.run(
            "read the alerts that are due",
            NEXT,
            Tuple.of(
                channel,
                most,
                Times.column(now),
                Times.column(now.plus(CLAIM)),
                URGENT,
                GROUP_FROM,
                Times.column(now.plus(LONGEST_WAIT))))
        .map(OutboxRows::dues);
  }

  private static List<Due> dues(RowSet<Row> rows) {
    List<Due> dues = new ArrayList<>();
    for (Row row : rows) {
      Alert alert = JournalJson.read(row.getString("alert"), Alert.class);
      dues.add(
          new Due(
              row.getLong("id"),
              row.getString("channel"),
              row.getString("key"),
              alert,
              row.getInteger("attempts")));
    }
    dues.sort(Comparator.comparingLong(Due::id));
    return List.copyOf(dues);
  }

  @Override
  public Future<Void> delivered(List<Due> message, Instant at) {
    return mark(message, DELIVERED, Tuple.of(ids(message), Times.column(at)));
  }

  @Override
  public Future<Void> retryAt(List<Due> message, Instant next, String error) {
    Tuple arguments = Tuple.of(ids(message), Times.column(next), JournalJson.storable(error));
    return mark(message, RETRY, arguments);
  }

  @Override
  public Future<Void> gaveUp(List<Due> message, Instant at, String error) {
    Tuple arguments = Tuple.of(ids(message), Times.column(at), JournalJson.storable(error));
    return mark(message, GAVE_UP, arguments);
  }

  @Override
  public Future<List<Due>> giveUpOthers(Set<String> channels, Instant before, Instant at) {
    return pool.run(
            "give up the alerts of channels that are gone",
            GIVE_UP_OTHERS,
            Tuple.of(channels.toArray(String[]::new), Times.column(before), Times.column(at)))
        .map(OutboxRows::dues);
  }

  private static Long[] ids(List<Due> message) {
    return message.stream().map(Due::id).toArray(Long[]::new);
  }

  private Future<Void> mark(List<Due> message, String sql, Tuple arguments) {
    Due first = message.getFirst();
    return pool.run(
            "mark the alert " + first.alert().key() + " for " + first.channel(), sql, arguments)
        .mapEmpty();
  }
}
