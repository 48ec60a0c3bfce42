package dev.ripcord.postgres.journal;

import dev.ripcord.TestPostgres;
import dev.ripcord.health.Baseline;
import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Recorded;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A new journal for one test, with what its tests need again and again. */
final class JournalRoom implements AutoCloseable {
  static final ServiceName SHOP = new ServiceName("shop");
  static final Instant NOON = Instant.parse("2026-03-04T12:00:00.123456Z");

  final Vertx vertx = Vertx.vertx();
  final PgConnectOptions database = TestPostgres.freshJournal();
  final Database home = Database.of(new Secret(TestPostgres.url(database)));
  final PostgresJournal journal;
  private final List<Outbox.Route> routes;
  private boolean cutOff;
  private final AtomicLong ids = new AtomicLong();
  private final List<PostgresJournal> journals = new ArrayList<>();

  JournalRoom() {
    this(List.of(Outbox.Route.of("slack"), Outbox.Route.of("webhook")));
  }

  /** With other channels than Slack and a webhook. */
  JournalRoom(List<Outbox.Route> routes) {
    this.routes = routes;
    journal = another();
  }

  /** Another process on the same database. */
  PostgresJournal another() {
    PostgresJournal opened = await(open(home));
    journals.add(opened);
    return opened;
  }

  /** Opens the journal of some database; the caller closes it. */
  Future<PostgresJournal> open(Database place) {
    return open(place, System::nanoTime);
  }

  private Future<PostgresJournal> open(Database place, LongSupplier nanos) {
    return PostgresJournal.open(vertx, place, routes, Duration.ofDays(3), nanos);
  }

  /** Another process with a clock of its own, which is closed with the others. */
  PostgresJournal another(LongSupplier nanos) {
    PostgresJournal opened = await(open(home, nanos));
    journals.add(opened);
    return opened;
  }

  /** Nobody reaches the database, and who had reached it is cut off. */
  void goAway() {
    cutOff = true;
    admin("ALTER DATABASE " + database.getDatabase() + " ALLOW_CONNECTIONS false");
    admin(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '"
            + database.getDatabase()
            + "'");
  }

  void comeBack() {
    admin("ALTER DATABASE " + database.getDatabase() + " ALLOW_CONNECTIONS true");
  }

  private void admin(String sql) {
    TestPostgres.execute(new PgConnectOptions(database).setDatabase("postgres"), sql);
  }

  /** The runner of the journal's own migrations. */
  MigrationRunner runner() {
    MigrationSetup setup = MigrationSetup.of(JournalSchema.SCHEMA);
    return new MigrationRunner(vertx, home, setup, System::nanoTime, step -> {});
  }

  static <T> T await(Future<T> future) {
    return future.timeout(60, TimeUnit.SECONDS).await();
  }

  Lease lease() {
    return await(journal.lease(SHOP, "test"));
  }

  long open(Lease lease, String release, String image) {
    return await(journal.open(lease, id(), charter(lease.service(), release, image))).watch();
  }

  List<Recorded> append(Lease lease, long watch, Entry... entries) {
    return await(journal.append(lease, entries(watch, List.of(entries))));
  }

  /** An append that nobody has sent before. */
  Append entries(long watch, List<Entry> entries, Alert... alerts) {
    return new Append(id(), watch, NOON, entries, List.of(alerts));
  }

  /** An id that no other append of this test has. */
  String id() {
    return "test-" + ids.incrementAndGet();
  }

  /** A watch that has ended. */
  long ended(Lease lease, String release, String image, Outcome outcome) {
    long watch = open(lease, release, image);
    append(lease, watch, new Entry.Finished(outcome, "as it was"));
    return watch;
  }

  /** The same of an image whose id is known. */
  long ended(Lease lease, String release, String image, Optional<String> imageId, Outcome outcome) {
    Release named =
        new Release(
            lease.service(), release, Optional.of(new ImageRef(image)), Optional.empty(), imageId);
    long watch = await(journal.open(lease, id(), charter(named))).watch();
    append(lease, watch, new Entry.Finished(outcome, "as it was"));
    return watch;
  }

  static WatchSpec charter(ServiceName service, String release, String image) {
    return charter(
        new Release(service, release, Optional.of(new ImageRef(image)), Optional.empty()));
  }

  private static WatchSpec charter(Release release) {
    return new WatchSpec(
        release,
        Rules.DEFAULT,
        NOON,
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.of(Baseline.of(new Counts(100, 1))));
  }

  static Alert alert(String key) {
    return new Alert(
        key, Alert.Kind.BREACH, SHOP, "v1", "shop: 9% errors", List.of("why", "next"), NOON);
  }

  static StoredSample kept(String service, Instant at, long requests, long errors) {
    return kept(new ServiceName(service), "v1", at, new Counts(requests, errors));
  }

  static StoredSample kept(ServiceName service, String release, Instant at, Counts counts) {
    return new StoredSample(
        service,
        new Sample(
            release,
            at,
            Duration.ofSeconds(30),
            Liveness.ANSWERS,
            OptionalInt.of(200),
            Optional.of(counts),
            false,
            Latency.NONE,
            OptionalDouble.of(0.5),
            OptionalDouble.empty(),
            Optional.empty(),
            List.of()),
        HealthReading.Kind.HEALTHY);
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
    // A Vert.x whose connections were cut while they were opened may never say that it has ended.
    await(cutOff ? vertx.close().timeout(1, TimeUnit.SECONDS).otherwiseEmpty() : vertx.close());
  }
}
