package dev.ripcord.engine.rollback;

import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Presence;
import dev.ripcord.port.Schema;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.DownRights;
import dev.ripcord.rollback.PlanInput;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Planner;
import dev.ripcord.rollback.Policy;
import dev.ripcord.rollback.SideEffects;
import dev.ripcord.rollback.TrialResult;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Asks the world how things stand and has the plan made. Changes nothing. */
public final class RollbackPlanning {
  private static final long ASK_SECONDS = 20;
  private static final int PAST = 200;

  /** Less than for the rest: a plan is made without it too. */
  private static final long TRIED_SECONDS = 8;

  private final Journal journal;
  private final WatchedService service;

  /** For one service. */
  public RollbackPlanning(Journal journal, WatchedService service) {
    this.journal = journal;
    this.service = service;
  }

  /**
   * The plan for a release as things stand now. A platform or a database that cannot be asked is a
   * refusal; it fails only where the journal cannot be read, without which it is not known what was
   * condemned before and which release came when.
   */
  public Future<Planned> plan(Release release, Policy policy) {
    return priced(release, policy).map(Priced::planned);
  }

  /**
   * A plan, and what its downs cost.
   *
   * @param planned the plan, or why there is none
   * @param ways what the stored proofs and the live data say of the release's downs; empty where
   *     that cannot be told in time
   * @param rights what the role that runs them lacks, as far as it can be told in time
   */
  public record Priced(Planned planned, List<RevertCost> ways, DownRights rights) {
    public Priced {
      ways = List.copyOf(ways);
    }
  }

  /** The same plan with what people want to know of it; fails as {@link #plan}. */
  public Future<Priced> priced(Release release, Policy policy) {
    Future<PlanInput.Image> image = image(release);
    Future<List<Applied>> applied =
        service.schema().map(Schema::applied).orElseGet(() -> Future.succeededFuture(List.of()));
    Future<List<RevertCost>> ways = ways(release, applied);
    // One after the other: the role may have few connections.
    Future<DownRights> rights = ways.compose(x -> rights(release, applied));
    Future<PlanInput.Schema> schema = schema(release, policy, applied, ways, rights);
    Future<Set<ImageIdentity>> condemned = journal.condemnedImages(service.name());
    Future<List<Release>> past = past();
    Future<Optional<String>> other = otherJournal();
    return Future.join(List.of(image, schema, condemned, past, other, rights))
        .map(
            all ->
                new Priced(
                    warned(
                        Planner.plan(
                            new PlanInput(
                                release,
                                image.result(),
                                schema.result(),
                                condemned.result(),
                                past.result()),
                            policy),
                        other.result()),
                    ways.result(),
                    rights.result()));
  }

  /**
   * What the downs of a release will do to the tables, in the order in which they are reverted.
   * Never fails: nothing where it cannot be told in time.
   */
  public Future<List<DownImpact>> impacts(Release release) {
    return service
        .schema()
        .map(schema -> schema.applied().compose(all -> schema.impacts(of(release, all).reversed())))
        .orElseGet(() -> Future.succeededFuture(List.of()))
        .timeout(TRIED_SECONDS, TimeUnit.SECONDS)
        .otherwise(List.of());
  }

  private static Planned warned(Planned planned, Optional<String> warning) {
    return warning.map(planned::warned).orElse(planned);
  }

  /** Never fails: nothing where it cannot be told in time. */
  private Future<Optional<String>> otherJournal() {
    return service
        .schema()
        .map(schema -> schema.otherJournal(journal.id(), service.name()))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
        .timeout(TRIED_SECONDS, TimeUnit.SECONDS)
        .otherwise(Optional.empty());
  }

  /** The releases that were watched, oldest first. */
  private Future<List<Release>> past() {
    return journal
        .recent(Optional.of(service.name()), PAST)
        .map(rows -> rows.stream().map(r -> r.charter().release()).toList().reversed());
  }

  private Future<PlanInput.Image> image(Release release) {
    if (service.platform().isEmpty()) {
      return Future.succeededFuture(
          new PlanInput.Image(
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
    Platform platform = service.platform().get();
    Optional<String> name = Optional.of(platform.name());
    return Future.succeededFuture()
        .compose(x -> platform.running())
        .compose(
            running ->
                Asked.of(platform, release)
                    .map(asked -> image(name, running, asked))
                    .otherwise(e -> trouble(name, Optional.of(running), e)))
        .timeout(ASK_SECONDS, TimeUnit.SECONDS)
        .otherwise(e -> trouble(name, Optional.empty(), e));
  }

  /** What a platform says of replacing an image. */
  private record Asked(
      Presence presence,
      Optional<String> stopBlocker,
      Optional<String> targetId,
      SideEffects sideEffects) {
    static Future<Asked> of(Platform platform, Release release) {
      Future<Presence> presence = target(platform, release);
      Future<Optional<String>> blocker = platform.stopBlocker();
      Future<SideEffects> effects = platform.sideEffects();
      Future<Optional<String>> id =
          release
              .previousImage()
              .map(image -> platform.identified(image).map(ImageIdentity::id))
              .orElseGet(() -> Future.succeededFuture(Optional.empty()));
      return Future.all(presence, blocker, id, effects)
          .map(
              all -> new Asked(presence.result(), blocker.result(), id.result(), effects.result()));
    }
  }

  private static Future<Presence> target(Platform platform, Release release) {
    return release
        .previousImage()
        .map(platform::presence)
        .orElseGet(() -> Future.succeededFuture(new Presence.Unknown("no target is named")));
  }

  private static PlanInput.Image image(
      Optional<String> platform, ImageIdentity running, Asked asked) {
    Presence presence = asked.presence();
    Optional<String> present =
        switch (presence) {
          case Presence.Present p ->
              Optional.of(p.detail().isEmpty() ? "present" : "present, " + p.detail());
          case Presence.Absent a -> Optional.empty();
          case Presence.Unknown u -> Optional.of("not checked: " + u.why());
        };
    Optional<String> problem =
        presence instanceof Presence.Absent absent ? Optional.of(absent.why()) : Optional.empty();
    return new PlanInput.Image(
        platform,
        Optional.of(running.ref()),
        present,
        problem,
        asked.stopBlocker(),
        new PlanInput.Image.Ids(running.id(), asked.targetId()),
        asked.sideEffects());
  }

  private static PlanInput.Image trouble(
      Optional<String> platform, Optional<ImageIdentity> running, Throwable e) {
    String why =
        e instanceof TimeoutException
            ? "the platform %s did not answer within %d s"
                .formatted(platform.orElseThrow(), ASK_SECONDS)
            : message(e);
    return new PlanInput.Image(
        platform,
        running.map(ImageIdentity::ref),
        Optional.of(""),
        Optional.of(why),
        Optional.empty());
  }

  private static Future<Optional<String>> backupBlocker(
      Schema schema, Policy policy, Future<List<Applied>> ofRelease) {
    if (policy.backup() == Policy.Backup.OFF) {
      return Future.succeededFuture(Optional.empty());
    }
    return switch (policy.backupOf()) {
      case DATABASE -> schema.backupBlocker();
      case TABLES -> ofRelease.compose(downs -> schema.backupOfTablesBlocker(downs.reversed()));
    };
  }

  private Future<PlanInput.Schema> schema(
      Release release,
      Policy policy,
      Future<List<Applied>> applied,
      Future<List<RevertCost>> ways,
      Future<DownRights> rights) {
    if (service.schema().isEmpty()) {
      return Future.succeededFuture(
          new PlanInput.Schema(false, List.of(), Optional.empty(), Optional.empty(), false));
    }
    boolean known = service.terms().sessionsKnown();
    Future<List<Applied>> ofRelease = applied.map(all -> of(release, all));
    Future<Optional<String>> blocker =
        backupBlocker(service.schema().get(), policy, rights.compose(x -> ofRelease))
            .otherwise(e -> Optional.of(message(e)));
    Future<List<TrialResult>> tried = ways.map(RollbackPlanning::tried);
    Future<Optional<String>> caveat = service.schema().get().caveat(release.name());
    Future<Optional<Instant>> clock = service.schema().get().clock();
    return Future.join(List.of(applied, blocker, tried, caveat, clock, rights))
        .map(
            x ->
                new PlanInput.Schema(
                    true,
                    applied.result(),
                    Optional.empty(),
                    blocker.result(),
                    known,
                    tried.result(),
                    caveat.result(),
                    clock.result(),
                    rights.result()))
        .timeout(ASK_SECONDS, TimeUnit.SECONDS)
        .otherwise(
            e ->
                new PlanInput.Schema(
                    true, List.of(), Optional.of(message(e)), Optional.empty(), known));
  }

  private static List<TrialResult> tried(List<RevertCost> ways) {
    return ways.stream()
        .filter(way -> way.verdict().isPresent() || !way.lost().isEmpty())
        .map(
            way ->
                new TrialResult(
                    way.version(),
                    way.verdict().equals(Optional.of(Verdict.IMPOSSIBLE)),
                    possibleLosses(way),
                    way.isUncheckable()))
        .toList();
  }

  /** What a down destroys or may destroy now, in words. */
  static List<String> possibleLosses(RevertCost way) {
    return Stream.concat(
            way.possibleLosses().stream(),
            way.unverified().stream().map(text -> "not known: " + text))
        .toList();
  }

  /** Never fails: nothing where it cannot be told in time. */
  private Future<List<RevertCost>> ways(Release release, Future<List<Applied>> applied) {
    return service
        .schema()
        .map(schema -> applied.compose(all -> schema.waysBack(of(release, all))))
        .orElseGet(() -> Future.succeededFuture(List.of()))
        .timeout(TRIED_SECONDS, TimeUnit.SECONDS)
        .otherwise(List.of());
  }

  /** Never fails: nothing is known to be missing where it cannot be told in time. */
  private Future<DownRights> rights(Release release, Future<List<Applied>> applied) {
    return service
        .schema()
        .map(schema -> applied.compose(all -> schema.rights(of(release, all))))
        .orElseGet(() -> Future.succeededFuture(DownRights.NONE))
        .timeout(TRIED_SECONDS, TimeUnit.SECONDS)
        .otherwise(DownRights.NONE);
  }

  private static List<Applied> of(Release release, List<Applied> all) {
    return all.stream().filter(a -> a.release().equals(Optional.of(release.name()))).toList();
  }

  /** What an exception says, for people. */
  public static String message(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? "it failed without a reason" : message;
  }
}
