package dev.ripcord.postgres.journal;

import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits on the disk for the journal, from this process and from those that are gone, and its
 * way in. Thread-safe.
 */
final class LocalLines {
  private static final String SET_ASIDE = "set-aside.jsonl";
  private static final Logger LOG = LoggerFactory.getLogger(LocalLines.class);

  private final Context disk;
  private final Appender appender;
  private final Path folder;
  private final Function<List<Recorded>, List<Recorded>> written;
  private final BooleanSupplier isAllIn;
  private final LocalFile file;
  private final Map<ServiceName, Deque<LocalFile.Kept>> left = new HashMap<>();
  private final Map<ServiceName, Long> tokens = new HashMap<>();

  /**
   * Takes over what processes that are gone have left in the folder. Blocks.
   *
   * @param written called with what the journal took
   * @param isAllIn whether nothing of this process waits, by those who write here
   * @throws JournalException when the folder cannot be read or written
   */
  LocalLines(
      Vertx vertx,
      Appender appender,
      Path folder,
      Function<List<Recorded>, List<Recorded>> written,
      BooleanSupplier isAllIn) {
    this.disk = vertx.getOrCreateContext();
    this.appender = appender;
    this.folder = folder;
    this.written = written;
    this.isAllIn = isAllIn;
    this.file = new LocalFile(folder);
    try {
      adopt();
    } catch (IOException e) {
      throw new JournalException(
          "what was kept in " + folder + " while the journal was away cannot be taken over: " + e,
          e);
    }
  }

  private void adopt() throws IOException {
    List<Path> files = LocalFile.left(folder);
    for (Path each : files) {
      for (LocalFile.Kept kept : LocalFile.read(each)) {
        file.add(kept);
        tokens.merge(kept.service(), kept.token(), Math::max);
        if (!kept.append().entries().isEmpty() || !kept.append().alerts().isEmpty()) {
          left.computeIfAbsent(kept.service(), service -> new ArrayDeque<>()).add(kept);
        }
      }
    }
    for (Path each : files) {
      Files.delete(each);
    }
    if (!left.isEmpty()) {
      LOG.warn(
          "{} entries of {} were kept in {} while the journal was away; they are brought in",
          left.values().stream().mapToInt(Deque::size).sum(),
          left.keySet().stream().sorted().map(ServiceName::text).collect(Collectors.joining(", ")),
          folder);
    }
  }

  /** What is left for a service, in: after its lease was taken, before it is used. */
  Future<Void> bringLeft(Lease inner) {
    Deque<LocalFile.Kept> kept;
    long last;
    synchronized (this) {
      kept = left.get(inner.service());
      last = tokens.getOrDefault(inner.service(), 0L);
    }
    if (kept == null) {
      return Future.succeededFuture();
    }
    Future<Void> done =
        inner.token() == last + 1
            ? taken(inner).compose(x -> bring(inner, kept))
            : setAside(kept, "another process had the lease in between");
    return done.compose(
        x -> {
          synchronized (this) {
            left.remove(inner.service());
          }
          return clear();
        });
  }

  /** Appends in their order; each goes from the queue when it is in the journal. */
  Future<Void> bring(Lease inner, Deque<LocalFile.Kept> kept) {
    LocalFile.Kept first = kept.peek();
    if (first == null) {
      return Future.succeededFuture();
    }
    return appender
        .append(inner, first.append())
        .map(written)
        .<Void>mapEmpty()
        .recover(
            e ->
                LocalJournal.isRefused(e)
                    ? setAside(List.of(first), JournalPool.message(e))
                    : Future.failedFuture(e))
        .compose(
            x -> {
              kept.poll();
              return bring(inner, kept);
            });
  }

  /** Which token the journal gave since, so that the next process knows it for ours. */
  Future<Void> taken(Lease inner) {
    synchronized (this) {
      tokens.put(inner.service(), inner.token());
    }
    Append nothing =
        new Append("taken/" + UUID.randomUUID(), 0, Instant.EPOCH, List.of(), List.of());
    LocalFile.Kept note = new LocalFile.Kept(inner.service(), inner.token(), nothing);
    return add(note);
  }

  /** For people to read: it will never be in the journal. */
  Future<Void> setAside(Iterable<LocalFile.Kept> kept, String why) {
    Path aside = folder.resolve(SET_ASIDE);
    List<LocalFile.Kept> all = new ArrayList<>();
    kept.forEach(all::add);
    LOG.error(
        "{} appends of {} that were kept while the journal was away are not in it, since {}; they"
            + " are in {}",
        all.size(),
        all.getFirst().service(),
        why,
        aside);
    return onDisk(() -> LocalFile.addAside(aside, all));
  }

  /** Removes the file where nothing waits, neither here nor for those who ask. */
  Future<Void> clear() {
    return onDisk(
        () -> {
          if (isAllIn.getAsBoolean() && isNothingLeft()) {
            file.clear();
          }
        });
  }

  private synchronized boolean isNothingLeft() {
    return left.isEmpty();
  }

  /** What a lease that was given back leaves to the next one. */
  synchronized void leave(ServiceName service, Deque<LocalFile.Kept> pending, long token) {
    if (!pending.isEmpty()) {
      left.put(service, pending);
      tokens.put(service, token);
    }
  }

  /** On the disk when this completes. */
  Future<Void> add(LocalFile.Kept kept) {
    return onDisk(() -> file.add(kept));
  }

  /** The file of this process. */
  Path path() {
    return file.path();
  }

  /** Leaves the file to whoever starts next. */
  Future<Void> close() {
    return onDisk(file::close);
  }

  private interface DiskWork {
    void run() throws IOException;
  }

  private Future<Void> onDisk(DiskWork work) {
    return disk.executeBlocking(
        () -> {
          work.run();
          return null;
        },
        true);
  }
}
