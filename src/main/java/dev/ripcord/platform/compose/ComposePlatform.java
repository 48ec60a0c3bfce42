package dev.ripcord.platform.compose;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.docker.DockerPlatform;
import dev.ripcord.platform.docker.api.DockerSocket;
import dev.ripcord.port.ContainerUsage;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.SideEffects;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All containers of one service of a Compose project. They are found by the labels that Compose
 * puts on them, and one after the other is made anew on another image with everything else that it
 * was given, as platform {@code docker} does it: what its file, its {@code .env} and the shell of
 * whoever ran {@code up} had said is in the container itself, and might be different today.
 *
 * <p>The labels stay, so {@code up} with an unchanged file leaves the containers on the image that
 * was put back.
 */
public final class ComposePlatform implements Platform {
  private static final Duration QUICK = Duration.ofSeconds(30);
  private static final int OTHERS_SHOWN = 5;

  private final DockerSocket socket;
  private final PlatformSettings.Compose settings;
  private final Function<String, DockerPlatform> containers;

  /**
   * Asks nothing yet.
   *
   * @param socket of the Engine
   * @param containers the platform of a container by its name
   */
  public ComposePlatform(
      DockerSocket socket,
      PlatformSettings.Compose settings,
      Function<String, DockerPlatform> containers) {
    this.socket = socket;
    this.settings = settings;
    this.containers = containers;
  }

  @Override
  public String name() {
    return settings.name();
  }

  /**
   * The image of the container that was made first: while a switch is half done, the one that is
   * being left.
   */
  @Override
  public Future<ImageRef> current() {
    return oldest().compose(DockerPlatform::current);
  }

  /** As {@link #current}. */
  @Override
  public Future<ImageIdentity> running() {
    return oldest().compose(DockerPlatform::running);
  }

  /** Whether all containers run it. */
  @Override
  public Future<Boolean> runs(ImageRef image) {
    return each(container -> container.runs(image))
        .map(all -> all.stream().allMatch(Boolean::booleanValue));
  }

  @Override
  public Future<ImageIdentity> identified(ImageRef image) {
    return oldest().compose(container -> container.identified(image));
  }

  @Override
  public Future<SideEffects> sideEffects() {
    return each(DockerPlatform::sideEffects)
        .map(
            all ->
                new SideEffects(
                    all.stream().flatMap(each -> each.blockers().stream()).toList(),
                    all.stream().flatMap(each -> each.warnings().stream()).toList()));
  }

  /** What all of them use together, of what all of them may use. */
  @Override
  public Future<Optional<ContainerUsage>> usage() {
    return each(DockerPlatform::usage)
        .map(all -> all.stream().flatMap(Optional::stream).reduce(ComposePlatform::together));
  }

  private static ContainerUsage together(ContainerUsage one, ContainerUsage other) {
    boolean limited = one.memoryLimit().isPresent() && other.memoryLimit().isPresent();
    return new ContainerUsage(
        one.id() + "," + other.id(),
        one.cpuNanos() + other.cpuNanos(),
        one.cores() + other.cores(),
        one.memory() + other.memory(),
        limited
            ? OptionalLong.of(one.memoryLimit().getAsLong() + other.memoryLimit().getAsLong())
            : OptionalLong.empty(),
        one.restarts() + other.restarts(),
        one.outOfMemory() || other.outOfMemory(),
        one.unhealthy() && other.unhealthy(),
        one.running() || other.running());
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return oldest().compose(container -> container.presence(image));
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    return each(container -> container.switchTo(release, image, permit)).map(this::said);
  }

  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    return each(container -> container.start(release, image, permit)).map(this::said);
  }

  private String said(List<String> all) {
    return all.stream().distinct().collect(Collectors.joining("; "));
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return each(DockerPlatform::stopBlocker)
        .map(all -> all.stream().flatMap(Optional::stream).findFirst());
  }

  @Override
  public Future<Void> stop(Release release, Permit permit) {
    return each(container -> container.stop(release, permit)).mapEmpty();
  }

  /** One after the other, so that the others serve meanwhile; ends at the first that fails. */
  private <T> Future<List<T>> each(Function<DockerPlatform, Future<T>> asked) {
    return found()
        .compose(
            all -> {
              Future<List<T>> before = Future.succeededFuture(new ArrayList<>());
              for (String name : all.found()) {
                before =
                    before.compose(
                        done ->
                            asked
                                .apply(containers.apply(name))
                                .map(
                                    answer -> {
                                      done.add(answer);
                                      return done;
                                    }));
              }
              return before;
            });
  }

  /** The container that was made first, to the nanosecond. */
  private Future<DockerPlatform> oldest() {
    return found()
        .compose(
            found -> {
              List<DockerPlatform> candidates = found.oldest().stream().map(containers).toList();
              if (candidates.size() == 1) {
                return Future.succeededFuture(candidates.getFirst());
              }
              List<Future<Instant>> made = candidates.stream().map(DockerPlatform::made).toList();
              return Future.all(made)
                  .map(
                      times -> {
                        List<Instant> all = times.list();
                        return candidates.get(all.indexOf(Collections.min(all)));
                      });
            });
  }

  private Future<ComposeContainers> found() {
    return socket
        .version()
        .compose(
            version ->
                socket.ask(HttpMethod.GET, "/v" + version + "/containers/json?all=1", null, QUICK))
        .map(
            answer -> {
              if (!answer.isGood()) {
                throw new PlatformException(
                    "the Docker Engine would not list containers: " + answer.complaint());
              }
              ComposeContainers all = ComposeContainers.of(answer.body().toJsonArray(), settings);
              if (all.found().isEmpty()) {
                throw new PlatformException(missing(all));
              }
              return all;
            });
  }

  private String missing(ComposeContainers all) {
    String where =
        settings
            .project()
            .map("of project \"%s\""::formatted)
            .orElseGet(() -> "made from " + settings.file().orElseThrow());
    return "there is no container of Compose service \"%s\" %s on the Docker Engine at %s%s. Set platform.compose, or start it with docker compose up -d %s"
        .formatted(
            settings.service(),
            where,
            socket.path(),
            all.others().isEmpty()
                ? "; none was made by Compose"
                : "; there are: "
                    + all.others().stream().limit(OTHERS_SHOWN).collect(Collectors.joining(", ")),
            settings.service());
  }
}
