package dev.ripcord.platform.docker;

import dev.ripcord.platform.docker.ContainerFiles.Stat;
import dev.ripcord.port.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries over what was put into a container, and says what stays behind. */
final class DockerFiles {
  private static final Logger LOG = LoggerFactory.getLogger(DockerFiles.class);

  /** Each is asked for by itself. Where there are more, they are no configuration. */
  private static final int FILES_MAX = 200;

  private static final long BYTES_MAX = 16L << 20;
  private static final int NAMES_SHOWN = 3;

  private final DockerContainers engine;
  private final String name;

  /**
   * For one container.
   *
   * @param name its name, for people
   */
  DockerFiles(DockerContainers engine, String name) {
    this.engine = engine;
    this.name = name;
  }

  /**
   * What there is beside image and volumes.
   *
   * @param carried files that a new container gets too
   * @param changed files of the image that were changed: a new container has its own image's
   * @param written files that were written since the present start
   * @param unasked how many more there are
   */
  private record Found(
      List<Stat> carried, List<String> changed, List<String> written, int unasked) {}

  private Future<Found> find(JsonObject container) {
    String id = container.getString("Id");
    if (container.getJsonObject("HostConfig").getBoolean("ReadonlyRootfs", false)) {
      // Nobody could put anything in but the Engine itself, for its mounts.
      return Future.succeededFuture(new Found(List.of(), List.of(), List.of(), 0));
    }
    return engine
        .changes(id)
        .compose(
            changes -> {
              ContainerFiles files = ContainerFiles.of(changes, container);
              List<String> all = new ArrayList<>(files.added());
              all.addAll(files.changed());
              int asked = Math.min(all.size(), FILES_MAX);
              return stats(id, all.subList(0, asked))
                  .map(stats -> sorted(files, stats, container, all.size() - asked));
            });
  }

  private Future<List<Stat>> stats(String id, List<String> paths) {
    Future<List<Stat>> all = Future.succeededFuture(new ArrayList<>());
    for (String path : paths) {
      all =
          all.compose(
              before ->
                  engine
                      .stat(id, path)
                      .map(
                          stat -> {
                            stat.ifPresent(before::add);
                            return before;
                          }));
    }
    return all;
  }

  private static Found sorted(
      ContainerFiles files, List<Stat> stats, JsonObject container, int unasked) {
    Instant start = ContainerFiles.startOf(container);
    List<Stat> carried = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    List<String> written = new ArrayList<>();
    for (Stat stat : stats) {
      boolean added = files.added().contains(stat.path());
      if (stat.folder()) {
        continue;
      }
      if (!stat.modified().isBefore(start)) {
        written.add(stat.path());
      } else if (added && stat.size() <= BYTES_MAX) {
        carried.add(stat);
      } else {
        changed.add(stat.path());
      }
    }
    return new Found(carried, changed, written, unasked);
  }

  /**
   * Copies what was put into one container into another that is not started yet. What cannot be
   * read is logged and left out; a file that the new image brings itself is not written over.
   */
  Future<Void> carry(JsonObject from, String to) {
    return find(from)
        .compose(
            found -> {
              Future<Void> before = Future.succeededFuture();
              for (Stat file : found.carried()) {
                before = before.compose(x -> copy(from.getString("Id"), to, file.path()));
              }
              return before;
            });
  }

  private Future<Void> copy(String from, String to, String path) {
    return engine
        .stat(to, path)
        .compose(
            there -> {
              if (there.isPresent()) {
                LOG.info("container {}: {} is the new image's own", name, path);
                return Future.succeededFuture();
              }
              return engine
                  .archive(from, path)
                  .map(archive -> archive.flatMap(a -> ContainerArchive.moved(a, path)))
                  .compose(
                      archive -> {
                        if (archive.isEmpty()) {
                          LOG.warn("container {}: {} could not be carried over", name, path);
                          return Future.succeededFuture();
                        }
                        LOG.info("container {}: {} goes along", name, path);
                        return engine
                            .extract(to, archive.get())
                            .recover(trouble -> leftOut(path, trouble));
                      });
            });
  }

  /** A plain no, as of a read-only container, is no reason to stay on a bad release. */
  private Future<Void> leftOut(String path, Throwable trouble) {
    if (trouble instanceof PlatformException no && !no.isUnanswered()) {
      LOG.warn("container {}: {} could not be carried over: {}", name, path, no.getMessage());
      return Future.succeededFuture();
    }
    return Future.failedFuture(trouble);
  }

  /** What a person may want to know of these files before the container is made anew. */
  Future<List<String>> warnings(JsonObject container) {
    return find(container)
        .map(
            found -> {
              List<String> lines = new ArrayList<>();
              line(
                      found.carried().stream().map(Stat::path).toList(),
                      "put into container %s: carried over to the new one")
                  .ifPresent(lines::add);
              line(
                      found.changed(),
                      "changed in container %s: not carried over, the new one has its image's own")
                  .ifPresent(lines::add);
              line(
                      found.written(),
                      "written in container %s since its start and outside of its volumes: lost")
                  .ifPresent(lines::add);
              if (found.unasked() > 0) {
                lines.add(
                    "Container %s has %d more files that are not its image's, outside of its volumes: lost."
                        .formatted(name, found.unasked()));
              }
              return lines;
            });
  }

  private Optional<String> line(List<String> paths, String what) {
    if (paths.isEmpty()) {
      return Optional.empty();
    }
    List<String> shown = paths.stream().limit(NAMES_SHOWN).toList();
    int more = paths.size() - shown.size();
    return Optional.of(
        String.join(", ", shown)
            + (more == 0 ? "" : " and %d more".formatted(more))
            + (paths.size() == 1 ? " was " : " were ")
            + what.formatted(name)
            + ".");
  }
}
