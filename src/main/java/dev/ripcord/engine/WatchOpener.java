package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.ServicePolicy;
import dev.ripcord.engine.context.WatchLog;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.health.Baseline;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Journal;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Sets up the watch of a release: finds out what the announcement leaves open, and writes the
 * charter.
 */
final class WatchOpener {
  private static final Duration BEFORE = Duration.ofHours(1);
  private static final Duration LOOK_UP = Duration.ofSeconds(15);
  private static final int PAST = 50;

  private final EngineContext context;

  WatchOpener(EngineContext context) {
    this.context = context;
  }

  /**
   * The watch of a release: the one that runs, the one that has ended, or a new one.
   *
   * @param alertOnly why the caller wants nothing to be rolled back
   */
  Future<Journal.WatchRow> announce(
      ServiceLoop loop, Announcement announcement, Optional<String> alertOnly) {
    Instant asked = context.now();
    return loop.inTurn(
        () ->
            held(loop)
                .compose(x -> loop.recover())
                .compose(
                    x -> context.journal().find(announcement.service(), announcement.release()))
                .compose(
                    found ->
                        found.isPresent() && !isAnew(found.get(), announcement)
                            ? same(found.get(), announcement)
                            : open(loop, announcement, alertOnly, asked)));
  }

  /** Fails while this process may do nothing for the service. */
  private static Future<Void> held(ServiceLoop loop) {
    return loop.lease().isPresent()
        ? Future.succeededFuture()
        : Future.failedFuture(
            new JournalException(
                "the lease for "
                    + loop.service().name()
                    + " is lost; it is being taken again, try again in a moment"));
  }

  /** A retry is: of a watch that has ended, or with another image to go back to. */
  private static boolean isAnew(Journal.WatchRow row, Announcement announcement) {
    Optional<ImageRef> previous = announcement.previousImage();
    boolean other =
        previous.isPresent() && !previous.equals(row.charter().release().previousImage());
    return announcement.retry() && (row.endedAt().isPresent() || other);
  }

  private static Future<Journal.WatchRow> same(Journal.WatchRow row, Announcement announcement) {
    Optional<ImageRef> image = row.charter().release().image();
    if (announcement.image().isPresent()
        && image.isPresent()
        && !image.equals(announcement.image())) {
      return Future.failedFuture(
          new ControlException(
              ControlException.Cause.CONFLICT,
              "release "
                  + announcement.release()
                  + " of "
                  + announcement.service()
                  + " was watched with image "
                  + image.get()
                  + ", and "
                  + announcement.image().get()
                  + " is named now: give the release another name, or use --retry"));
    }
    return Future.succeededFuture(row);
  }

  private Future<Journal.WatchRow> open(
      ServiceLoop loop, Announcement announcement, Optional<String> alertOnly, Instant asked) {
    WatchedService service = loop.service();
    return image(service, announcement)
        .compose(
            image ->
                previous(service, announcement, image)
                    .compose(
                        previous -> {
                          Release release =
                              new Release(
                                  announcement.service(),
                                  announcement.release(),
                                  image.map(ImageIdentity::ref),
                                  previous,
                                  image.flatMap(ImageIdentity::id));
                          return before(release, asked)
                              .map(c -> charter(service, announcement, release, alertOnly, c));
                        }))
        .compose(
            charter ->
                unchanged(announcement, charter.release())
                    .compose(why -> replace(loop, charter, why)));
  }

  /** What was announced, with its id; what runs where nothing was. */
  private Future<Optional<ImageIdentity>> image(WatchedService service, Announcement announcement) {
    Optional<ImageRef> named = announcement.image();
    return service
        .platform()
        .map(
            platform ->
                RunningImage.ask(context, platform)
                    .compose(
                        running ->
                            named.isEmpty() || named.get().equals(running.ref())
                                ? Future.succeededFuture(running)
                                : context
                                    .timers()
                                    .within(LOOK_UP, platform.identified(named.get())))
                    .map(Optional::of)
                    .otherwise(named.map(ImageIdentity::named)))
        .orElseGet(() -> Future.succeededFuture(named.map(ImageIdentity::named)));
  }

  /**
   * Why the release cannot be told from the one before it: the image that runs, where nobody has
   * named it, is the one that was there already. Then nothing was deployed, as far as can be seen.
   */
  private Future<Optional<String>> unchanged(Announcement announcement, Release release) {
    Optional<ImageIdentity> image = release.identity();
    if (announcement.image().isPresent() || image.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    if (release.image().equals(announcement.previousImage())) {
      return Future.succeededFuture(
          Optional.of(notDeployed(release, "which is named as the image before it")));
    }
    return context
        .journal()
        .recent(Optional.of(release.service()), PAST)
        .map(
            rows ->
                rows.stream()
                    .filter(r -> r.outcome().equals(Optional.of(Outcome.HEALTHY)))
                    .map(r -> r.charter().release())
                    .findFirst()
                    .filter(r -> !r.name().equals(release.name()))
                    .filter(r -> r.identity().filter(image.get()::isSameAs).isPresent())
                    .map(r -> notDeployed(release, "as it did for release " + r.name())));
  }

  private static String notDeployed(Release release, String as) {
    return release.image().orElseThrow()
        + " runs, "
        + as
        + ": release "
        + release.name()
        + " is not deployed, as far as can be seen. Next: watch it again once it is deployed"
        + " (--retry), or name its image (--image)";
  }

  private Future<Optional<ImageRef>> previous(
      WatchedService service, Announcement announcement, Optional<ImageIdentity> image) {
    if (announcement.previousImage().isPresent()) {
      return Future.succeededFuture(announcement.previousImage());
    }
    return context
        .journal()
        .provedImage(announcement.service(), image)
        .compose(
            proved ->
                proved.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : lasting(service, proved.get()).map(Optional::of));
  }

  /** A name that was moved since does not lead back to what it stood for. */
  private Future<ImageRef> lasting(WatchedService service, ImageIdentity proved) {
    return service
        .platform()
        .map(
            platform ->
                context
                    .timers()
                    .within(
                        LOOK_UP, Future.succeededFuture().compose(x -> platform.lasting(proved)))
                    .otherwise(proved.ref()))
        .orElseGet(() -> Future.succeededFuture(proved.ref()));
  }

  /**
   * What was measured before the release was announced. A platform may take its time to answer what
   * runs, and what is measured meanwhile is the release's own.
   */
  private Future<Optional<Baseline>> before(Release release, Instant asked) {
    return context.journal().before(release.service(), asked, BEFORE).otherwise(Optional.empty());
  }

  private WatchSpec charter(
      WatchedService service,
      Announcement announcement,
      Release release,
      Optional<String> alertOnly,
      Optional<Baseline> before) {
    ServicePolicy terms = service.terms();
    Instant now = context.now();
    return new WatchSpec(
        release,
        terms.rules().against(before),
        now,
        terms.warmUp(),
        announcement.bake().orElse(terms.bake()),
        terms.interval(),
        alertOnly.or(() -> blocker(service, release)),
        before,
        terms.approval(),
        announcement.traceParent());
  }

  private static Optional<String> blocker(WatchedService service, Release release) {
    if (service.platform().isEmpty()) {
      return Optional.of("nothing is configured that could put an image back");
    }
    return release.previousImage().isEmpty()
        ? Optional.of("the image before this release is not known (--previous-image names it)")
        : Optional.empty();
  }

  /**
   * The release under watch ends as superseded, then the new watch is opened.
   *
   * @param unchanged why it ends at once; empty when it does not
   */
  private Future<Journal.WatchRow> replace(
      ServiceLoop loop, WatchSpec charter, Optional<String> unchanged) {
    Optional<Watcher> running = loop.watcher();
    if (running.filter(Watcher::isRollingBack).isPresent()) {
      return rollingBack(running.get());
    }
    Future<Void> free =
        running.isEmpty()
            ? Future.succeededFuture()
            : running.get().on(new WatchEvent.Superseded(charter.release().name()));
    return free.compose(
        x ->
            running.filter(Watcher::isRollingBack).isPresent()
                ? rollingBack(running.get())
                : opened(loop, charter, unchanged));
  }

  private static Future<Journal.WatchRow> rollingBack(Watcher watcher) {
    return Future.failedFuture(
        new ControlException(
            ControlException.Cause.CONFLICT,
            "a rollback of release "
                + watcher.charter().release().name()
                + " is under way: wait for its end, then try again"));
  }

  private Future<Journal.WatchRow> opened(
      ServiceLoop loop, WatchSpec charter, Optional<String> unchanged) {
    return held(loop)
        .compose(x -> written(loop.lease().orElseThrow(), charter))
        .compose(
            opened -> {
              Watcher watcher = loop.adopt(WatchProjection.fold(List.of(opened)));
              context.observer().recorded(opened);
              return unchanged.isEmpty()
                  ? Future.succeededFuture(row(opened, charter))
                  : watcher
                      .on(new WatchEvent.NotRunning(Outcome.INCONCLUSIVE, unchanged.get()))
                      .compose(x -> context.journal().watch(opened.watch()))
                      .map(row -> row.orElseGet(() -> row(opened, charter)));
            });
  }

  /** Opens the watch; where no answer comes it is asked for again, which opens no other one. */
  private Future<Recorded> written(Lease lease, WatchSpec charter) {
    String id = context.appendId(lease);
    return context
        .journal()
        .open(lease, id, charter)
        .recover(
            e ->
                WatchLog.isRefused(e)
                    ? Future.failedFuture(e)
                    : context.journal().open(lease, id, charter));
  }

  private static Journal.WatchRow row(Recorded opened, WatchSpec charter) {
    return new Journal.WatchRow(
        opened.watch(), charter, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
