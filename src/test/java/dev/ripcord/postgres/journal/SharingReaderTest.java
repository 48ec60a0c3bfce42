package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.SHOP;
import static dev.ripcord.postgres.journal.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Waiting;
import dev.ripcord.port.Lease;
import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.SharingView;
import dev.ripcord.sharing.SharingView.Daemon;
import dev.ripcord.sharing.SharingView.Leased;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharingReaderTest {
  private static final ServiceName CART = new ServiceName("cart");
  private static final Set<ServiceName> BOTH = Set.of(SHOP, CART);

  private final JournalRoom room = new JournalRoom();

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void daemons_seeEachOtherAndWhoHoldsWhat() {
    PostgresJournal other = room.another();
    await(room.journal.sharing("web1:17", BOTH));
    await(room.journal.lease(SHOP, "web1:17"));
    SharingView view = await(other.sharing("web2:18", Set.of(CART)));

    assertThat(view.daemons()).extracting(Daemon::services).containsExactly(BOTH, Set.of(CART));
    assertThat(view.others()).hasSize(1);
    assertThat(view.others().getFirst().who()).startsWith("web1:17 (database session ");
    assertThat(view.heldElsewhere(SHOP).map(Leased::who).orElse(""))
        .matches("web1:17 since 20.*Z \\(database session \\d+ from .*\\)");
    assertThat(view.heldElsewhere(CART)).isEmpty();
    assertThat(await(room.journal.sharing("web1:17", BOTH)).heldElsewhere(SHOP)).isEmpty();
  }

  @Test
  void nothingChanged_isTheSameView_andAnyChangeIsSeen() {
    PostgresJournal other = room.another();
    await(other.sharing("web2:18", BOTH));
    SharingView before = view();
    assertThat(view()).isSameAs(before);

    Lease lease = await(other.lease(SHOP, "web2:18"));
    assertThat(view().heldElsewhere(SHOP)).isPresent();

    await(other.release(lease, "it was told to end"));
    SharingView given = view();
    assertThat(given.heldElsewhere(SHOP)).isEmpty();
    assertThat(given.leases().get(SHOP))
        .isEqualTo(new Leased("web2:18", Optional.empty(), "it was told to end", Optional.empty()));

    await(other.lease(SHOP, "web2:18"));
    await(room.journal.want(SHOP));
    assertThat(shop().wanted()).contains(view().self());

    await(other.withdraw());
    assertThat(view().others()).isEmpty();
  }

  @Test
  void daemonThatWatchesOtherServices_isSeenSoByAll() {
    PostgresJournal other = room.another();
    await(other.sharing("web2:18", Set.of(CART)));
    await(room.journal.sharing("web1:17", Set.of(CART)));

    SharingView ours = await(room.journal.sharing("web1:17", BOTH));
    SharingView theirs = await(other.sharing("web2:18", Set.of(CART)));

    assertThat(ours.daemon(ours.self()).map(Daemon::services)).contains(BOTH);
    assertThat(theirs.others()).extracting(Daemon::services).containsExactly(BOTH);
    assertThat(await(other.sharing("web2:18", Set.of(CART)))).isSameAs(theirs);
  }

  @Test
  void askedForLease_isAskedForUntilItIsTaken() {
    PostgresJournal other = room.another();
    await(other.sharing("web2:18", BOTH));
    Lease lease = await(other.lease(SHOP, "web2:18"));
    long self = view().self();
    await(room.journal.want(SHOP));
    await(other.release(lease, "a release was announced"));
    assertThat(shop().wanted()).contains(self);

    await(room.journal.lease(SHOP, "web1:17"));

    assertThat(shop().wanted()).isEmpty();
  }

  @Test
  void sessionEnds_itsDaemonIsGone_andItsLeasesSayWhy() {
    PostgresJournal other = room.another();
    await(other.sharing("web2:18", BOTH));
    await(other.lease(SHOP, "web2:18"));
    long session = shop().session().orElseThrow();

    room.query(
        "SELECT pg_terminate_backend(pid, 5000) FROM ripcord_journal.lease_session WHERE id = "
            + session);

    assertThat(Waiting.until(20, () -> view().others().isEmpty())).isTrue();
    assertThat(shop().session()).isEmpty();
    assertThat(shop().left()).contains("its database session has ended");
    assertThat(await(other.sharing("web2:18", BOTH)).others())
        .as("it takes part again, with a session of its own")
        .hasSize(1);
    assertThat(view().others()).hasSize(1);
  }

  @Test
  void sessionIsNotRenewed_itsDaemonDoesNotCount() {
    PostgresJournal other = room.another();
    await(other.sharing("web2:18", BOTH));
    await(other.lease(SHOP, "web2:18"));
    long session = shop().session().orElseThrow();

    room.query("UPDATE ripcord_journal.lease_session SET expired_at = now() WHERE id = " + session);

    assertThat(view().others()).isEmpty();
    assertThat(shop().session()).isEmpty();
    assertThat(shop().left()).contains("was not renewed for 8 s");
  }

  @Test
  void foregroundWatch_holdsWithoutBeingADaemon() {
    PostgresJournal other = room.another();
    await(other.lease(SHOP, "web2:18"));

    assertThat(view().others()).isEmpty();
    assertThat(view().heldElsewhere(SHOP)).isPresent();
  }

  @Test
  void manyGivenBackAtOnce_areFreeForOthers() {
    PostgresJournal other = room.another();
    Lease shop = await(other.lease(SHOP, "web2:18"));
    Lease cart = await(other.lease(CART, "web2:18"));

    await(Future.join(other.release(shop, "a"), other.release(cart, "b")));

    assertThat(await(room.journal.lease(SHOP, "web1:17")).token()).isEqualTo(shop.token() + 1);
    assertThat(await(room.journal.lease(CART, "web1:17")).token()).isEqualTo(cart.token() + 1);
  }

  private Leased shop() {
    return Objects.requireNonNull(view().leases().get(SHOP));
  }

  private SharingView view() {
    return await(room.journal.sharing("web1:17", BOTH));
  }
}
