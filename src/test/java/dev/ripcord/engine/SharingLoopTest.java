package dev.ripcord.engine;

import static dev.ripcord.engine.EngineRoom.SHOP;
import static dev.ripcord.engine.EngineRoom.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.health.Escalation;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Lease;
import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.SharingView;
import dev.ripcord.sharing.SharingView.Daemon;
import dev.ripcord.sharing.SharingView.Leased;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A daemon that shares its services with another one, whose doings are played. */
final class SharingLoopTest {
  private static final long HERE = 1;
  private static final long THERE = 2;
  private static final Duration ROUNDS = Duration.ofSeconds(2);

  /** A journal with a second daemon. */
  private static final class Shared extends InMemoryJournal {
    private boolean other = true;
    private Optional<Long> holder = Optional.empty();
    private Optional<Long> wanted = Optional.empty();
    private final List<String> reasons = new ArrayList<>();
    private boolean withdrawn;

    @Override
    public Future<SharingView> sharing(String who, Set<ServiceName> services) {
      List<Daemon> daemons = new ArrayList<>(List.of(new Daemon(HERE, who, services)));
      if (other) {
        daemons.add(new Daemon(THERE, "web2:18", services));
      }
      String text = holder.isPresent() ? "web2:18 since noon" : "web2:18";
      return Future.succeededFuture(
          new SharingView(
              HERE, daemons, Map.of(SHOP, new Leased(text, holder, "it ended", wanted))));
    }

    @Override
    public Future<Void> want(ServiceName service) {
      wanted = Optional.of(HERE);
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> release(Lease lease, String why) {
      reasons.add(why);
      return release(lease);
    }

    @Override
    public Future<Void> withdraw() {
      withdrawn = true;
      return Future.succeededFuture();
    }

    /** The other one asks for the service, and takes it when it comes. */
    void otherAsks() {
      wanted = Optional.of(THERE);
    }

    void otherHolds() {
      holder = Optional.of(THERE);
      wanted = Optional.empty();
    }

    void otherIsGone() {
      other = false;
      holder = Optional.empty();
      wanted = Optional.empty();
    }
  }

  private final Shared journal = new Shared();
  private final EngineRoom room = new EngineRoom(Escalation.ROLLBACK, journal);

  @AfterEach
  void close() {
    room.close();
  }

  private void played(Runnable what) {
    room.on(
        () -> {
          what.run();
          return "";
        });
    room.pass(ROUNDS);
  }

  @Test
  void watchThatIsHandedOver_isNotPolledMeanwhile_andGoesOnWithEachPollCountedOnce() {
    long watch = room.start().announce();
    room.shop.isBad("shop:2");
    room.polls(2);

    played(journal::otherAsks);
    assertThat(room.state()).isEmpty();
    assertThat(journal.reasons).containsExactly("a release was announced to web2:18");
    played(journal::otherHolds);
    room.polls(5);
    assertThat(room.folded(watch).state().tally().polls()).isEqualTo(2);
    assertThat(room.shop.calls()).isEmpty();

    played(journal::otherIsGone);
    assertThat(room.state()).isEqualTo("watching");
    assertThat(room.polls(1).state()).isEqualTo("rolling-back");
    assertThat(room.folded(watch).state().tally().polls()).isEqualTo(3);
    assertThat(room.shop.calls()).containsExactly("switch shop:1");
  }

  @Test
  void rollbackUnderWay_staysThoughItIsAskedFor() {
    room.start().announce();
    room.shop.isBad("shop:2");
    assertThat(room.polls(3).state()).isEqualTo("rolling-back");

    played(journal::otherAsks);

    assertThat(room.state()).isEqualTo("rolling-back");
    assertThat(journal.reasons).isEmpty();
  }

  @Test
  void announcedWhereItIsNotHeld_theLeaseIsAskedForAndTaken() {
    journal.holder = Optional.of(THERE);
    room.start();
    Future<WatchStatus> announced = room.announced(release("v2", "shop:2", "shop:1"));
    room.pass(Duration.ofMillis(200));
    assertThat(announced.isComplete()).isFalse();

    played(() -> journal.holder = Optional.empty());

    assertThat(EngineRoom.await(announced).state()).isEqualTo("watching");
  }

  @Test
  void announcedWhereItIsNotHeld_theOtherKeepsIt_isRefusedWithItsName() {
    journal.holder = Optional.of(THERE);
    room.start();
    Future<WatchStatus> announced = room.announced(release("v2", "shop:2", "shop:1"));

    room.pass(Duration.ofSeconds(10));

    assertThatThrownBy(() -> EngineRoom.await(announced))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("\"shop\" is watched by web2:18 since noon");
  }

  @Test
  void toldToEnd_withdrawsAndGivesItsLeasesBack() {
    room.start().announce();

    room.stop();

    assertThat(journal.withdrawn).isTrue();
    assertThat(journal.reasons).containsExactly("it was told to end");
  }
}
