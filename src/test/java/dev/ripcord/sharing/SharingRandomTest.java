package dev.ripcord.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.OwnLeases.Busy;
import dev.ripcord.sharing.SharingView.Daemon;
import dev.ripcord.sharing.SharingView.Leased;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Daemons that come, end, die, stand still and wake up, each with a view that may be old: in the
 * end every service has one holder, the shares are even, and nothing that is rolled back has moved.
 */
class SharingRandomTest {
  private static final int SEEDS = 200;
  private static final List<Busy> BUSY = List.copyOf(EnumSet.allOf(Busy.class));

  static IntStream seeds() {
    return IntStream.range(0, SEEDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void settlesEvenly_losesNothing_andMovesNothingInRollback(int seed) {
    Room room = new Room(new Random(seed));
    for (int step = 0; step < 300; step++) {
      room.anything();
    }
    room.calm();
    for (int round = 0; round < 60; round++) {
      room.everybodysRound();
    }

    assertThat(room.holders.keySet())
        .as("seed %d: each has a holder", seed)
        .isEqualTo(room.services);
    List<Integer> shares = room.shares();
    int most = shares.stream().mapToInt(each -> each).max().orElseThrow();
    int fewest = shares.stream().mapToInt(each -> each).min().orElseThrow();
    assertThat(most - fewest).as("seed %d: %s", seed, shares).isLessThan(2);

    int moves = room.moves;
    for (int round = 0; round < 30; round++) {
      room.everybodysRound();
    }
    assertThat(room.moves).as("seed %d: nothing moves any more", seed).isEqualTo(moves);
  }

  /** One daemon. */
  private static final class Member {
    private final long session;
    private Sharing sharing = Sharing.BEGIN;
    private SharingView view;
    private boolean still;

    Member(long session, SharingView view) {
      this.session = session;
      this.view = view;
    }
  }

  /** The database, and what happens to it. */
  private static final class Room {
    private final Random random;
    private final Set<ServiceName> services = new HashSet<>();
    private final Map<ServiceName, Long> holders = new HashMap<>();
    private final Map<ServiceName, Busy> busy = new HashMap<>();
    private final TreeMap<Long, Member> members = new TreeMap<>();
    private long sessions;
    private int moves;

    Room(Random random) {
      this.random = random;
      int count = 1 + random.nextInt(60);
      IntStream.range(0, count).forEach(i -> services.add(SharingTest.name(i)));
      join();
    }

    void anything() {
      switch (random.nextInt(20)) {
        case 0 -> {
          if (members.size() < 6) {
            join();
          }
        }
        case 1 -> end();
        case 2 -> any().still = true;
        case 3 -> members.values().forEach(each -> each.still = false);
        case 4, 5, 6 -> busy.put(service(), BUSY.get(random.nextInt(BUSY.size())));
        case 7, 8, 9, 10 -> any().view = view(any().session);
        default -> round(any(), random.nextInt(3) > 0);
      }
    }

    private ServiceName service() {
      return SharingTest.name(random.nextInt(services.size()));
    }

    private Member any() {
      return new ArrayList<>(members.values()).get(random.nextInt(members.size()));
    }

    private void join() {
      long session = ++sessions;
      members.put(session, new Member(session, view(session)));
    }

    /** One is gone; the last one stays. */
    private void end() {
      if (members.size() > 1) {
        Member gone = any();
        members.remove(gone.session);
        holders.values().removeIf(holder -> holder == gone.session);
      }
    }

    void calm() {
      busy.clear();
      members.values().forEach(each -> each.still = false);
    }

    void everybodysRound() {
      members.values().forEach(each -> round(each, true));
    }

    /** One that stands still is taken for dead, and finds its leases gone when it wakes up. */
    private void round(Member member, boolean looks) {
      if (member.still) {
        holders.values().removeIf(holder -> holder == member.session);
        return;
      }
      if (looks || member.view.self() != member.session) {
        member.view = view(member.session);
      }
      Map<ServiceName, Busy> held = new HashMap<>();
      holders.forEach(
          (service, holder) -> {
            if (holder == member.session) {
              held.put(service, busy.getOrDefault(service, Busy.IDLE));
            }
          });
      Set<ServiceName> ready = new HashSet<>(services);
      ready.removeAll(held.keySet());
      Sharing.Round round = member.sharing.on(member.view, new OwnLeases(held, Set.of(), ready));
      member.sharing = round.next();
      for (ServiceName service : round.take()) {
        holders.putIfAbsent(service, member.session);
      }
      for (Sharing.Gift gift : round.give()) {
        assertThat(held.get(gift.service())).isIn(Busy.IDLE, Busy.WATCHED);
        holders.remove(gift.service());
        moves++;
      }
    }

    List<Integer> shares() {
      return members.keySet().stream()
          .map(
              session ->
                  (int) holders.values().stream().filter(holder -> holder.equals(session)).count())
          .toList();
    }

    private SharingView view(long self) {
      List<Daemon> daemons = new ArrayList<>();
      members
          .values()
          .forEach(
              each -> {
                if (!each.still) {
                  daemons.add(new Daemon(each.session, "daemon " + each.session, services));
                }
              });
      if (members.get(self) == null) {
        daemons.add(new Daemon(self, "daemon " + self, services));
      }
      Map<ServiceName, Leased> leases = new HashMap<>();
      holders.forEach(
          (service, holder) ->
              leases.put(
                  service, new Leased("somebody", Optional.of(holder), "", Optional.empty())));
      return new SharingView(self, daemons, leases);
    }
  }
}
