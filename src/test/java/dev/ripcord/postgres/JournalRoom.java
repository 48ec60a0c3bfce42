package dev.ripcord.postgres;

import dev.ripcord.TestPostgres;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Kept;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Charter;
import dev.ripcord.watch.Counts;
import dev.ripcord.watch.Latency;
import dev.ripcord.watch.Liveness;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.Reading;
import dev.ripcord.watch.Rules;
import dev.ripcord.watch.Sample;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A new journal for one test, with what its tests need again and again. */
final class JournalRoom implements AutoCloseable {
  static final ServiceName SHOP = new ServiceName("shop");
  static final Instant NOON = Instant.parse("2026-03-04T12:00:00.123456Z");

  final Vertx vertx = Vertx.vertx();
  final PgConnectOptions database = TestPostgres.freshDatabase();
  final PostgresJournal journal;
  private final List<PostgresJournal> journals = new ArrayList<>();

  JournalRoom() {
    journal = another();
  }

  /** Another process on the same database. */
  PostgresJournal another() {
    PostgresJournal opened =
        await(
            PostgresJournal.open(vertx, database, Set.of("slack", "webhook"), Duration.ofDays(3)));
    journals.add(opened);
    return opened;
  }

  static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  Lease lease() {
    return await(journal.lease(SHOP, "test"));
  }

  long open(Lease lease, String release, String image) {
    return await(journal.open(lease, charter(lease.service(), release, image))).watch();
  }

  List<Recorded> append(Lease lease, long watch, Entry... entries) {
    return await(journal.append(lease, watch, NOON, List.of(entries), List.of()));
  }

  /** A watch that has ended. */
  long ended(Lease lease, String release, String image, Outcome outcome) {
    long watch = open(lease, release, image);
    append(lease, watch, new Entry.Finished(outcome, "as it was"));
    return watch;
  }

  static Charter charter(ServiceName service, String release, String image) {
    return new Charter(
        new Release(service, release, Optional.of(new ImageRef(image)), Optional.empty()),
        Rules.DEFAULT,
        NOON,
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.of(new Counts(100, 1)));
  }

  static Alert alert(String key) {
    return new Alert(
        key, Alert.Kind.BREACH, SHOP, "v1", "shop: 9% errors", List.of("why", "next"), NOON);
  }

  static Kept kept(String service, Instant at, long requests, long errors) {
    return new Kept(
        new ServiceName(service),
        new Sample(
            "v1",
            at,
            Duration.ofSeconds(30),
            Liveness.ANSWERS,
            OptionalInt.of(200),
            Optional.of(new Counts(requests, errors)),
            false,
            Latency.NONE,
            OptionalDouble.of(0.5),
            OptionalDouble.empty(),
            Optional.empty(),
            List.of()),
        Reading.Kind.HEALTHY);
  }

  /** The first column of the first row, as text. */
  String query(String sql) {
    return await(
        PgConnection.connect(vertx, database)
            .compose(
                connection ->
                    connection
                        .query(sql)
                        .execute()
                        .map(
                            rows -> rows.size() == 0 ? "" : "" + rows.iterator().next().getValue(0))
                        .eventually(() -> connection.close())));
  }

  @Override
  public void close() {
    journals.forEach(open -> await(open.close()));
    await(vertx.close());
  }
}
