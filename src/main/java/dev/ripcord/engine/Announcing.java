package dev.ripcord.engine;

import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.watch.Charter;
import dev.ripcord.watch.Counts;
import dev.ripcord.watch.Ratio;
import dev.ripcord.watch.Rules;
import dev.ripcord.watch.WatchEvent;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Sets up the watch of a release: learns what was not told, and writes the charter. */
final class Announcing {
  private static final Duration BEFORE = Duration.ofHours(1);
  private static final long BASELINE_LEAST = 100;

  private final Desk desk;

  Announcing(Desk desk) {
    this.desk = desk;
  }

  /**
   * The watch of a release: the one that runs, the one that has ended, or a new one.
   *
   * @param alertOnly why the caller wants nothing to be rolled back
   */
  Future<Journal.WatchRow> announce(
      ServiceLoop loop, Announcement announcement, Optional<String> alertOnly) {
    return desk.journal()
        .find(announcement.service(), announcement.release())
        .compose(
            found -> {
              return found.isPresent() && !isAnew(found.get(), announcement)
                  ? same(found.get(), announcement)
                  : open(loop, announcement, alertOnly);
            });
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
      ServiceLoop loop, Announcement announcement, Optional<String> alertOnly) {
    Service service = loop.service();
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
                          return before(release)
                              .map(c -> charter(service, announcement, release, alertOnly, c));
                        }))
        .compose(charter -> replace(loop, charter));
  }

  /** What was announced, with its id; what runs where nothing was. */
  private static Future<Optional<ImageIdentity>> image(Service service, Announcement announcement) {
    Optional<ImageRef> named = announcement.image();
    if (service.platform().isEmpty()) {
      return Future.succeededFuture(named.map(ImageIdentity::named));
    }
    Platform platform = service.platform().get();
    return Future.succeededFuture()
        .compose(x -> platform.running())
        .compose(
            running ->
                named.isEmpty() || named.get().equals(running.ref())
                    ? Future.succeededFuture(running)
                    : platform.identified(named.get()))
        .timeout(15, TimeUnit.SECONDS)
        .map(Optional::of)
        .otherwise(named.map(ImageIdentity::named));
  }

  private Future<Optional<ImageRef>> previous(
      Service service, Announcement announcement, Optional<ImageIdentity> image) {
    if (announcement.previousImage().isPresent()) {
      return Future.succeededFuture(announcement.previousImage());
    }
    return desk.journal()
        .provedImage(announcement.service(), image)
        .compose(
            proved ->
                proved.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : lasting(service, proved.get()).map(Optional::of));
  }

  /** A name that was moved since is no way back to what it stood for. */
  private static Future<ImageRef> lasting(Service service, ImageIdentity proved) {
    return service
        .platform()
        .map(
            platform ->
                Future.succeededFuture()
                    .compose(x -> platform.lasting(proved))
                    .timeout(15, TimeUnit.SECONDS)
                    .otherwise(proved.ref()))
        .orElseGet(() -> Future.succeededFuture(proved.ref()));
  }

  private Future<Optional<Counts>> before(Release release) {
    return desk.journal().before(release.service(), desk.now(), BEFORE).otherwise(Optional.empty());
  }

  private Charter charter(
      Service service,
      Announcement announcement,
      Release release,
      Optional<String> alertOnly,
      Optional<Counts> before) {
    Terms terms = service.terms();
    Instant now = desk.now();
    return new Charter(
        release,
        withBaseline(terms.rules(), before),
        now,
        terms.warmUp(),
        announcement.bake().orElse(terms.bake()),
        terms.interval(),
        alertOnly.or(() -> hindrance(service, release)),
        before);
  }

  private static Optional<String> hindrance(Service service, Release release) {
    if (service.platform().isEmpty()) {
      return Optional.of("nothing is configured that could put an image back");
    }
    return release.previousImage().isEmpty()
        ? Optional.of("the image before this release is not known")
        : Optional.empty();
  }

  /**
   * What was measured before the release, where that is more than the configured normal; 0% stays.
   */
  private static Rules withBaseline(Rules rules, Optional<Counts> before) {
    Ratio measured =
        before
            .filter(b -> b.requests() >= BASELINE_LEAST)
            .map(b -> Ratio.of(b.errors(), b.requests()))
            .orElse(rules.normal());
    return rules.normal().millionths() == 0 || measured.compareTo(rules.normal()) <= 0
        ? rules
        : new Rules(
            rules.threshold(),
            rules.breaches(),
            rules.minimumRequests(),
            measured,
            rules.act(),
            rules.limits());
  }

  /** The release under watch ends as superseded, then the new watch is opened. */
  private Future<Journal.WatchRow> replace(ServiceLoop loop, Charter charter) {
    Optional<Watcher> running = loop.watcher();
    if (running.isPresent() && running.get().isRollingBack()) {
      String older = running.get().charter().release().name();
      return Future.failedFuture(
          new ControlException(
              ControlException.Cause.CONFLICT,
              "a rollback of release "
                  + older
                  + " is under way: wait for its end, then try again"));
    }
    Future<Void> free =
        running.isEmpty()
            ? Future.succeededFuture()
            : running.get().on(new WatchEvent.Superseded(charter.release().name()));
    return free.compose(x -> desk.journal().open(loop.lease().orElseThrow(), charter))
        .map(
            opened -> {
              loop.adopt(History.fold(List.of(opened)));
              desk.observer().recorded(opened);
              return row(opened, charter);
            });
  }

  private static Journal.WatchRow row(Recorded opened, Charter charter) {
    return new Journal.WatchRow(
        opened.watch(), charter, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
