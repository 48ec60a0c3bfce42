package dev.ripcord.postgres.journal;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.PollStep;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchRequest;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.journal.wire.EntryCodec;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.SharingView;
import dev.ripcord.silence.SilenceBook;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The journal in PostgreSQL, in the schema {@code ripcord_journal}.
 *
 * <p>One object per process: it holds a pool of at most eight connections, another of two for those
 * who only look, and one session for the leases. Futures complete where they were asked for.
 */
public final class PostgresJournal implements Journal {
  /** So many watches of a service are remembered at most. */
  private static final int PAST_MAX = 200;

  private static final String PAST = "past";
  private static final String IDENTITY = "SELECT id::text AS id FROM ripcord_journal.identity";

  private final JournalPool pool;
  private final JournalPool readers;
  private final Leases leases;
  private final Appender appender;
  private final EventRows events;
  private final EventRows pastEvents;
  private final WatchRows watches;
  private final WatchRows shownWatches;
  private final OutboxRows outbox;
  private final SilenceRows silences;
  private final WatchRequestRows asks;
  private final SampleRows samples;
  private final SampleRows shownSamples;
  private final SampleBuffer buffer;
  private final Duration retention;
  private final Vertx vertx;
  private final LongSupplier nanos;
  private final Map<Read, Object> remembered = new ConcurrentHashMap<>();
  private volatile Optional<DiskSpace> disk = Optional.empty();
  private volatile Optional<LocalJournal> local = Optional.empty();

  private PostgresJournal(
      Vertx vertx,
      Pools pools,
      Leases leases,
      Collection<Outbox.Route> channels,
      Duration retention,
      LongSupplier nanos) {
    this.vertx = vertx;
    this.nanos = nanos;
    EntryCodec codec = new EntryCodec();
    pool = pools.work();
    readers = pools.readers();
    this.leases = leases;
    outbox = new OutboxRows(pool, channels);
    silences = new SilenceRows(pool);
    asks = new WatchRequestRows(pool);
    events = new EventRows(pool, codec);
    appender = new Appender(pool, codec, outbox, events, leases.health());
    pastEvents = new EventRows(readers, codec);
    watches = new WatchRows(pool);
    shownWatches = new WatchRows(readers);
    this.retention = retention;
    samples = new SampleRows(pool);
    shownSamples = new SampleRows(readers);
    buffer = new SampleBuffer(vertx, samples, retention, leases.health());
  }

  /**
   * Connects, and brings the journal's schema up to date. Fails with a {@link
   * dev.ripcord.port.JournalException} that names the place, never the password, when the database
   * cannot be reached or the journal in it is newer than this program.
   *
   * @param database the database; its user may create schemas in it
   * @param channels the channels that alerts go to, and which alerts
   * @param retention how long samples are kept
   * @param nanos a clock for durations, as {@code System::nanoTime}
   */
  public static Future<PostgresJournal> open(
      Vertx vertx,
      Database database,
      Collection<Outbox.Route> channels,
      Duration retention,
      LongSupplier nanos) {
    PgConnectOptions options = database.options();
    Pools pools =
        new Pools(new JournalPool(vertx, options), JournalPool.forReaders(vertx, options));
    return new JournalSchema(vertx, database, nanos)
        .bringUp(pools.work())
        .compose(ready -> identity(pools.work()))
        .map(id -> new Leases(vertx, options, id, nanos))
        .map(leases -> new PostgresJournal(vertx, pools, leases, channels, retention, nanos))
        .compose(journal -> journal.outbox.sweep().otherwise(0).map(journal))
        .onFailure(failure -> pools.close());
  }

  /**
   * The connections of a journal.
   *
   * @param work for what the engine writes and reads
   * @param readers for those who only look, so that they cannot hold up the work
   */
  private record Pools(JournalPool work, JournalPool readers) {
    Future<Void> close() {
      return readers.close().eventually(work::close);
    }
  }

  private static Future<String> identity(JournalPool pool) {
    return pool.run("read the journal's id", IDENTITY, Tuple.tuple())
        .map(rows -> rows.iterator().next().getString("id"));
  }

  /**
   * Looks from now on whether the disk has room, where the server is one of this machine.
   *
   * @param folder a folder on its disk
   */
  public void watchDisk(Vertx vertx, Path folder) {
    disk = Optional.of(new DiskSpace(vertx, folder, leases.health()));
  }

  /**
   * From now on a watch goes on while the database is away: what happens is written to a file, and
   * brought into the journal when that answers again. For one daemon alone: while the database is
   * away nothing proves that no other process acts. Before the first lease is taken; blocks.
   *
   * @param folder where the file is, and where those of processes that are gone may be
   * @param direct told of each alert that went into the file
   * @throws dev.ripcord.port.JournalException when what is in the folder cannot be taken over
   */
  public void goOnWithout(Path folder, Consumer<Alert> direct) {
    local = Optional.of(new LocalJournal(vertx, leases, appender, folder, nanos, direct));
  }

  /** What a question about a service was, so that its last answer is found again. */
  private record Read(ServiceName service, String what) {}

  /** The answer, or the last one where a service goes on without the journal. */
  @SuppressWarnings("unchecked") // A question has answers of one type.
  private <T> Future<T> rememberedOr(Read read, Future<T> asked) {
    return local.isEmpty()
        ? asked
        : asked
            .onSuccess(answer -> remembered.put(read, answer))
            .recover(
                e -> {
                  Object last = remembered.get(read);
                  return last != null && local.get().isAway(read.service())
                      ? Future.succeededFuture((T) last)
                      : Future.failedFuture(e);
                });
  }

  /** What a rollback is planned with, while it can be asked. */
  private Future<Void> learn(ServiceName service) {
    return Future.all(condemnedImages(service), recent(Optional.of(service), PAST_MAX)).mapEmpty();
  }

  /** Writes the samples that wait, gives up all leases and closes the connections. */
  public Future<Void> close() {
    disk.ifPresent(DiskSpace::stop);
    return buffer
        .close()
        .eventually(() -> local.map(LocalJournal::close).orElseGet(Future::succeededFuture))
        .eventually(leases::close)
        .eventually(readers::close)
        .eventually(pool::close);
  }

  /** Alerts go to other channels from now on. From any thread. */
  public void configure(Collection<Outbox.Route> channels) {
    outbox.configure(channels);
  }

  /** The alerts of this journal that are to be delivered. */
  public Outbox outbox() {
    return outbox;
  }

  /** Whose alerts are not sent for a while. */
  public SilenceBook silences() {
    return silences;
  }

  @Override
  public String id() {
    return leases.journal();
  }

  @Override
  public Optional<String> trouble() {
    return local.flatMap(LocalJournal::trouble).or(leases.health()::trouble);
  }

  @Override
  public Future<Lease> lease(ServiceName service, String holder) {
    return local
        .map(
            here -> here.lease(service, holder).onSuccess(lease -> learn(service).otherwiseEmpty()))
        .orElseGet(() -> leases.take(service, holder));
  }

  @Override
  public Future<Map<ServiceName, String>> holders(Collection<ServiceName> services) {
    return pool.transaction(
            "read who holds the leases", connection -> LeaseRows.holders(connection, services))
        .map(
            found -> {
              Map<ServiceName, String> names = new HashMap<>();
              found.forEach((service, holder) -> names.put(service, holder.who()));
              return names;
            });
  }

  @Override
  public Future<Void> confirm(Lease lease) {
    return local.map(here -> here.confirm(lease)).orElseGet(() -> leases.confirm(lease));
  }

  @Override
  public Future<Void> release(Lease lease) {
    return release(lease, "it gave it back");
  }

  @Override
  public Future<Void> release(Lease lease, String why) {
    return local.map(here -> here.release(lease, why)).orElseGet(() -> leases.release(lease, why));
  }

  @Override
  public Future<SharingView> sharing(String holder, Set<ServiceName> services) {
    return leases.sharing(holder, services);
  }

  @Override
  public Future<Void> want(ServiceName service) {
    return leases.want(service);
  }

  @Override
  public Future<Void> withdraw() {
    return leases.withdraw();
  }

  @Override
  public Future<Recorded> open(Lease lease, String id, WatchSpec charter) {
    if (local.isEmpty()) {
      return appender.open(lease, id, charter);
    }
    LocalJournal here = local.get();
    return learn(lease.service())
        .compose(x -> appender.open(here.inJournal(lease).orElse(lease), id, charter))
        .onSuccess(
            opened -> {
              here.remember(List.of(opened));
              learn(lease.service()).otherwiseEmpty();
            });
  }

  @Override
  public Future<List<Recorded>> append(Lease lease, Append append) {
    return local
        .map(here -> here.append(lease, append))
        .orElseGet(() -> appender.append(lease, append));
  }

  @Override
  public Future<Void> enqueue(List<Alert> alerts) {
    return pool.transaction(
        "write down " + alerts.size() + " alerts", connection -> outbox.insert(connection, alerts));
  }

  @Override
  public Future<Boolean> isTroubled(ServiceName service) {
    return outbox.isTroubled(service);
  }

  @Override
  public Future<Optional<WatchRow>> find(ServiceName service, String release) {
    return watches.find(service, release);
  }

  @Override
  public Future<Optional<WatchRow>> watch(long id) {
    return shownWatches.watch(id);
  }

  @Override
  public Future<List<WatchRow>> recent(Optional<ServiceName> service, int max) {
    Future<List<WatchRow>> asked = watches.recent(service, max);
    return service.isEmpty()
        ? asked
        : rememberedOr(new Read(service.get(), max >= PAST_MAX ? PAST : PAST + max), asked)
            .recover(
                e ->
                    rememberedOr(
                            new Read(service.get(), PAST), Future.<List<WatchRow>>failedFuture(e))
                        .map(past -> past.stream().limit(max).toList()));
  }

  @Override
  public Future<List<WatchRow>> unfinished() {
    return watches.unfinished();
  }

  @Override
  public Future<List<Recorded>> entries(long watch) {
    return events
        .ofWatch(watch)
        .map(entries -> local.map(here -> here.remember(entries)).orElse(entries));
  }

  /** Not those that are older than the retention before the newest one. */
  @Override
  public Future<List<Recorded>> after(long id, int max) {
    return pastEvents.after(id, max, retention);
  }

  /** Is done at once and never fails: samples wait up to a second and are written together. */
  @Override
  public Future<Void> keep(List<StoredSample> kept) {
    buffer.keep(kept);
    return Future.succeededFuture();
  }

  /** Writes the samples that wait. */
  Future<Void> drain() {
    return buffer.drain();
  }

  @Override
  public Future<Optional<Baseline>> before(ServiceName service, Instant instant, Duration span) {
    return samples.before(service, instant, span);
  }

  @Override
  public Future<List<StoredSample>> lastSamples(Optional<ServiceName> service) {
    return samples.last(service);
  }

  @Override
  public Future<List<StoredSample>> polls(Span span, Which which, int max) {
    return shownSamples.polls(span, which, max);
  }

  @Override
  public Future<List<PollStep>> pollSteps(Span span, Duration step) {
    return shownSamples.steps(span, step);
  }

  @Override
  public Future<Optional<ImageIdentity>> provedImage(
      ServiceName service, Optional<ImageIdentity> except) {
    return watches.provedImage(service, except);
  }

  @Override
  public Future<Void> ask(WatchRequest ask) {
    return asks.ask(ask);
  }

  @Override
  public Future<List<WatchRequest.Open>> openAsks() {
    return asks.open();
  }

  @Override
  public Future<Void> answer(String ask, WatchRequest.Answer answer) {
    return asks.answer(ask, answer);
  }

  @Override
  public Future<Optional<WatchRequest.Answer>> answered(String ask) {
    return asks.answered(ask);
  }

  @Override
  public Future<Set<ImageIdentity>> condemnedImages(ServiceName service) {
    return rememberedOr(new Read(service, "condemned images"), watches.condemnedImages(service));
  }
}
