package dev.ripcord.postgres.journal;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox.Firing;
import dev.ripcord.port.Outbox.Keeps;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What fires at the channels that keep it: rows of the table outbox that are {@code fires}, until
 * they have {@code ended_at}. Written in the transaction of what makes it begin or end, so that no
 * restart and no other daemon forgets it.
 */
final class FiringRows {
  private static final String INSERT =
      """
      INSERT INTO ripcord_journal.outbox (key, channel, alert, due_at, fires, silenced_by)
      VALUES ($1, $2, $3::text::jsonb, '-infinity', $4, $5) ON CONFLICT (key, channel) DO NOTHING
      """;

  /**
   * Gives the releases of which nothing holds any more, and of which something was sent. What a
   * silence has held back until now is settled: it will never be sent.
   */
  private static final String END =
      """
      WITH ended AS (
        UPDATE ripcord_journal.outbox o SET ended_at = $4, gave_up_at = CASE WHEN %1$s THEN $4 ELSE gave_up_at END
        WHERE fires AND ended_at IS NULL AND channel = $1 AND alert->>'service' = $2
          AND upper(replace(alert->>'kind', '-', '_')) = ANY ($3) AND key <> $5
        RETURNING alert->>'release' AS release)
      SELECT DISTINCT release FROM ended e
      WHERE NOT EXISTS (
        SELECT FROM ripcord_journal.outbox o
        WHERE o.fires AND o.ended_at IS NULL AND o.channel = $1 AND o.alert->>'service' = $2
          AND o.alert->>'release' = e.release
          AND (upper(replace(o.alert->>'kind', '-', '_')) <> ALL ($3) OR o.key = $5))
      AND EXISTS (
        SELECT FROM ripcord_journal.outbox o
        WHERE o.fires AND o.channel = $1 AND o.alert->>'service' = $2
          AND o.alert->>'release' = e.release AND NOT %1$s)
      ORDER BY release
      """
          .formatted(silent("coalesce(o.ended_at, $4)"));

  /**
   * The same at channels that keep nothing: for each the last that ended, and the silence that had
   * held it back, where all that ended there had been.
   */
  private static final String END_PLAIN =
      """
      WITH ended AS (
        UPDATE ripcord_journal.outbox o SET ended_at = $4, gave_up_at = CASE WHEN %1$s THEN $4 ELSE gave_up_at END
        WHERE fires AND ended_at IS NULL AND channel = ANY ($1) AND alert->>'service' = $2
          AND upper(replace(alert->>'kind', '-', '_')) = ANY ($3) AND key <> $5
        RETURNING channel, CASE WHEN gave_up_at = $4 THEN silenced_by END AS silence)
      SELECT channel, max(silence) AS silence FROM ended
      GROUP BY channel HAVING bool_and(silence IS NOT NULL)
      """
          .formatted(silent("$4"));

  /** What was held back and holds no longer is settled, where that closes no incident. */
  private static final String SETTLE =
      """
      UPDATE ripcord_journal.outbox o SET ended_at = $4, gave_up_at = $4
      WHERE fires AND ended_at IS NULL AND channel = $1 AND alert->>'service' = $2
        AND upper(replace(alert->>'kind', '-', '_')) = ANY ($3) AND key <> $5 AND %s
      """
          .formatted(silent("$4"));

  private static final String FIRING =
      """
      SELECT alert::text AS alert, ended_at FROM ripcord_journal.outbox o
      WHERE channel = $1 AND fires AND (ended_at IS NULL OR ended_at > $2) AND NOT %s ORDER BY id
      """
          .formatted(silent("coalesce(o.ended_at, $3)"));

  /** A limit or a breach of a watch ends with it, and a release that is well says nothing. */
  private static final String TROUBLED =
      """
      SELECT upper(replace(alert->>'kind', '-', '_')) = ANY ($3) AS troubled
      FROM ripcord_journal.outbox
      WHERE alert->>'service' = $1 AND created_at > now() - interval '7 days'
        AND upper(replace(alert->>'kind', '-', '_')) = ANY ($2)
        AND (upper(replace(alert->>'kind', '-', '_')) <> 'LIMIT' OR alert->>'release' = '')
      ORDER BY id DESC LIMIT 1
      """;

  private static final Set<Alert.Kind> TROUBLE =
      EnumSet.of(Alert.Kind.LIMIT, Alert.Kind.CONDEMNED, Alert.Kind.UNHEALTHY, Alert.Kind.FAILED);
  private static final Set<Alert.Kind> WELL =
      EnumSet.of(Alert.Kind.RECOVERED, Alert.Kind.ROLLED_BACK);

  private final JournalPool pool;
  private final List<Route> keepers;
  private final String[] plain;

  /**
   * For the channels that keep what fires, and for the others, of which it is known what they were
   * not told.
   *
   * @param routes what each is given
   */
  FiringRows(JournalPool pool, Collection<Route> routes) {
    this.pool = pool;
    this.keepers = routes.stream().filter(route -> route.keeps() != Keeps.NOTHING).toList();
    this.plain =
        routes.stream()
            .filter(route -> route.keeps() == Keeps.NOTHING && route.toPeople())
            .map(Route::channel)
            .toArray(String[]::new);
  }

  /** Whether there is a channel that keeps what fires. */
  boolean hasKeepers() {
    return !keepers.isEmpty();
  }

  /** Whether the row {@code o} is, or was at its end, held back by a silence: at that time. */
  private static String silent(String at) {
    return """
    (o.delivered_at IS NULL AND EXISTS (
      SELECT FROM ripcord_journal.silence s
      WHERE s.id = o.silenced_by AND %s > %s))
    """
        .strip()
        .formatted(SilenceRows.END, at);
  }

  /** That a watch has ended. */
  record End(long watch, ServiceName service, String release, Outcome outcome, Instant at) {}

  /**
   * An alert: begins to hold, or ends what held until now, at the channels that keep it.
   *
   * @param silence the number of the silence that holds it back
   */
  Future<Void> said(SqlConnection connection, Alert alert, Optional<Long> silence) {
    Future<Void> done = Future.succeededFuture();
    for (Route route : keepers) {
      Optional<Long> holding = route.toPeople() ? silence : Optional.empty();
      done = done.compose(x -> said(connection, route, alert, holding));
    }
    return done;
  }

  /**
   * An alert ends what held until now, at the channels that keep nothing.
   *
   * @return by channel the silence that had held back all that it ends there: the good news of it
   *     is none to them
   */
  Future<Map<String, Long>> endPlain(SqlConnection connection, Alert alert) {
    return endPlain(connection, new Ending(alert.service(), alert.ends(), alert.at(), alert.key()));
  }

  private Future<Map<String, Long>> endPlain(SqlConnection connection, Ending ending) {
    if (plain.length == 0 || ending.kinds().isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    return connection
        .preparedQuery(END_PLAIN)
        .execute(arguments(plain, ending))
        .map(
            rows -> {
              Map<String, Long> silent = new HashMap<>();
              rows.forEach(row -> silent.put(row.getString("channel"), row.getLong("silence")));
              return silent;
            });
  }

  private static Future<Void> said(
      SqlConnection connection, Route route, Alert alert, Optional<Long> silence) {
    boolean closes = route.keeps() == Keeps.CONDITIONS || !alert.kind().fires();
    Ending ending = new Ending(alert.service(), alert.ends(), alert.at(), alert.key());
    return (closes ? end(connection, route, ending) : settle(connection, route, ending))
        .compose(
            releases ->
                alert.kind().fires()
                    ? begun(connection, route, alert, silence)
                    : written(connection, route, alert, releases));
  }

  private static Future<Void> begun(
      SqlConnection connection, Route route, Alert alert, Optional<Long> silence) {
    return route.kinds().contains(alert.kind())
        ? insert(connection, route, alert, silence)
        : Future.succeededFuture();
  }

  private static Future<Void> written(
      SqlConnection connection, Route route, Alert alert, List<String> releases) {
    if (!route.kinds().contains(alert.kind())) {
      return Future.succeededFuture();
    }
    return switch (alert.kind()) {
      case RELEASED, TEST -> insert(connection, route, alert, Optional.empty());
      default -> insertAll(connection, route, alert, releases);
    };
  }

  /** A watch has ended: what held for as long as it was under way no longer does. */
  Future<Void> finished(SqlConnection connection, End end) {
    boolean well = end.outcome() == Outcome.HEALTHY;
    Ending all = new Ending(end.service(), Alert.endedBy(end.outcome()), end.at(), "");
    Future<Void> done = endPlain(connection, all).mapEmpty();
    for (Route route : keepers) {
      if (well || route.keeps() == Keeps.CONDITIONS) {
        Alert proved = Alert.proved(end.watch(), end.service(), end.release(), end.at());
        Ending ending =
            new Ending(end.service(), Alert.endedBy(end.outcome()), end.at(), proved.key());
        done =
            done.compose(x -> end(connection, route, ending))
                .compose(
                    releases ->
                        well
                            ? insertAll(connection, route, proved, releases)
                            : Future.succeededFuture());
      } else {
        done = done.compose(x -> settle(connection, route, all)).mapEmpty();
      }
    }
    return done;
  }

  /**
   * What ends something.
   *
   * @param kinds of which kinds
   * @param except the key of what is being said, which may be there already
   */
  private record Ending(ServiceName service, Set<Alert.Kind> kinds, Instant at, String except) {}

  private static Tuple arguments(Object channel, Ending ending) {
    return Tuple.of(
        channel,
        ending.service().text(),
        names(ending.kinds()),
        Times.column(ending.at()),
        ending.except());
  }

  private static Future<List<String>> settle(SqlConnection connection, Route route, Ending ending) {
    return ending.kinds().isEmpty()
        ? Future.succeededFuture(List.of())
        : connection
            .preparedQuery(SETTLE)
            .execute(arguments(route.channel(), ending))
            .map(List.of());
  }

  private static Future<List<String>> end(SqlConnection connection, Route route, Ending ending) {
    if (ending.kinds().isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return connection
        .preparedQuery(END)
        .execute(arguments(route.channel(), ending))
        .map(
            rows -> {
              List<String> releases = new ArrayList<>();
              rows.forEach(row -> releases.add(row.getString("release")));
              return releases;
            });
  }

  private static Future<Void> insertAll(
      SqlConnection connection, Route route, Alert alert, List<String> releases) {
    Future<Void> done = Future.succeededFuture();
    for (String release : releases) {
      done = done.compose(x -> insert(connection, route, alert.of(release), Optional.empty()));
    }
    return done;
  }

  private static Future<Void> insert(
      SqlConnection connection, Route route, Alert alert, Optional<Long> silence) {
    return connection
        .preparedQuery(INSERT)
        .execute(
            Tuple.of(
                alert.key(),
                route.channel(),
                JournalJson.write(alert),
                alert.kind().fires(),
                silence.orElse(null)))
        .mapEmpty();
  }

  /** What fires at a channel and is not held back, and what ended after an instant. */
  Future<List<Firing>> of(String channel, Instant ended, Instant now) {
    return pool.run(
            "read what fires at " + channel,
            FIRING,
            Tuple.of(channel, Times.column(ended), Times.column(now)))
        .map(
            rows -> {
              List<Firing> firing = new ArrayList<>();
              rows.forEach(row -> firing.add(firing(row)));
              return List.copyOf(firing);
            });
  }

  private static Firing firing(Row row) {
    return new Firing(
        JournalJson.read(row.getString("alert"), Alert.class),
        Optional.ofNullable(row.getOffsetDateTime("ended_at")).map(OffsetDateTime::toInstant));
  }

  /** Whether the last word on a service, of whatever channel, is that it is not well. */
  Future<Boolean> isTroubled(ServiceName service) {
    Set<Alert.Kind> telling = EnumSet.copyOf(TROUBLE);
    telling.addAll(WELL);
    return pool.run(
            "read what was said last of " + service,
            TROUBLED,
            Tuple.of(service.text(), names(telling), names(TROUBLE)))
        .map(
            rows -> {
              for (Row row : rows) {
                return row.getBoolean("troubled");
              }
              return false;
            });
  }

  private static String[] names(Set<Alert.Kind> kinds) {
    return kinds.stream().map(Alert.Kind::name).toArray(String[]::new);
  }
}
