package dev.ripcord.port;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.PollStep;
import dev.ripcord.health.Sample;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.SharingView;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ripcord's memory. Entries are only ever added; every failure is a {@link JournalException}.
 * Called from any event loop.
 */
public interface Journal {
  /** Which journal this is: made at its creation, never empty in one that is kept. */
  default String id() {
    return "";
  }

  /**
   * Takes the right to act for a service. Fails with {@link JournalException#isLeaseHeld()} and the
   * holder's name when another process has it.
   *
   * @param holder a name for this process, for people
   */
  Future<Lease> lease(ServiceName service, String holder);

  /**
   * Which process holds the lease of each of some services and since when, for people; services
   * that nobody holds are missing. Changes nothing.
   */
  Future<Map<ServiceName, String>> holders(Collection<ServiceName> services);

  /**
   * Proves that a lease still holds, by asking the store, and renews it: nobody else can have taken
   * it over before the answer was sent. Fails when it is lost, and when the answer is late: it
   * proves something only for less than the time after which somebody else may take over.
   */
  Future<Void> confirm(Lease lease);

  /**
   * Why nothing can be written down just now, for people; empty as long as nothing is known to be
   * wrong. Never waits.
   */
  default Optional<String> trouble() {
    return Optional.empty();
  }

  /** Gives it back. */
  Future<Void> release(Lease lease);

  /**
   * Gives it back.
   *
   * @param why what the next holder is told of this one, for people
   */
  default Future<Void> release(Lease lease, String why) {
    return release(lease);
  }

  /**
   * Takes part in sharing some services with the other daemons on this journal, and reads who lives
   * and who holds what. Asked again and again; where nothing changed that costs little. A journal
   * of one process knows of nobody else.
   *
   * @param holder as in {@link #lease}
   */
  default Future<SharingView> sharing(String holder, Set<ServiceName> services) {
    return Future.succeededFuture(SharingView.alone(services));
  }

  /** Asks the daemon that holds the lease of a service to give it to this one. */
  default Future<Void> want(ServiceName service) {
    return Future.succeededFuture();
  }

  /** Takes no part in the sharing any more: nothing is left for this process to take. */
  default Future<Void> withdraw() {
    return Future.succeededFuture();
  }

  /**
   * Opens a watch, with its first entry. A service has one open watch at most: while there is one,
   * another is refused.
   *
   * @param id as {@link Append#id}: opening again with the same id gives the watch again
   */
  Future<Recorded> open(Lease lease, String id, WatchSpec charter);

  /**
   * Adds entries to a watch and alerts to the outbox, in one transaction that is refused when the
   * lease has passed on. An alert whose key is known is not added again. An {@link Entry.Finished}
   * ends the watch.
   *
   * <p>Fails with {@link JournalException#isRefused()} when it was not written and never will be.
   * After any other failure it may have been written or not: the same append may be sent again, and
   * gives the entries of the first time where that was written.
   */
  Future<List<Recorded>> append(Lease lease, Append append);

  /** Adds alerts that belong to no watch. */
  Future<Void> enqueue(List<Alert> alerts);

  /**
   * Whether people were told last of a service that it is not well, and not yet that it is again.
   * Only where alerts are sent at all.
   */
  default Future<Boolean> isTroubled(ServiceName service) {
    return Future.succeededFuture(false);
  }

  /** The last watch of a release, ended or not. */
  Future<Optional<WatchRow>> find(ServiceName service, String release);

  /** One watch. */
  Future<Optional<WatchRow>> watch(long id);

  /** The last watches, newest first; of one service or of all. */
  Future<List<WatchRow>> recent(Optional<ServiceName> service, int max);

  /** The watches that have not ended, oldest first. */
  Future<List<WatchRow>> unfinished();

  /** All entries of a watch, in order. */
  Future<List<Recorded>> entries(long watch);

  /**
   * Entries of all watches after a number, in order, at most {@code max}. Those that are older than
   * the retention of samples before the newest one are left out.
   */
  Future<List<Recorded>> after(long id, int max);

  /** Keeps samples; those older than the retention go by and by. */
  Future<Void> keep(List<StoredSample> samples);

  /**
   * Requests and errors of a service in the time before an instant, to compare a new release with.
   * What was measured of a release that is still under watch, or that was condemned, rolled back or
   * failed, is left out. Empty when nothing is left.
   */
  Future<Optional<Baseline>> before(ServiceName service, Instant instant, Duration span);

  /** The newest sample of each service, or of one. */
  Future<List<StoredSample>> lastSamples(Optional<ServiceName> service);

  /**
   * The polls of a span, oldest first. A journal that keeps none has none.
   *
   * @param which the first ones, or the last ones, where there are more than {@code max}
   */
  default Future<List<StoredSample>> polls(Span span, Which which, int max) {
    return Future.succeededFuture(List.of());
  }

  /**
   * The polls of a span taken together in steps, oldest first; steps without a poll are missing.
   *
   * @param step a whole number of milliseconds; steps begin at whole multiples of it
   */
  default Future<List<PollStep>> pollSteps(Span span, Duration step) {
    return Future.succeededFuture(List.of());
  }

  /** The image of the last release that was proved healthy and is not the given one. */
  Future<Optional<ImageIdentity>> provedImage(ServiceName service, Optional<ImageIdentity> except);

  /** The images that were rolled back and not allowed again since. */
  Future<Set<ImageIdentity>> condemnedImages(ServiceName service);

  /** Writes down what a person asks of a watch; once, however often it is sent. */
  Future<Void> ask(WatchRequest ask);

  /** What was asked and has no answer yet, of running and of ended watches, in its order. */
  Future<List<WatchRequest.Open>> openAsks();

  /** Answers what was asked; the first answer stays. */
  Future<Void> answer(String ask, WatchRequest.Answer answer);

  /** The answer to what was asked, where there is one. */
  Future<Optional<WatchRequest.Answer>> answered(String ask);

  /**
   * A span of time of one service.
   *
   * @param from the first instant of it
   * @param to the first instant after it
   */
  record Span(ServiceName service, Instant from, Instant to) {}

  /** Which of several are taken where there are too many. */
  enum Which {
    /** The oldest. */
    FIRST,
    /** The newest. */
    LAST
  }

  /**
   * Entries to add to a watch.
   *
   * @param id made by whoever appends, not the same as that of any other append to this journal
   * @param at when it happened
   * @param entries what happened, in order
   * @param alerts what people are told of it
   */
  record Append(String id, long watch, Instant at, List<Entry> entries, List<Alert> alerts) {
    public Append {
      entries = List.copyOf(entries);
      alerts = List.copyOf(alerts);
    }
  }

  /**
   * A watch, in short.
   *
   * @param id its number
   * @param charter what it was to do
   * @param endedAt when it ended
   * @param outcome how it ended
   * @param text one line on the end, for people
   */
  record WatchRow(
      long id,
      WatchSpec charter,
      Optional<Instant> endedAt,
      Optional<Outcome> outcome,
      Optional<String> text) {}

  /**
   * A sample to keep.
   *
   * @param service whose it is
   * @param sample what was measured
   * @param verdict what it meant
   */
  record StoredSample(ServiceName service, Sample sample, HealthReading.Kind verdict) {}
}
