package dev.ripcord.engine;

import static dev.ripcord.engine.EngineRoom.SHOP;
import static dev.ripcord.engine.EngineRoom.await;
import static dev.ripcord.engine.EngineRoom.release;
import static dev.ripcord.engine.InMemoryJournal.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Platform;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Services that are configured otherwise while they are watched. */
final class ReconfigurationTest {
  private static final ServiceName CART = new ServiceName("cart");

  private final EngineRoom room = new EngineRoom();
  private final FakeService cart = new FakeService(room.clock::now, "cart:1");

  @AfterEach
  void close() {
    room.close();
  }

  private void changed(WatchedService service) {
    room.change(List.of(), List.of(service), Set.of());
  }

  private void removed() {
    room.change(List.of(), List.of(), Set.of(SHOP));
  }

  private List<Entry> revisions(long watch) {
    return room.entries(watch).stream().filter(Entry.Revised.class::isInstance).toList();
  }

  @Test
  void addedService_isPolled_andTheOthersGoOnInTheirTime() {
    room.start();
    room.polls(2);
    int before = room.shop.polls();

    room.change(List.of(room.service(CART, cart)), List.of(), Set.of());
    room.polls(2);

    assertThat(room.services()).containsExactly("cart", "shop");
    assertThat(cart.polls()).isEqualTo(2);
    assertThat(room.shop.polls()).isEqualTo(before + 2);
  }

  @Test
  void otherLimit_holdsForAReleaseUnderWatch_thatKeepsWhatWasSeen() {
    long watch = room.start().announce();
    room.shop.isBad("shop:2");
    room.polls(2);
    assertThat(room.state()).isEqualTo("watching");

    changed(room.service("10%", 3));
    assertThat(room.streak()).isEqualTo(2);
    assertThat(room.polls(1).state()).isEqualTo("rolling-back");
    assertThat(revisions(watch)).hasSize(1);
    assertThat(room.folded(watch).charter().rules().threshold()).hasToString("10%");
    assertThat(room.row(watch).charter()).isEqualTo(room.folded(watch).charter());
    assertThat(room.polls(3).outcome(watch)).contains(Outcome.ROLLED_BACK);
  }

  @Test
  void higherLimit_letsAReleasePassThatWouldHaveBeenCondemned() {
    long watch = room.start().announce();
    room.shop.isBad("shop:2");
    room.polls(2);

    changed(room.service("90%", 3));
    room.pass(EngineRoom.BAKE);

    assertThat(room.outcome(watch)).contains(Outcome.HEALTHY);
  }

  @Test
  void whatIsTheSameForTheRelease_isNotWrittenDown_andItsWatchGoesOn() {
    long watch = room.start().announce();

    changed(room.service());

    assertThat(revisions(watch)).isEmpty();
    assertThat(room.state()).isEqualTo("watching");
    assertThat(room.ask(watch, Wish.ABORT).state()).isEqualTo("ended");
  }

  @Test
  void whileARollbackRuns_nothingChanges_untilItHasEnded() {
    long watch = room.start().announce();
    room.shop.isBad("shop:2");
    room.polls(3);
    assertThat(room.state()).isEqualTo("rolling-back");

    changed(room.service("90%", 1));
    assertThat(room.polls(3).outcome(watch)).contains(Outcome.ROLLED_BACK);
    assertThat(revisions(watch)).isEmpty();

    room.shop.runs("shop:2");
    room.shop.isBad("shop:1");
    long next = await(room.announced(release("v3", "shop:2", "shop:1"))).row().id();
    assertThat(room.row(next).charter().rules().threshold()).hasToString("90%");
  }

  @Test
  void journalThatDoesNotTakeTheChange_isTriedAgain() {
    long watch = room.start().announce();
    room.journal.loseNext(with(Entry.Revised.class));
    room.journal.loseNext(with(Entry.Revised.class));

    changed(room.service("10%", 2));
    room.pass(Duration.ofSeconds(2));

    assertThat(revisions(watch)).hasSize(1);
    room.shop.isBad("shop:2");
    assertThat(room.polls(2).state()).isEqualTo("rolling-back");
  }

  @Test
  void answerThatWasLost_isNoSecondWatch() {
    long watch = room.start().announce();
    room.journal.loseAnswerOfNext(with(Entry.Revised.class));

    changed(room.service("10%", 2));
    room.pass(Duration.ofSeconds(2));

    room.shop.isBad("shop:2");
    assertThat(room.polls(2).state()).isEqualTo("rolling-back");
    assertThat(room.folded(watch).charter().rules().breaches().needed()).isEqualTo(2);
  }

  @Test
  void leaseThatIsLostMeanwhile_isTakenAgain_andTheChangeHolds() {
    long watch = room.start().announce();
    room.on(
        () -> {
          room.journal.loseLease(SHOP);
          return "";
        });

    changed(room.service("10%", 2));
    room.pass(Duration.ofSeconds(3));

    assertThat(room.state()).isEqualTo("watching");
    assertThat(room.folded(watch).state().word()).isEqualTo("watching");
  }

  @Test
  void twoChangesAtOnce_theLastHolds() {
    long watch = room.start().announce();

    room.on(
        () -> {
          changedNow(room.service("10%", 2));
          changedNow(room.service("20%", 1));
          return "";
        });
    room.pass(Duration.ofSeconds(2));

    assertThat(room.folded(watch).charter().rules().threshold()).hasToString("20%");
    room.shop.isBad("shop:2");
    assertThat(room.polls(1).state()).isEqualTo("rolling-back");
  }

  private void changedNow(WatchedService service) {
    var _ = room.begun(new Supervisor.Change(List.of(), List.of(service), Set.of()));
  }

  @Test
  void removedService_isPolledNoMore_andItsLeaseIsFree() {
    room.start();
    room.polls(1);
    int before = room.shop.polls();

    removed();
    room.polls(2);

    assertThat(room.services()).isEmpty();
    assertThat(room.shop.polls()).isEqualTo(before);
    assertThat(room.leaseOfBefore()).isNotNull();
    assertThatThrownBy(() -> room.announce())
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("service shop is not configured");
  }

  @Test
  void removedService_whoseReleaseIsUnderWatch_isWatchedToTheEnd() {
    long watch = room.start().announce();

    removed();
    assertThat(room.services()).containsExactly("shop");
    assertThatThrownBy(() -> await(room.announced(release("v3", "shop:3", "shop:2"))))
        .hasMessageContaining("service shop is not configured");
    room.shop.isBad("shop:2");
    assertThat(room.polls(3).state()).isEqualTo("rolling-back");
    assertThat(room.polls(3).outcome(watch)).contains(Outcome.ROLLED_BACK);

    room.pass(Duration.ofSeconds(3));
    assertThat(room.services()).isEmpty();
  }

  @Test
  void removedAndAddedAgain_whileItsReleaseIsUnderWatch_goesOn() {
    long watch = room.start().announce();
    removed();

    room.change(List.of(room.service("10%", 2)), List.of(), Set.of());

    assertThat(room.pass(EngineRoom.BAKE).outcome(watch)).contains(Outcome.HEALTHY);
    assertThat(room.pass(Duration.ofSeconds(3)).services()).containsExactly("shop");
  }

  private WatchedService on(Platform platform) {
    WatchedService same = room.service();
    return new WatchedService(
        same.name(), same.terms(), same.probe(), Optional.of(platform), same.schema());
  }

  @Test
  void otherPlatform_closesTheOneBefore_andRemovedServiceItsOwn() {
    FakePlatform first = new FakePlatform();
    FakePlatform second = new FakePlatform();
    room.start();
    changed(on(first));

    changed(on(second));
    room.pass(Duration.ofMinutes(2));
    assertThat(first.closed).isTrue();
    assertThat(second.closed).isFalse();

    removed();
    room.pass(Duration.ofMinutes(2));
    assertThat(second.closed).isTrue();
  }

  @Test
  void samePlatform_staysOpen() {
    FakePlatform platform = new FakePlatform();
    room.start();
    changed(on(platform));

    changed(on(platform));
    room.pass(Duration.ofMinutes(2));

    assertThat(platform.closed).isFalse();
  }

  @Test
  void platformOfARollback_isClosedWhenThatHasEnded() {
    long watch = room.start().announce();
    room.shop.isBad("shop:2");
    room.polls(3);
    assertThat(room.state()).isEqualTo("rolling-back");

    changed(on(new FakePlatform()));
    assertThat(room.shop.closes()).isZero();
    assertThat(room.polls(3).outcome(watch)).contains(Outcome.ROLLED_BACK);
    assertThat(room.shop.calls()).containsExactly("switch shop:1");

    room.pass(Duration.ofMinutes(2));
    assertThat(room.shop.closes()).isEqualTo(1);
  }
}
