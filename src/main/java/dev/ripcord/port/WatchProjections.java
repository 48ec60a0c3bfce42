package dev.ripcord.port;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The watches under way, each as it stands after the entries that were followed. Any thread may
 * call; the entries of one watch come in order.
 */
public final class WatchProjections {
  private final Map<Long, WatchProjection> watches = new ConcurrentHashMap<>();

  /** Follows an entry; gives how its watch stands after it, empty where its opening was missed. */
  public Optional<WatchProjection> follow(Recorded recorded) {
    Optional<WatchProjection> after =
        WatchProjection.after(Optional.ofNullable(watches.get(recorded.watch())), recorded);
    if (recorded.entry() instanceof Entry.Finished) {
      watches.remove(recorded.watch());
    } else {
      after.ifPresent(watch -> watches.put(recorded.watch(), watch));
    }
    return after;
  }

  /** Whether entries of a watch were followed, and not yet its end. */
  public boolean knows(long watch) {
    return watches.containsKey(watch);
  }
}
