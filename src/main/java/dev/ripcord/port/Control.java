package dev.ripcord.port;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.PollStep;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.BakeTime;
import dev.ripcord.watch.WatchState.Phase;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What people and pipelines may ask of the running daemon. Fails with a {@link ControlException}.
 * Called from any event loop.
 */
public interface Control {
  /** How long a pause lasts where nobody says: by every way the same. */
  Duration PAUSE = Duration.ofHours(1);

  /** How long one lasts at most. */
  Duration PAUSE_MAX = Duration.ofDays(7);

  /** All watched services, by name. A snapshot; never waits. */
  List<ServiceStatus> services();

  /**
   * The services whose last judged poll is too old to go by: {@link #services()} says of them that
   * they are unknown, and figures of them are not to be shown as if they were new.
   */
  default Set<ServiceName> outdated() {
    return Set.of();
  }

  /** Watches a new release; one under watch of the same service is superseded. */
  Future<WatchStatus> announce(Announcement announcement);

  /** One watch, running or ended. */
  Future<WatchStatus> watch(long id);

  /** What a person asks of a running watch. */
  Future<WatchStatus> ask(long id, Wish wish, String by, Duration pause);

  /** Entries after a number, oldest first. */
  Future<List<Recorded>> eventsAfter(long id, int max);

  /** All entries of a watch, oldest first. */
  Future<List<Recorded>> entries(long watch);

  /** The last watches, newest first, of one service or of all. */
  Future<List<WatchStatus>> recent(Optional<ServiceName> service, int max);

  /**
   * How a service is judged, and where its figures come from: said from the poll after the first
   * question on.
   */
  Future<ServiceTerms> terms(ServiceName service);

  /** As {@link Journal#polls}. */
  default Future<List<Journal.StoredSample>> polls(
      Journal.Span span, Journal.Which which, int max) {
    return Future.succeededFuture(List.of());
  }

  /** As {@link Journal#pollSteps}. */
  default Future<List<PollStep>> pollSteps(Journal.Span span, Duration step) {
    return Future.succeededFuture(List.of());
  }

  /** Adds an observer of entries and polls; the answer removes it. */
  Runnable observe(Observer observer);

  /**
   * Why Ripcord itself is not ready: it starts or ends, or its journal cannot be written, by the
   * last append and the renewal of the leases; empty when it is.
   */
  Optional<String> unready();

  /** What a person may ask. */
  enum Wish {
    /** Hold it. */
    PAUSE,
    /** Let it go on. */
    RESUME,
    /** End it without acting. */
    ABORT,
    /** Roll back now. */
    ROLLBACK,
    /** Roll back now, the image alone: the schema stays as it is. */
    ROLLBACK_IMAGE,
    /** Say yes to the rollback that was asked for. */
    APPROVE
  }

  /**
   * A release that a pipeline tells of.
   *
   * @param service which service
   * @param release what it is called
   * @param image what runs now; learned from the platform when empty
   * @param previousImage what ran before; learned from the journal when empty
   * @param bake how long to watch; the configuration's when empty
   * @param retry whether a release that was watched before is watched anew
   * @param traceParent the span of the pipeline, as Trace Context writes it, where it has one
   */
  record Announcement(
      ServiceName service,
      String release,
      Optional<ImageRef> image,
      Optional<ImageRef> previousImage,
      Optional<Duration> bake,
      boolean retry,
      Optional<String> traceParent) {
    /** Of a pipeline without a trace. */
    public Announcement(
        ServiceName service,
        String release,
        Optional<ImageRef> image,
        Optional<ImageRef> previousImage,
        Optional<Duration> bake,
        boolean retry) {
      this(service, release, image, previousImage, bake, retry, Optional.empty());
    }
  }

  /**
   * How a service is judged.
   *
   * @param rules of the configuration; a release under watch has its own, in its charter
   * @param interval from one poll to the next
   * @param sources where the figures of the last poll come from, a line each; empty where that is
   *     not known yet
   */
  record ServiceTerms(Rules rules, Duration interval, List<String> sources) {
    public ServiceTerms {
      sources = List.copyOf(sources);
    }
  }

  /**
   * A service as it stands.
   *
   * @param service its name
   * @param sample the last poll's; empty before the first
   * @param reading what it meant
   * @param streak breaches of the error rate so far
   * @param breaches how many condemn
   * @param nextPoll when it is polled next
   * @param watch the release under watch
   * @param threshold the error rate that breaches, where it is known
   * @param heldBy which other process watches it and since when, for people: nothing is done for it
   *     here until that one ends; empty when this one does
   * @param last the last release that is under watch no more, and how that ended
   */
  record ServiceStatus(
      ServiceName service,
      Optional<Sample> sample,
      Optional<HealthReading> reading,
      int streak,
      Breaches breaches,
      Optional<Instant> nextPoll,
      Optional<WatchStatus> watch,
      Optional<Ratio> threshold,
      Optional<String> heldBy,
      Optional<WatchStatus> last) {
    /** Without a release before. */
    public ServiceStatus(
        ServiceName service,
        Optional<Sample> sample,
        Optional<HealthReading> reading,
        int streak,
        Breaches breaches,
        Optional<Instant> nextPoll,
        Optional<WatchStatus> watch,
        Optional<Ratio> threshold,
        Optional<String> heldBy) {
      this(
          service,
          sample,
          reading,
          streak,
          breaches,
          nextPoll,
          watch,
          threshold,
          heldBy,
          Optional.empty());
    }

    /** Without the threshold: it is that of the release under watch, if there is one. */
    public ServiceStatus(
        ServiceName service,
        Optional<Sample> sample,
        Optional<HealthReading> reading,
        int streak,
        Breaches breaches,
        Optional<Instant> nextPoll,
        Optional<WatchStatus> watch) {
      this(
          service,
          sample,
          reading,
          streak,
          breaches,
          nextPoll,
          watch,
          watch.map(w -> w.row().charter().rules().threshold()),
          Optional.empty());
    }
  }

  /**
   * A watch as it stands.
   *
   * @param row what the journal knows
   * @param phase which state it is in
   * @param polls how many polls were judged
   * @param reversible whether the last answer was that it can be rolled back
   * @param rollback whether it can be rolled back, or what became of its rollback, in one line
   * @param bake how far its bake time has got
   * @param asking whether it waits for a person's approval: of the rollback, or of what its downs
   *     would destroy
   */
  record WatchStatus(
      Journal.WatchRow row,
      Phase phase,
      int polls,
      boolean reversible,
      String rollback,
      BakeTime bake,
      boolean asking) {
    /** Of a watch that nobody has paused. */
    public WatchStatus(
        Journal.WatchRow row, Phase phase, int polls, boolean reversible, String rollback) {
      this(row, phase, polls, reversible, rollback, BakeTime.UNBROKEN, phase == Phase.ASKING);
    }

    /** The phase in one word, as people and programs read it. */
    public String state() {
      return phase.text();
    }
  }
}
