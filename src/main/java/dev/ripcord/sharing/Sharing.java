package dev.ripcord.sharing;

import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.OwnLeases.Busy;
import dev.ripcord.sharing.SharingView.Daemon;
import dev.ripcord.sharing.SharingView.Leased;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides round by round which leases this daemon takes and gives back, so that each daemon comes
 * to hold about as many as the others. Every daemon computes the whole of the sharing by the same
 * rules and does its own part of it: nobody has to lead.
 *
 * <ul>
 *   <li>A free lease is for the daemon that holds fewest. Where that one does not take it within
 *       {@link #PATIENCE} rounds, it is for everybody.
 *   <li>A lease is given back where another daemon holds at least two fewer: that move, and no
 *       other, makes the difference smaller. At most a tenth at a time, {@link #BATCH_MIN} or more.
 *   <li>A lease that another daemon asks for, since a release was announced there, is given back.
 * </ul>
 *
 * @param free for how many rounds a free lease was not taken by whom it is for
 */
public record Sharing(Map<ServiceName, Integer> free) {
  /** So many rounds a free lease waits for the daemon that it is for. */
  static final int PATIENCE = 10;

  /** So many are given back in one round, where more are to be. */
  static final int BATCH_MIN = 5;

  /** And so many at most. */
  static final int BATCH_MAX = 200;

  /** Before the first round. */
  public static final Sharing BEGIN = new Sharing(Map.of());

  public Sharing {
    free = Map.copyOf(free);
  }

  /**
   * What one round decides.
   *
   * @param next the state for the next round
   * @param take what this daemon takes
   * @param give what it gives back
   * @param atRest whether the same view again needs no further round, whatever is busy by then
   */
  public record Round(Sharing next, List<ServiceName> take, List<Gift> give, boolean atRest) {
    public Round {
      take = List.copyOf(take);
      give = List.copyOf(give);
    }
  }

  /**
   * A lease that is given back.
   *
   * @param to for whom
   * @param asked whether that one asked for it; else it is to share evenly
   */
  public record Gift(ServiceName service, Daemon to, boolean asked) {}

  /** Decides. Where this process does not count as alive, nothing is done. */
  public Round on(SharingView view, OwnLeases own) {
    if (view.daemon(view.self()).isEmpty()) {
      return new Round(this, List.of(), List.of(), false);
    }
    Loads loads = new Loads(view, own);
    Map<ServiceName, Integer> waiting = new HashMap<>();
    List<ServiceName> take = new ArrayList<>();
    for (ServiceName service : loads.free()) {
      Daemon to = loads.assign(service);
      int rounds = free.getOrDefault(service, -1) + 1;
      waiting.put(service, rounds);
      if (own.ready().contains(service) && (to.session() == view.self() || rounds >= PATIENCE)) {
        take.add(service);
      }
    }
    List<Gift> give = loads.asked();
    int batch = Math.clamp(own.held().size() / 10, BATCH_MIN, BATCH_MAX);
    give.addAll(loads.level(batch));
    boolean atRest = waiting.isEmpty() && give.isEmpty() && loads.isSettled();
    return new Round(new Sharing(waiting), take, give, atRest);
  }

  /** Who holds how many, with what is decided so far. */
  private static final class Loads {
    private final SharingView view;
    private final OwnLeases own;
    private final Map<Long, Integer> counts = new TreeMap<>();
    private final Map<Long, SortedSet<ServiceName>> held = new HashMap<>();
    private final Set<ServiceName> gone = new HashSet<>();

    Loads(SharingView view, OwnLeases own) {
      this.view = view;
      this.own = own;
      view.daemons().forEach(each -> counts.put(each.session(), 0));
      counts.put(view.self(), own.held().size());
      view.leases().forEach(this::count);
    }

    private void count(ServiceName service, Leased leased) {
      if (leased.session().isPresent()
          && leased.session().get() != view.self()
          && !own.held().containsKey(service)) {
        counts.computeIfPresent(leased.session().get(), (session, count) -> count + 1);
      }
    }

    /** The leases that nobody holds, of all daemons' services, by name. */
    Iterable<ServiceName> free() {
      Set<ServiceName> all = new TreeSet<>();
      view.daemons().forEach(each -> all.addAll(each.services()));
      all.removeIf(
          service ->
              own.held().containsKey(service)
                  || own.leaving().contains(service)
                  || view.heldElsewhere(service).isPresent());
      return all;
    }

    /** For whom a free lease is: who asks for it, else who holds fewest, the oldest of these. */
    Daemon assign(ServiceName service) {
      Daemon to =
          wanting(service)
              .orElseGet(
                  () ->
                      view.daemons().stream()
                          .filter(each -> each.services().contains(service))
                          .min(
                              Comparator.<Daemon>comparingInt(d -> count(d.session()))
                                  .thenComparingLong(Daemon::session))
                          .orElseThrow());
      counts.merge(to.session(), 1, Integer::sum);
      return to;
    }

    private int count(long session) {
      return counts.getOrDefault(session, 0);
    }

    private Optional<Daemon> wanting(ServiceName service) {
      return Optional.ofNullable(view.leases().get(service))
          .flatMap(Leased::wanted)
          .flatMap(view::daemon)
          .filter(each -> each.services().contains(service));
    }

    /** What others ask this daemon for. */
    List<Gift> asked() {
      List<Gift> gifts = new ArrayList<>();
      own.held()
          .forEach(
              (service, busy) ->
                  wanting(service)
                      .filter(to -> busy != Busy.PINNED && to.session() != view.self())
                      .ifPresent(to -> gifts.add(given(new Gift(service, to, true)))));
      return gifts;
    }

    /** Whether the shares are even and nothing that is held here is asked for. */
    boolean isSettled() {
      return widest(Set.of()).isEmpty()
          && own.held().keySet().stream().noneMatch(service -> wanting(service).isPresent());
    }

    private Gift given(Gift gift) {
      gone.add(gift.service());
      counts.merge(view.self(), -1, Integer::sum);
      counts.merge(gift.to().session(), 1, Integer::sum);
      return gift;
    }

    /**
     * Moves one lease after the other from who holds most to who holds fewest, of all daemons, as
     * long as the difference is two or more; gives the moves of this daemon.
     */
    List<Gift> level(int batch) {
      List<Gift> gifts = new ArrayList<>();
      Set<Move> impossible = new HashSet<>();
      while (gifts.size() < batch) {
        Optional<Move> next = widest(impossible);
        if (next.isEmpty()) {
          break;
        }
        Move move = next.get();
        Optional<ServiceName> service = movable(move);
        if (service.isEmpty()) {
          impossible.add(move);
        } else {
          counts.merge(move.from(), -1, Integer::sum);
          counts.merge(move.to().session(), 1, Integer::sum);
          held(move.from()).remove(service.get());
          if (move.from() == view.self()) {
            gifts.add(new Gift(service.get(), move.to(), false));
          }
        }
      }
      return gifts;
    }

    private record Move(long from, Daemon to) {}

    private Optional<Move> widest(Set<Move> impossible) {
      Move widest = null;
      int difference = 1;
      for (Daemon from : view.daemons()) {
        for (Daemon to : view.daemons()) {
          Move move = new Move(from.session(), to);
          int by = count(from.session()) - count(to.session());
          if (by > difference && !impossible.contains(move)) {
            widest = move;
            difference = by;
          }
        }
      }
      return Optional.ofNullable(widest);
    }

    /**
     * A lease that may move: of this daemon's an idle one first; how busy others are is unknown.
     */
    private Optional<ServiceName> movable(Move move) {
      return held(move.from()).stream().filter(move.to().services()::contains).findFirst();
    }

    private SortedSet<ServiceName> held(long session) {
      return held.computeIfAbsent(session, this::listed);
    }

    private SortedSet<ServiceName> listed(long session) {
      Comparator<ServiceName> byName = Comparator.naturalOrder();
      if (session != view.self()) {
        SortedSet<ServiceName> theirs = new TreeSet<>(byName);
        view.leases()
            .forEach(
                (service, leased) -> {
                  if (leased.session().filter(s -> s == session).isPresent()) {
                    theirs.add(service);
                  }
                });
        return theirs;
      }
      SortedSet<ServiceName> ours =
          new TreeSet<>(
              Comparator.<ServiceName, Busy>comparing(
                      service -> own.held().getOrDefault(service, Busy.PINNED))
                  .thenComparing(byName));
      own.held()
          .forEach(
              (service, busy) -> {
                if (busy.compareTo(Busy.WATCHED) <= 0 && !gone.contains(service)) {
                  ours.add(service);
                }
              });
      return ours;
    }
  }
}
