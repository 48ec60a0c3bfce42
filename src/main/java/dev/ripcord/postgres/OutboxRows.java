package dev.ripcord.postgres;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rows of the table outbox: one for each alert and channel.
 *
 * <p>Who takes what is due has {@link #CLAIM} to deliver it; another process does not get it
 * meanwhile, and gets it afterwards when it was not marked.
 */
final class OutboxRows implements Outbox {
  /** How long an alert that was taken is not due to others; longer than any delivery may take. */
  static final Duration CLAIM = Duration.ofMinutes(1);

  private static final String INSERT =
      """
      INSERT INTO ripcord_journal.outbox (key, channel, alert, due_at)
      SELECT a.key, c.channel, a.alert::jsonb, a.at
      FROM unnest($1::text[], $2::text[], $3::timestamptz[])
        WITH ORDINALITY AS a (key, alert, at, place), unnest($4::text[]) AS c (channel)
      ORDER BY a.place, c.channel
      ON CONFLICT (key, channel) DO NOTHING
      """;
  private static final String DUE =
      """
      WITH due AS (
        SELECT id FROM ripcord_journal.outbox
        WHERE delivered_at IS NULL AND gave_up_at IS NULL AND due_at <= $1
        ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
      UPDATE ripcord_journal.outbox o SET due_at = $3 FROM due WHERE o.id = due.id
      RETURNING o.id, o.channel, o.alert::text AS alert, o.attempts
      """;
  private static final String DELIVERED =
      """
      UPDATE ripcord_journal.outbox
      SET delivered_at = $2, attempts = attempts + 1, last_error = NULL WHERE id = $1
      """;
  private static final String RETRY =
      """
      UPDATE ripcord_journal.outbox
      SET due_at = $2, attempts = attempts + 1, last_error = $3 WHERE id = $1
      """;
  private static final String GAVE_UP =
      """
      UPDATE ripcord_journal.outbox
      SET gave_up_at = $2, attempts = attempts + 1, last_error = $3 WHERE id = $1
      """;

  /** Nothing is tried for longer than a day; the key of what was told is kept much longer. */
  private static final String SWEEP =
      """
      DELETE FROM ripcord_journal.outbox WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ripcord_journal.outbox
        WHERE coalesce(delivered_at, gave_up_at) < now() - interval '90 days' LIMIT 10000))
      """;

  private final JournalPool pool;
  private final String[] channels;

  /**
   * For the channels that are configured.
   *
   * @param channels their names; none means that no alert is kept
   */
  OutboxRows(JournalPool pool, Set<String> channels) {
    this.pool = pool;
    this.channels = new TreeSet<>(channels).toArray(String[]::new);
  }

  /** Adds alerts for each channel; those whose key is known are left as they are. */
  Future<Void> insert(SqlConnection connection, List<Alert> alerts) {
    if (alerts.isEmpty() || channels.length == 0) {
      return Future.succeededFuture();
    }
    return connection
        .preparedQuery(INSERT)
        .execute(
            Tuple.of(
                alerts.stream().map(Alert::key).toArray(String[]::new),
                alerts.stream().map(JournalJson::write).toArray(String[]::new),
                alerts.stream().map(a -> Times.column(a.at())).toArray(OffsetDateTime[]::new),
                channels))
        .mapEmpty();
  }

  /** Deletes what was settled long ago; gives how many. */
  Future<Integer> sweep() {
    return pool.run("delete old alerts", SWEEP, Tuple.tuple()).map(rows -> rows.rowCount());
  }

  @Override
  public Future<List<Due>> due(Instant now, int max) {
    return pool.run(
            "read the alerts that are due",
            DUE,
            Tuple.of(Times.column(now), max, Times.column(now.plus(CLAIM))))
        .map(
            rows -> {
              List<Due> due = new ArrayList<>();
              rows.forEach(
                  row ->
                      due.add(
                          new Due(
                              row.getLong("id"),
                              row.getString("channel"),
                              JournalJson.read(row.getString("alert"), Alert.class),
                              row.getInteger("attempts"))));
              due.sort(Comparator.comparingLong(Due::id));
              return List.copyOf(due);
            });
  }

  @Override
  public Future<Void> delivered(Due due, Instant at) {
    return mark(due, DELIVERED, Tuple.of(due.id(), Times.column(at)));
  }

  @Override
  public Future<Void> retryAt(Due due, Instant next, String error) {
    return mark(due, RETRY, Tuple.of(due.id(), Times.column(next), JournalJson.storable(error)));
  }

  @Override
  public Future<Void> gaveUp(Due due, Instant at, String error) {
    return mark(due, GAVE_UP, Tuple.of(due.id(), Times.column(at), JournalJson.storable(error)));
  }

  private Future<Void> mark(Due due, String sql, Tuple arguments) {
    return pool.run("mark the alert " + due.alert().key() + " for " + due.channel(), sql, arguments)
        .mapEmpty();
  }
}
