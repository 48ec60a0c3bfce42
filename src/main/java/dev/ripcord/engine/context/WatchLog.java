package dev.ripcord.engine.context;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one watch, for those who write it: an append whose answer was lost is sent again,
 * and the time by which the watch is decided goes on evenly.
 *
 * <p>Entries carry the time of day. Where the clock of this machine is set to another time that is
 * an entry too, so that the time of the watch is known from the journal: the time of day without
 * all such jumps. Called on one event loop.
 */
public final class WatchLog {
  /** A clock that is further off than this was set; less is drift, and is followed. */
  static final Duration JUMP = Duration.ofSeconds(2);

  /** More than the journal itself takes to say that it got no answer. */
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(WatchLog.class);

  private final EngineContext context;
  private final Lease lease;
  private final long watch;
  private Duration jumped;
  private Instant seen;
  private long seenNanos;
  private long newest;
  private Optional<Jump> jump = Optional.empty();
  private Future<Void> steady = Future.succeededFuture();

  /** That the clock was set, until it is known to be in the journal. */
  private record Jump(Append append, Duration by, long nanos) {}

  /**
   * What the journal holds.
   *
   * @param history the watch
   * @param decided whether an event that the watch decides on is in it whose answer was lost
   */
  public record Found(WatchProjection history, boolean decided) {}

  public WatchLog(EngineContext context, Lease lease, WatchProjection history) {
    this.context = context;
    this.lease = lease;
    this.watch = history.id();
    this.newest = history.newest();
    this.jumped = history.jumped();
    this.seen = isLater(context.now(), history.last()) ? context.now() : history.last();
    this.seenNanos = context.clocks().nanos().getAsLong();
  }

  /** Whether the clock goes on where the last entry was written, as far as that can be seen. */
  private static boolean isLater(Instant now, Instant last) {
    return last.isBefore(now.plus(JUMP));
  }

  public Lease lease() {
    return lease;
  }

  /** The time of the watch now. */
  public Instant now() {
    return seen.plusNanos(context.clocks().nanos().getAsLong() - seenNanos).minus(jumped);
  }

  /** The time of the watch at a time of day that follows {@link #steady}. */
  public Instant time(Instant at) {
    return at.minus(jumped);
  }

  /** Looks at the clock, and writes it down when it was set. Fails when that cannot be written. */
  public Future<Void> steady() {
    if (!steady.isComplete()) {
      return steady;
    }
    if (jump.isEmpty()) {
      long nanos = context.clocks().nanos().getAsLong();
      Instant wall = context.now();
      // A process that is not scheduled between the two clocks sees a jump where there is none.
      long between = context.clocks().nanos().getAsLong() - nanos;
      Duration by = Duration.between(seen.plusNanos(nanos - seenNanos), wall);
      if (by.abs().minusNanos(between).compareTo(JUMP) < 0) {
        seen = wall;
        seenNanos = nanos;
        return Future.succeededFuture();
      }
      Append jumped = append(List.of(new Entry.ClockJumped(by)), List.of(), wall);
      jump = Optional.of(new Jump(jumped, by, nanos));
    }
    Jump written = jump.get();
    steady =
        write(written.append)
            .map(
                recorded -> {
                  follow(written);
                  recorded.forEach(context.observer()::recorded);
                  return recorded;
                })
            .mapEmpty();
    return steady;
  }

  /** The clock was set, and that is in the journal. */
  private void follow(Jump written) {
    LOG.warn(
        "{}: the clock of this machine was set {} by {} s; the watch goes by the time that has"
            + " passed",
        lease.service(),
        written.by.isNegative() ? "back" : "forward",
        written.by.abs().toSeconds());
    jumped = jumped.plus(written.by);
    seen = written.append.at();
    seenNanos = written.nanos;
    jump = Optional.empty();
  }

  /** Something to write, with an id of its own. */
  public Append append(List<Entry> entries, List<Alert> alerts, Instant at) {
    return new Append(context.appendId(lease), watch, at, entries, alerts);
  }

  /**
   * Writes. When no answer comes it is sent once more, which finds what the first try has written.
   * When it fails all the same, and was not refused, it may have been written or not.
   */
  public Future<List<Recorded>> write(Append append) {
    return sent(append)
        .recover(e -> isRefused(e) ? Future.failedFuture(e) : sent(append))
        .onSuccess(recorded -> recorded.forEach(r -> newest = Math.max(newest, r.id())));
  }

  private Future<List<Recorded>> sent(Append append) {
    return context.timers().within(ANSWER, context.journal().append(lease, append));
  }

  /**
   * Reads the whole watch, when it is not known what of the last append is in it. What is still on
   * its way to the journal is waited for. Tells the observers of what they have not heard yet.
   */
  public Future<Found> read() {
    return write(append(List.of(), List.of(), context.now()))
        .recover(e -> isEnded(e) ? Future.succeededFuture(List.of()) : Future.failedFuture(e))
        .compose(x -> context.timers().within(ANSWER, context.journal().entries(watch)))
        .map(
            entries -> {
              WatchProjection history = WatchProjection.fold(entries);
              jump.filter(j -> history.jumped().equals(jumped.plus(j.by))).ifPresent(this::follow);
              List<Recorded> unheard = entries.stream().filter(e -> e.id() > newest).toList();
              newest = history.newest();
              unheard.forEach(context.observer()::recorded);
              return new Found(
                  history, unheard.stream().anyMatch(e -> e.entry() instanceof Entry.Watched));
            });
  }

  /** Whether it is known that nothing was written. */
  public static boolean isRefused(Throwable failure) {
    return failure instanceof JournalException said && said.isRefused();
  }

  /** Whether nothing was written because the watch has ended. */
  public static boolean isEnded(Throwable failure) {
    return failure instanceof JournalException said && said.isEnded();
  }
}
