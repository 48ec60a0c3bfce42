package dev.ripcord.postgres.journal;

import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Outbox;
import dev.ripcord.postgres.journal.wire.EntryCodec;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.silence.Silence;
import dev.ripcord.silence.Silences;
import dev.ripcord.watch.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of the table outbox: one for each alert and channel. */
final class OutboxRows implements Outbox {
  /** Due from the beginning, whatever the clocks of the writer and of the sender say. */
  private static final String INSERT =
      """
      INSERT INTO ripcord_journal.outbox
        (key, channel, alert, due_at, fires, silenced_by, gave_up_at)
      SELECT a.key, $3, a.alert::jsonb, '-infinity', a.fires, a.silence, a.settled
      FROM unnest($1::text[], $2::text[], $4::boolean[], $5::bigint[], $6::timestamptz[])
        WITH ORDINALITY AS a (key, alert, fires, silence, settled, place)
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
        FROM ripcord_journal.outbox o
        WHERE channel = $1 AND delivered_at IS NULL AND gave_up_at IS NULL
          AND (silenced_by IS NULL OR EXISTS (
            SELECT FROM ripcord_journal.silence s WHERE s.id = o.silenced_by AND %1$s <= $3))),
      told AS (
        SELECT kind, max(delivered_at) AS last, max(alerts) FILTER (WHERE newest) AS alerts
        FROM (
          SELECT o.alert->>'kind' AS kind, delivered_at, count(*) AS alerts,
            delivered_at = max(delivered_at) OVER (PARTITION BY o.alert->>'kind') AS newest
          FROM ripcord_journal.outbox o
          WHERE $8::boolean AND channel = $1 AND delivered_at > $9 AND delivered_at <= $3
          GROUP BY o.alert->>'kind', delivered_at) m
        GROUP BY kind HAVING count(*) >= $11::int),
      ranked AS (
        SELECT o.id, o.kind, o.service, t.kind IS NOT NULL AS storm,
          coalesce(t.last > $10 AND t.alerts < $2::int, false) AS collected,
          bool_or(urgent) OVER (PARTITION BY service ORDER BY id DESC) AS first,
          min(o.kind) OVER (PARTITION BY service ORDER BY id)
            = max(o.kind) OVER (PARTITION BY service ORDER BY id) AS alike
        FROM open o LEFT JOIN told t ON t.kind = o.kind),
      placed AS (
        SELECT *, bool_or(collected AND NOT first) OVER (PARTITION BY service ORDER BY id) AS behind
        FROM ranked),
      free AS (SELECT * FROM placed WHERE first OR NOT behind),
      head AS (SELECT id, kind, first, storm FROM free ORDER BY first DESC, id LIMIT 1),
      kin AS (
        SELECT r.id FROM free r, head h
        WHERE r.kind = h.kind AND r.alike AND NOT r.first AND NOT h.first),
      message AS (
        (SELECT id FROM kin
          WHERE ((SELECT storm FROM head)
            OR ($2::int >= $6::int AND (SELECT count(*) FROM kin) >= $6::int))
          ORDER BY id LIMIT $2::int)
        UNION SELECT id FROM head)
      UPDATE ripcord_journal.outbox o SET due_at = $4 FROM message m
      WHERE o.id = m.id AND o.delivered_at IS NULL AND o.gave_up_at IS NULL
        AND (o.due_at <= $3 OR o.due_at > $7)
        AND NOT EXISTS (SELECT FROM open WHERE due_at > $3 AND due_at <= $7)
      RETURNING o.id, o.channel, o.key || '/' || (SELECT id FROM ripcord_journal.identity) AS key,
        o.alert::text AS alert, o.attempts,
        (SELECT %1$s FROM ripcord_journal.silence s WHERE s.id = o.silenced_by) AS silent_until,
        (SELECT s.asked_by FROM ripcord_journal.silence s WHERE s.id = o.silenced_by) AS silent_by
      """
          .formatted(SilenceRows.END);

  private static final String GIVE_UP_OTHERS =
      """
      UPDATE ripcord_journal.outbox
      SET gave_up_at = $3, last_error = 'no channel ' || channel || ' is configured'
      WHERE channel <> ALL ($1) AND delivered_at IS NULL AND gave_up_at IS NULL
        AND created_at < $2
      RETURNING id, channel, key, alert::text AS alert, attempts,
        NULL::timestamptz AS silent_until, NULL::text AS silent_by
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

  private static final Logger LOG = LoggerFactory.getLogger(OutboxRows.class);

  /** So many watches back a release is looked for that is watched anew. */
  private static final int EARLIER_MAX = 50;

  private static final Set<Outcome> TAKEN_BACK =
      EnumSet.of(Outcome.ROLLED_BACK, Outcome.ROLLED_BACK_UNHEALTHY);

  private final JournalPool pool;
  private final WatchRows watches;
  private final EventRows events;
  private volatile Channels channels;

  /** The channels that are configured: those that only read, and those that keep what fires. */
  private record Channels(List<Route> plain, FiringRows firing) {
    static Channels of(JournalPool pool, Collection<Route> routes) {
      return new Channels(
          routes.stream().filter(route -> route.keeps() == Keeps.NOTHING).toList(),
          new FiringRows(pool, routes));
    }

    boolean isEmpty() {
      return plain.isEmpty() && !firing.hasKeepers();
    }

    /** Whether several alerts may reach the people of a channel as one. */
    boolean mayCollect(String channel) {
      return plain.stream().anyMatch(r -> r.toPeople() && r.channel().equals(channel));
    }
  }

  /**
   * For the channels that are configured.
   *
   * @param routes what each is given; none means that no alert is kept
   */
  OutboxRows(JournalPool pool, Collection<Route> routes) {
    this.pool = pool;
    this.watches = new WatchRows(pool);
    this.events = new EventRows(pool, new EntryCodec());
    this.channels = Channels.of(pool, routes);
  }

  /** Alerts go to other channels from now on. From any thread. */
  void configure(Collection<Route> routes) {
    channels = Channels.of(pool, routes);
  }

  /**
   * An alert for some channels.
   *
   * @param silence the number of the silence that holds it back
   * @param settled when it was already clear that it will not be sent, where it was
   */
  private record Told(Alert alert, Optional<Long> silence, Optional<Instant> settled) {
    /** The same at a channel: nothing is held back from programs. */
    Told at(Route route) {
      return route.toPeople() ? this : new Told(alert, Optional.empty(), Optional.empty());
    }
  }

  /**
   * Adds alerts for each channel; those whose key is known are left as they are. What a silence
   * matches is held back, and so is good news where nothing is known of what it takes back.
   */
  Future<Void> insert(SqlConnection connection, List<Alert> alerts) {
    Channels now = channels;
    if (alerts.isEmpty() || now.isEmpty()) {
      return Future.succeededFuture();
    }
    Instant first = alerts.stream().map(Alert::at).min(Comparator.naturalOrder()).orElseThrow();
    return SilenceRows.holding(connection, first)
        .compose(silences -> insert(connection, now, alerts, silences));
  }

  private static Future<Void> insert(
      SqlConnection connection, Channels now, List<Alert> alerts, Silences silences) {
    Future<Void> done = Future.succeededFuture();
    List<Told> alike = new ArrayList<>();
    for (Alert alert : alerts) {
      Optional<Silence> silence =
          alert.kind() == Alert.Kind.ENDED
              ? Optional.empty()
              : silences.matching(alert, alert.at());
      silence.ifPresent(by -> LOG.info("alert {} is {}", alert.key(), kept(alert, by)));
      Told told = new Told(alert, silence.map(Silence::id), Optional.empty());
      if (alert.ends().isEmpty()) {
        alike.add(told);
      } else {
        List<Told> before = List.copyOf(alike);
        alike.clear();
        done =
            done.compose(x -> insertPlain(connection, now, before))
                .compose(x -> now.firing().endPlain(connection, alert))
                .compose(silent -> insertPlain(connection, now, told, silent));
      }
      done = done.compose(x -> now.firing().said(connection, alert, told.silence()));
    }
    return done.compose(x -> insertPlain(connection, now, alike));
  }

  private static String kept(Alert alert, Silence by) {
    return by.line(alert.at(), ZoneOffset.UTC) + ". It says: " + alert.title();
  }

  private static Future<Void> insertPlain(SqlConnection connection, Channels now, List<Told> told) {
    Future<Void> done = Future.succeededFuture();
    for (Route route : now.plain()) {
      List<Told> taken =
          told.stream()
              .filter(each -> route.kinds().contains(each.alert().kind()))
              .map(each -> each.at(route))
              .toList();
      done = done.compose(x -> insert(connection, taken, route.channel()));
    }
    return done;
  }

  /** That a release was rolled back is told in any case: production is not what it was. */
  private static Future<Void> insertPlain(
      SqlConnection connection, Channels now, Told told, Map<String, Long> silent) {
    Alert alert = told.alert();
    boolean follows = !alert.kind().fires() && alert.kind() != Alert.Kind.ROLLED_BACK;
    Future<Void> done = Future.succeededFuture();
    for (Route route : now.plain()) {
      if (!route.kinds().contains(alert.kind())) {
        continue;
      }
      Optional<Long> by = Optional.ofNullable(silent.get(route.channel()));
      Told here = follows && by.isPresent() ? new Told(alert, by, Optional.of(alert.at())) : told;
      done = done.compose(x -> insert(connection, List.of(here.at(route)), route.channel()));
    }
    return done;
  }

  /** A watch has ended: what held for as long as it was under way no longer does. */
  Future<Void> finished(SqlConnection connection, FiringRows.End end) {
    Alert ended = Alert.ended(end.watch(), end.service(), end.release(), end.outcome(), end.at());
    return channels
        .firing()
        .finished(connection, end)
        .compose(x -> insert(connection, List.of(ended)));
  }

  private static Future<Void> insert(SqlConnection connection, List<Told> told, String channel) {
    if (told.isEmpty()) {
      return Future.succeededFuture();
    }
    return connection
        .preparedQuery(INSERT)
        .execute(
            Tuple.of(
                told.stream().map(each -> each.alert().key()).toArray(String[]::new),
                told.stream().map(each -> JournalJson.write(each.alert())).toArray(String[]::new),
                channel,
                told.stream().map(each -> each.alert().kind().fires()).toArray(Boolean[]::new),
                told.stream().map(each -> each.silence().orElse(null)).toArray(Long[]::new),
                told.stream()
                    .map(each -> each.settled().map(Times::column).orElse(null))
                    .toArray(OffsetDateTime[]::new)))
        .mapEmpty();
  }

  @Override
  public Future<List<Firing>> firing(String channel, Instant ended, Instant now) {
    return channels.firing().of(channel, ended, now);
  }

  @Override
  public Future<Optional<Story>> story(Alert alert) {
    Future<Optional<WatchRow>> asked =
        alert.watch().isPresent()
            ? watches.watch(alert.watch().getAsLong())
            : Future.succeededFuture(Optional.<WatchRow>empty());
    return asked
        .map(row -> row.filter(it -> it.charter().release().name().equals(alert.release())))
        .compose(
            row ->
                row.isPresent()
                    ? Future.succeededFuture(row)
                    : watches.find(alert.service(), alert.release()))
        .compose(
            row ->
                row.isEmpty()
                    ? Future.succeededFuture(Optional.<Story>empty())
                    : story(row.get()).map(Optional::of));
  }

  private Future<Story> story(WatchRow row) {
    Release release = row.charter().release();
    return watches
        .recent(Optional.of(release.service()), EARLIER_MAX)
        .compose(
            recent -> {
              boolean again =
                  recent.stream()
                      .filter(other -> other.id() < row.id())
                      .filter(other -> other.charter().release().name().equals(release.name()))
                      .max(Comparator.comparingLong(WatchRow::id))
                      .filter(other -> other.outcome().filter(TAKEN_BACK::contains).isEmpty())
                      .isPresent();
              return events.ofWatch(row.id()).map(entries -> new Story(row, entries, again));
            });
  }

  /** Whether what was said last of a service, by whatever channel, says that it is not well. */
  Future<Boolean> isTroubled(ServiceName service) {
    return channels.firing().isTroubled(service);
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
            Tuple.from(
                List.of(
                    channel,
                    most,
                    Times.column(now),
                    Times.column(now.plus(CLAIM)),
                    URGENT,
                    GROUP_FROM,
                    Times.column(now.plus(LONGEST_WAIT)),
                    most > 1 && channels.mayCollect(channel),
                    Times.column(now.minus(STORM_SPAN)),
                    Times.column(now.minus(COLLECTED)),
                    STORM_FROM)))
        .map(OutboxRows::dues);
  }

  private static List<Due> dues(RowSet<Row> rows) {
    List<Due> dues = new ArrayList<>();
    for (Row row : rows) {
      Alert alert = JournalJson.read(row.getString("alert"), Alert.class);
      Optional<Instant> silent =
          Optional.ofNullable(row.getOffsetDateTime("silent_until")).map(OffsetDateTime::toInstant);
      dues.add(
          new Due(
              row.getLong("id"),
              row.getString("channel"),
              row.getString("key"),
              silent.map(until -> late(alert, until, row.getString("silent_by"))).orElse(alert),
              row.getInteger("attempts"),
              silent));
    }
    dues.sort(Comparator.comparingLong(Due::id));
    return List.copyOf(dues);
  }

  /** An alert that comes late says why. */
  private static Alert late(Alert alert, Instant until, String by) {
    List<String> lines = new ArrayList<>(alert.lines());
    lines.add(
        "Held back by a silence of " + by + " until " + Json.time(until) + "; it still holds.");
    return new Alert(
        alert.key(),
        alert.kind(),
        alert.service(),
        alert.release(),
        alert.title(),
        lines,
        alert.at());
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
