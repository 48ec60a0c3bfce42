package dev.ripcord.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.OwnLeases.Busy;
import dev.ripcord.sharing.SharingView.Daemon;
import dev.ripcord.sharing.SharingView.Leased;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharingTest {
  /**
   * What the first of some daemons takes and gives back. Services are s0, s1, …; {@code held} says
   * how many each daemon holds, in this order.
   */
  @ParameterizedTest
  @CsvSource({
    // services, held by each, takes, gives
    "6, 0,         6, 0", // alone, all are its own
    "6, 6,         0, 0",
    "6, 0/0,       3, 0", // two begin at once: each takes its half
    "6, 0/0/0,     2, 0",
    "7, 0/0/0,     3, 0", // the oldest takes what is left over
    "6, 3/0,       0, 0", // what is free is for the one that has fewer
    "6, 4/0,       0, 1", // and counts as its own before more is given
    "6, 3/3,       0, 0",
    "6, 4/2,       0, 1", // a difference of two is worth a move
    "7, 4/3,       0, 0", // one is not
    "6, 6/0,       0, 3",
    "6, 6/0/0,     0, 4",
    "30, 15/15/0,  0, 5", // two give to a third: each gives its part
    "30, 30/0/0,   0, 5", // in batches
    "400, 400/0,   0, 40", // of a tenth
    "9000, 9000/0, 0, 200", // and no more than this
    "10, 2/8,      0, 0", // the other one gives
    "9, 3/0/3,     0, 0", // one that died held the rest: they are for the one that begins
    "9, 3/3,       2, 0", // a third of them is free: shared between those who live
  })
  void firstOfSomeDaemons(int services, String held, int takes, int gives) {
    World world = new World(services);
    List<Integer> counts =
        List.of(held.split("/", -1)).stream().map(each -> Integer.parseInt(each)).toList();
    for (int i = 0; i < counts.size(); i++) {
      world.daemon(i + 1, counts.get(i));
    }

    Sharing.Round round = Sharing.BEGIN.on(world.view(1), world.own(1, Busy.IDLE));

    assertThat(round.take()).hasSize(takes);
    assertThat(round.give()).hasSize(gives);
  }

  @Test
  void notAlive_doesNothing() {
    World world = new World(4);
    world.daemon(2, 0);

    Sharing.Round round = Sharing.BEGIN.on(world.view(1), world.own(1, Busy.IDLE));

    assertThat(round.take()).isEmpty();
    assertThat(round.give()).isEmpty();
  }

  @Test
  void idleOnesMoveFirst_andOneInRollbackNever() {
    World world = new World(4);
    world.daemon(1, 4);
    world.daemon(2, 0);
    Map<ServiceName, Busy> busy =
        Map.of(
            name(0), Busy.PINNED, name(1), Busy.WATCHED, name(2), Busy.IDLE, name(3), Busy.PINNED);

    Sharing.Round round = Sharing.BEGIN.on(world.view(1), new OwnLeases(busy, Set.of(), Set.of()));

    assertThat(round.give()).extracting(Sharing.Gift::service).containsExactly(name(2), name(1));
    assertThat(round.give()).allMatch(gift -> gift.to().session() == 2 && !gift.asked());
  }

  @Test
  void evenShares_areAtRest_andOthersAreNot() {
    World even = new World(5);
    even.daemon(1, 3);
    even.daemon(2, 2);
    assertThat(Sharing.BEGIN.on(even.view(1), even.own(1, Busy.IDLE)).atRest()).isTrue();
    even.wanted.put(name(0), 2L);
    assertThat(Sharing.BEGIN.on(even.view(1), even.own(1, Busy.PINNED)).atRest()).isFalse();

    World free = new World(5);
    free.daemon(1, 2);
    free.daemon(2, 2);
    assertThat(Sharing.BEGIN.on(free.view(2), free.own(2, Busy.IDLE)).atRest()).isFalse();
  }

  @Test
  void allInRollback_nothingMoves_andItIsLookedAtAgain() {
    World world = new World(4);
    world.daemon(1, 4);
    world.daemon(2, 0);

    Sharing.Round round = Sharing.BEGIN.on(world.view(1), world.own(1, Busy.PINNED));

    assertThat(round.give()).isEmpty();
    assertThat(round.atRest()).isFalse();
  }

  @Test
  void onlyWhatTheOtherIsConfiguredFor_moves() {
    World world = new World(5);
    world.daemon(1, 5);
    world.daemons.add(new Daemon(2, "two", Set.of(name(4))));

    Sharing.Round round = Sharing.BEGIN.on(world.view(1), world.own(1, Busy.IDLE));

    assertThat(round.give()).extracting(Sharing.Gift::service).containsExactly(name(4));
  }

  @Test
  void freeLeaseThatIsNotTaken_isForEverybodyAfterSomeRounds() {
    World world = new World(1);
    world.daemon(1, 0);
    world.daemon(2, 0);
    Sharing two = Sharing.BEGIN;
    int rounds = 0;
    Sharing.Round round = two.on(world.view(2), world.own(2, Busy.IDLE));
    while (round.take().isEmpty() && rounds < 100) {
      round = round.next().on(world.view(2), world.own(2, Busy.IDLE));
      rounds++;
    }

    assertThat(rounds).isEqualTo(Sharing.PATIENCE);
    assertThat(round.take()).containsExactly(name(0));
  }

  @Test
  void notReady_isNotTaken() {
    World world = new World(1);
    world.daemon(1, 0);

    OwnLeases windingUp = new OwnLeases(Map.of(), Set.of(), Set.of());

    assertThat(Sharing.BEGIN.on(world.view(1), windingUp).take()).isEmpty();
  }

  @Test
  void askedFor_isGivenThoughTheSharesAreEven_unlessItIsInRollback() {
    World world = new World(2);
    world.daemon(1, 1);
    world.daemon(2, 1);
    world.wanted.put(name(0), 2L);

    List<Sharing.Gift> gifts = Sharing.BEGIN.on(world.view(1), world.own(1, Busy.WATCHED)).give();

    assertThat(gifts).hasSize(1);
    assertThat(gifts.getFirst().asked()).isTrue();
    assertThat(gifts.getFirst().to().session()).isEqualTo(2);
    assertThat(Sharing.BEGIN.on(world.view(1), world.own(1, Busy.PINNED)).give()).isEmpty();
  }

  @Test
  void askedFor_isTakenByWhoAsked() {
    World world = new World(3);
    world.daemon(1, 0);
    world.daemon(2, 2);
    world.holders.remove(name(0));
    world.holders.put(name(2), 2L);
    world.wanted.put(name(0), 2L);

    assertThat(Sharing.BEGIN.on(world.view(1), world.own(1, Busy.IDLE)).take()).isEmpty();
    assertThat(Sharing.BEGIN.on(world.view(2), world.own(2, Busy.IDLE)).take())
        .containsExactly(name(0));
  }

  @Test
  void heldByAForegroundWatch_isNotTaken_andCountsForNobody() {
    World world = new World(3);
    world.daemon(1, 0);
    world.holders.put(name(0), 77L);

    assertThat(Sharing.BEGIN.on(world.view(1), world.own(1, Busy.IDLE)).take())
        .containsExactly(name(1), name(2));
  }

  /** The name of a service by its number. */
  static ServiceName name(int i) {
    return new ServiceName("s%05d".formatted(i));
  }

  /** Some services, the daemons over them, and who holds what. */
  private static final class World {
    private final Set<ServiceName> services;
    private final List<Daemon> daemons = new ArrayList<>();
    private final Map<ServiceName, Long> holders = new HashMap<>();
    private final Map<ServiceName, Long> wanted = new HashMap<>();

    World(int services) {
      this.services =
          IntStream.range(0, services).mapToObj(SharingTest::name).collect(Collectors.toSet());
    }

    void daemon(long session, int held) {
      daemons.add(new Daemon(session, "daemon " + session, services));
      services.stream()
          .sorted()
          .filter(service -> !holders.containsKey(service))
          .limit(held)
          .toList()
          .forEach(service -> holders.put(service, session));
    }

    SharingView view(long self) {
      Map<ServiceName, Leased> leases = new HashMap<>();
      services.forEach(
          service ->
              leases.put(
                  service,
                  new Leased(
                      "somebody",
                      Optional.ofNullable(holders.get(service)),
                      "",
                      Optional.ofNullable(wanted.get(service)))));
      return new SharingView(self, daemons, leases);
    }

    OwnLeases own(long self, Busy busy) {
      Map<ServiceName, Busy> held = new HashMap<>();
      holders.forEach(
          (service, holder) -> {
            if (holder == self) {
              held.put(service, busy);
            }
          });
      return new OwnLeases(
          held,
          Set.of(),
          services.stream().filter(s -> !held.containsKey(s)).collect(Collectors.toSet()));
    }
  }
}
