package dev.ripcord.engine;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.Counts;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchRequest;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A journal for tests, without a server: what {@code JournalContract} asks of the real one holds
 * for it too. Several processes may share one. Answers come at once, on the thread that asks,
 * unless a test has made the next ones fail. Used on one thread at a time.
 */
public class InMemoryJournal implements Journal {
  private final Map<Long, WatchRow> watches = new TreeMap<>();
  private final List<Recorded> events = new ArrayList<>();
  private final Map<String, List<Recorded>> appends = new HashMap<>();
  private final Map<ServiceName, Held> leases = new HashMap<>();
  private final Map<ServiceName, Long> tokens = new HashMap<>();
  private final Map<String, Alert> alerts = new LinkedHashMap<>();
  private final Map<String, WatchRequest> asks = new LinkedHashMap<>();
  private final Map<String, Duration> askAges = new HashMap<>();
  private final Map<String, WatchRequest.Answer> answers = new HashMap<>();
  private final List<StoredSample> samples = new ArrayList<>();
  private final List<Trouble> troubles = new ArrayList<>();
  private boolean away;
  private Optional<Promise<Void>> reading = Optional.empty();

  /** Who has a lease. */
  private record Held(Lease lease, String holder, Promise<Void> lost) {}

  /** What goes wrong with the next append that is of a kind. */
  private record Trouble(Predicate<Append> which, Kind kind) {}

  private enum Kind {
    NOT_WRITTEN,
    ANSWER_LOST,
    NO_ANSWER
  }

  /** The next such append is not written, and fails. */
  public void loseNext(Predicate<Append> which) {
    troubles.add(new Trouble(which, Kind.NOT_WRITTEN));
  }

  /** The next such append is written, and its answer is lost: it fails all the same. */
  public void loseAnswerOfNext(Predicate<Append> which) {
    troubles.add(new Trouble(which, Kind.ANSWER_LOST));
  }

  /** The next such append is written, and never answered. */
  public void neverAnswerNext(Predicate<Append> which) {
    troubles.add(new Trouble(which, Kind.NO_ANSWER));
  }

  /** An append that holds an entry of a kind, the event of a {@code Watched} or {@code Ran} too. */
  public static Predicate<Append> with(Class<?> kind) {
    return append ->
        append.entries().stream()
            .anyMatch(
                e ->
                    kind.isInstance(e)
                        || (e instanceof Entry.Watched w && kind.isInstance(w.event()))
                        || (e instanceof Entry.Ran r && kind.isInstance(r.event())));
  }

  /** While it is away everything fails. */
  public void away(boolean now) {
    away = now;
  }

  /** The next look at the unfinished watches fails, as late as the answer is completed. */
  public Promise<Void> failUnfinishedLater() {
    Promise<Void> late = Promise.promise();
    reading = Optional.of(late);
    return late;
  }

  /** The lease of a service is lost, as when its session ends; anybody may take it. */
  public void loseLease(ServiceName service) {
    Optional.ofNullable(leases.remove(service)).ifPresent(held -> held.lost().complete());
  }

  /** Another process takes the lease of a service, whoever has it; that one is not told. */
  public Lease stealLease(ServiceName service, String holder) {
    leases.remove(service);
    return lease(service, holder).result();
  }

  /** Opens a watch beside another one, as journals of before hold it. */
  public long openBeside(WatchSpec charter, String id) {
    long watch = watches.size() + 1L;
    watches.put(
        watch, new WatchRow(watch, charter, Optional.empty(), Optional.empty(), Optional.empty()));
    Entry opened = new Entry.Opened(charter);
    write(new Append(id, watch, charter.startedAt(), List.of(opened), List.of()), watch);
    return watch;
  }

  /** Everything that was told, in order. */
  public List<Alert> alerts() {
    return List.copyOf(alerts.values());
  }

  /** What happened to a watch, in order. */
  public List<Entry> told(long watch) {
    return events.stream().filter(e -> e.watch() == watch).map(Recorded::entry).toList();
  }

  @Override
  public Future<Lease> lease(ServiceName service, String holder) {
    return unlessAway(
        () -> {
          Held held = leases.get(service);
          if (held != null) {
            throw new JournalException(
                "\"" + service + "\" is watched by " + held.holder() + "; stop that one first",
                true);
          }
          Promise<Void> lost = Promise.promise();
          Lease lease =
              new Lease("in-memory", service, tokens.merge(service, 1L, Long::sum), lost.future());
          leases.put(service, new Held(lease, holder, lost));
          return lease;
        });
  }

  @Override
  public Future<Map<ServiceName, String>> holders(Collection<ServiceName> services) {
    return unlessAway(
        () -> {
          Map<ServiceName, String> found = new HashMap<>();
          for (ServiceName service : services) {
            Optional.ofNullable(leases.get(service))
                .ifPresent(held -> found.put(service, held.holder()));
          }
          return found;
        });
  }

  @Override
  public Future<Void> confirm(Lease lease) {
    return unlessAway(
        () -> {
          if (!holds(lease)) {
            throw new JournalException("the lease for " + lease.service() + " is lost");
          }
          return nothing();
        });
  }

  @Override
  public Future<Void> release(Lease lease) {
    return unlessAway(
        () -> {
          if (holds(lease)) {
            leases.remove(lease.service());
          }
          return nothing();
        });
  }

  private boolean holds(Lease lease) {
    Held held = leases.get(lease.service());
    return held != null && held.lease().token() == lease.token();
  }

  @Override
  public Future<Recorded> open(Lease lease, String id, WatchSpec charter) {
    Append append =
        new Append(id, 0, charter.startedAt(), List.of(new Entry.Opened(charter)), List.of());
    return troubled(append, () -> List.of(opened(lease, append, charter))).map(List::getFirst);
  }

  private Recorded opened(Lease lease, Append append, WatchSpec charter) {
    checkToken(lease);
    if (appends.containsKey(append.id())) {
      return appends.get(append.id()).getFirst();
    }
    ServiceName service = charter.release().service();
    if (watches.values().stream().anyMatch(w -> isOpen(w) && of(w).equals(service))) {
      throw JournalException.refused(
          "a watch of " + service + " is open already; it ends before another begins");
    }
    long watch = watches.size() + 1L;
    watches.put(
        watch, new WatchRow(watch, charter, Optional.empty(), Optional.empty(), Optional.empty()));
    return write(append, watch).getFirst();
  }

  @Override
  public Future<List<Recorded>> append(Lease lease, Append append) {
    return troubled(append, () -> appended(lease, append));
  }

  private List<Recorded> appended(Lease lease, Append append) {
    WatchRow row = watches.get(append.watch());
    if (row == null || !of(row).equals(lease.service())) {
      throw JournalException.refused(
          "watch " + append.watch() + " of " + lease.service() + " is not in the journal");
    }
    checkToken(lease);
    if (appends.containsKey(append.id())) {
      return appends.get(append.id());
    }
    if (!isOpen(row)) {
      throw JournalException.ended(
          "watch "
              + row.id()
              + " has ended ("
              + row.outcome().map(Outcome::text).orElse("")
              + "): nothing is added to it");
    }
    for (Entry entry : append.entries()) {
      if (entry instanceof Entry.Revised(WatchSpec charter)) {
        watches.put(
            row.id(),
            new WatchRow(row.id(), charter, Optional.empty(), Optional.empty(), Optional.empty()));
      }
      if (entry instanceof Entry.Finished(Outcome outcome, String text)) {
        watches.put(
            row.id(),
            new WatchRow(
                row.id(),
                row.charter(),
                Optional.of(stored(append.at())),
                Optional.of(outcome),
                Optional.of(text)));
      }
    }
    append.alerts().forEach(alert -> alerts.putIfAbsent(alert.key(), alert));
    return write(append, append.watch());
  }

  private List<Recorded> write(Append append, long watch) {
    List<Recorded> written = new ArrayList<>();
    WatchRow row = Objects.requireNonNull(watches.get(watch));
    for (Entry entry : append.entries()) {
      Recorded recorded =
          new Recorded(
              events.size() + 1L,
              watch,
              of(row),
              row.charter().release().name(),
              stored(append.at()),
              entry);
      events.add(recorded);
      written.add(recorded);
    }
    if (!written.isEmpty()) {
      appends.put(append.id(), List.copyOf(written));
    }
    return List.copyOf(written);
  }

  private void checkToken(Lease lease) {
    long token = tokens.getOrDefault(lease.service(), 0L);
    if (token != lease.token()) {
      String holder =
          Optional.ofNullable(leases.get(lease.service())).map(Held::holder).orElse("somebody");
      throw JournalException.refused(
          "the lease for " + lease.service() + " passed to " + holder + ": nothing may be done");
    }
  }

  private Future<List<Recorded>> troubled(Append append, Supplier<List<Recorded>> work) {
    Optional<Trouble> trouble = troubles.stream().filter(t -> t.which().test(append)).findFirst();
    trouble.ifPresent(troubles::remove);
    Future<List<Recorded>> lost = Future.failedFuture(new JournalException("the connection broke"));
    return switch (trouble.map(Trouble::kind).orElse(null)) {
      case null -> unlessAway(work);
      case NOT_WRITTEN -> lost;
      case ANSWER_LOST -> unlessAway(work).compose(x -> lost);
      case NO_ANSWER -> unlessAway(work).compose(x -> Promise.<List<Recorded>>promise().future());
    };
  }

  private <T> Future<T> unlessAway(Supplier<T> work) {
    if (away) {
      return Future.failedFuture(new JournalException("the journal is away"));
    }
    try {
      return Future.succeededFuture(work.get());
    } catch (JournalException e) {
      return Future.failedFuture(e);
    }
  }

  @SuppressWarnings("NullAway") // the only value of Void
  private static Void nothing() {
    return null;
  }

  private static Instant stored(Instant at) {
    return at.truncatedTo(ChronoUnit.MICROS);
  }

  private static boolean isOpen(WatchRow row) {
    return row.endedAt().isEmpty();
  }

  private static ServiceName of(WatchRow row) {
    return row.charter().release().service();
  }

  private List<WatchRow> newest() {
    return new ArrayList<>(watches.values()).reversed();
  }

  @Override
  public Future<Void> enqueue(List<Alert> told) {
    return unlessAway(
        () -> {
          told.forEach(alert -> alerts.putIfAbsent(alert.key(), alert));
          return nothing();
        });
  }

  @Override
  public Future<Boolean> isTroubled(ServiceName service) {
    Optional<Alert> last =
        alerts.values().stream()
            .filter(alert -> alert.service().equals(service))
            .filter(
                alert ->
                    switch (alert.kind()) {
                      case CONDEMNED, UNHEALTHY, FAILED, RECOVERED, ROLLED_BACK -> true;
                      case LIMIT -> alert.release().isEmpty();
                      default -> false;
                    })
            .reduce((before, after) -> after);
    return unlessAway(() -> last.filter(alert -> alert.kind().fires()).isPresent());
  }

  @Override
  public Future<Optional<WatchRow>> find(ServiceName service, String release) {
    return unlessAway(
        () ->
            newest().stream()
                .filter(w -> of(w).equals(service))
                .filter(w -> w.charter().release().name().equals(release))
                .findFirst());
  }

  @Override
  public Future<Optional<WatchRow>> watch(long id) {
    return unlessAway(() -> Optional.ofNullable(watches.get(id)));
  }

  @Override
  public Future<List<WatchRow>> recent(Optional<ServiceName> service, int max) {
    return unlessAway(
        () ->
            newest().stream()
                .filter(w -> service.isEmpty() || service.get().equals(of(w)))
                .limit(max)
                .toList());
  }

  @Override
  public Future<List<WatchRow>> unfinished() {
    if (reading.isPresent()) {
      Future<Void> late = reading.get().future();
      reading = Optional.empty();
      return late.compose(x -> Future.failedFuture(new JournalException("the journal is away")));
    }
    return unlessAway(() -> watches.values().stream().filter(InMemoryJournal::isOpen).toList());
  }

  @Override
  public Future<List<Recorded>> entries(long watch) {
    return unlessAway(() -> events.stream().filter(e -> e.watch() == watch).toList());
  }

  @Override
  public Future<List<Recorded>> after(long id, int max) {
    return unlessAway(() -> events.stream().filter(e -> e.id() > id).limit(max).toList());
  }

  @Override
  public Future<Void> keep(List<StoredSample> kept) {
    samples.addAll(kept);
    return Future.succeededFuture();
  }

  /** Not kept apart by release here: what the engine makes of the counts is what is tried. */
  @Override
  public Future<Optional<Baseline>> before(ServiceName service, Instant instant, Duration span) {
    Instant since = instant.minus(span);
    return Future.succeededFuture(
        samples.stream()
            .filter(k -> k.service().equals(service))
            .map(StoredSample::sample)
            .filter(s -> s.at().isBefore(instant) && !s.at().isBefore(since))
            .flatMap(s -> s.counts().stream())
            .reduce(Counts::plus)
            .map(Baseline::of));
  }

  @Override
  public Future<List<StoredSample>> lastSamples(Optional<ServiceName> service) {
    Map<ServiceName, StoredSample> last = new LinkedHashMap<>();
    samples.stream()
        .filter(k -> service.isEmpty() || service.get().equals(k.service()))
        .forEach(k -> last.put(k.service(), k));
    return Future.succeededFuture(List.copyOf(last.values()));
  }

  @Override
  public Future<Optional<ImageIdentity>> provedImage(
      ServiceName service, Optional<ImageIdentity> except) {
    return unlessAway(
        () ->
            newest().stream()
                .filter(w -> of(w).equals(service))
                .filter(w -> w.outcome().equals(Optional.of(Outcome.HEALTHY)))
                .flatMap(w -> w.charter().release().identity().stream())
                .filter(image -> except.filter(image::isSameAs).isEmpty())
                .findFirst());
  }

  @Override
  public Future<Set<ImageIdentity>> condemnedImages(ServiceName service) {
    return unlessAway(
        () -> {
          Map<ImageIdentity, Optional<Outcome>> last = new HashMap<>();
          watches.values().stream()
              .filter(w -> of(w).equals(service))
              .forEach(w -> w.charter().release().identity().ifPresent(i -> put(last, i, w)));
          Set<ImageIdentity> condemned = new HashSet<>();
          last.forEach(
              (image, outcome) -> {
                if (outcome.equals(Optional.of(Outcome.ROLLED_BACK))
                    || outcome.equals(Optional.of(Outcome.ROLLED_BACK_UNHEALTHY))) {
                  condemned.add(image);
                }
              });
          return Set.copyOf(condemned);
        });
  }

  @Override
  public Future<Void> ask(WatchRequest ask) {
    return unlessAway(
        () -> {
          asks.putIfAbsent(ask.id(), ask);
          return nothing();
        });
  }

  /** As if each had been asked just now. */
  @Override
  public Future<List<WatchRequest.Open>> openAsks() {
    return unlessAway(
        () ->
            asks.values().stream()
                .filter(ask -> !answers.containsKey(ask.id()))
                .map(
                    ask ->
                        new WatchRequest.Open(
                            ask,
                            askAges.getOrDefault(ask.id(), Duration.ZERO),
                            appends.containsKey(ask.appendId())))
                .toList());
  }

  /** What was asked is so old. */
  public void age(String ask, Duration age) {
    askAges.put(ask, age);
  }

  @Override
  public Future<Void> answer(String ask, WatchRequest.Answer answer) {
    return unlessAway(
        () -> {
          answers.putIfAbsent(ask, answer);
          return nothing();
        });
  }

  @Override
  public Future<Optional<WatchRequest.Answer>> answered(String ask) {
    return unlessAway(() -> Optional.ofNullable(answers.get(ask)));
  }

  /** The last word on an image counts, under whatever name. */
  private static void put(
      Map<ImageIdentity, Optional<Outcome>> last, ImageIdentity image, WatchRow watch) {
    last.keySet().removeIf(image::isSameAs);
    last.put(image, watch.outcome());
  }
}
