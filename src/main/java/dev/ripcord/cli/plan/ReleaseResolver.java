package dev.ripcord.cli.plan;

import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.migration.Applied;
import dev.ripcord.port.Journal;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ReleaseName;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Which release a command is about, when the caller does not say everything. */
public final class ReleaseResolver {
  private static final int SHOWN = 10;

  private ReleaseResolver() {}

  /**
   * The release: named by the caller, else the last one under watch, else the one whose migrations
   * were applied last. Its images come from the watch, the platform and the journal. Blocks.
   *
   * @throws UsageException when none is known, or the named one is not
   */
  public static Release of(
      Journal journal,
      WatchedService service,
      ServiceSettings settings,
      Optional<String> name,
      Optional<ImageRef> previous) {
    Optional<Journal.WatchRow> row =
        name.isPresent()
            ? journal.find(settings.name(), name.get()).await()
            : journal.recent(Optional.of(settings.name()), 1).await().stream().findFirst();
    Optional<ImageIdentity> running =
        service
            .platform()
            .flatMap(p -> quietly(Future.succeededFuture().compose(x -> p.running())));
    Optional<Release> watched = row.map(r -> r.charter().release());
    name.filter(given -> watched.isEmpty() && !isApplied(service, given))
        .ifPresent(given -> PollOptions.read("--release", given, ReleaseName::parse));
    if (name.isPresent() && watched.isEmpty() && previous.isEmpty()) {
      known(journal, service, settings, name.get());
    }
    String release =
        name.or(() -> watched.map(Release::name))
            .or(() -> lastApplied(service))
            .orElseThrow(
                () ->
                    new UsageException(
                        "no release of " + settings.name() + " is known; name one: --release v42"));
    Optional<ImageIdentity> image = watched.flatMap(Release::identity).or(() -> running);
    return new Release(
        settings.name(),
        release,
        image.map(ImageIdentity::ref),
        previous
            .or(() -> watched.flatMap(Release::previousImage))
            .or(() -> proved(journal, service, image)),
        image.flatMap(ImageIdentity::id));
  }

  /**
   * A name that was never watched or migrated is a slip of the pen where others were: nothing can
   * be said of it. Who says what to put back knows what they want.
   */
  private static void known(
      Journal journal, WatchedService service, ServiceSettings settings, String name) {
    Set<String> known = new LinkedHashSet<>();
    journal.recent(Optional.of(settings.name()), SHOWN).await().stream()
        .map(row -> row.charter().release().name())
        .forEach(known::add);
    service
        .schema()
        .flatMap(s -> quietly(s.applied()))
        .ifPresent(all -> all.reversed().forEach(a -> a.release().ifPresent(known::add)));
    if (!known.isEmpty() && !known.contains(name)) {
      throw new UsageException(
          "release "
              + name
              + " of "
              + settings.name()
              + " is not known: it was not watched, and no migration was applied under this name."
              + " Known: "
              + known.stream().limit(SHOWN).collect(Collectors.joining(", "))
              + ". To put an image back all the same: --previous-image");
    }
  }

  private static Optional<ImageRef> proved(
      Journal journal, WatchedService service, Optional<ImageIdentity> except) {
    return journal
        .provedImage(service.name(), except)
        .await()
        .map(
            proved ->
                service
                    .platform()
                    .flatMap(p -> quietly(Future.succeededFuture().compose(x -> p.lasting(proved))))
                    .orElse(proved.ref()));
  }

  private static Optional<String> lastApplied(WatchedService service) {
    return service
        .schema()
        .flatMap(s -> quietly(s.applied()))
        .filter(applied -> !applied.isEmpty())
        .map(List::getLast)
        .flatMap(Applied::release);
  }

  /** Names that were recorded before they had a form can still be given. */
  private static boolean isApplied(WatchedService service, String release) {
    return !ReleaseName.isValid(release)
        && service
            .schema()
            .flatMap(s -> quietly(s.applied()))
            .filter(all -> all.stream().anyMatch(a -> a.release().equals(Optional.of(release))))
            .isPresent();
  }

  private static <T> Optional<T> quietly(Future<T> future) {
    return future
        .map(Optional::of)
        .timeout(15, TimeUnit.SECONDS)
        .otherwise(Optional.empty())
        .await();
  }
}
