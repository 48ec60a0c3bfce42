package dev.ripcord.postgres;

import static dev.ripcord.postgres.JournalRoom.SHOP;
import static dev.ripcord.postgres.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.release.ServiceName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final String KILL =
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
          + " WHERE application_name = 'ripcord leases' AND datname = current_database()";

  private final JournalRoom room = new JournalRoom();

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void take_heldByAnotherProcess_isRefusedWithItsName() {
    await(room.journal.lease(SHOP, "web1:17"));
    PostgresJournal other = room.another();
    assertThatThrownBy(() -> await(other.lease(SHOP, "web2:18")))
        .hasMessageContaining("\"shop\" is watched by web1:17 since 20")
        .hasMessageContaining("database session")
        .asInstanceOf(type(JournalException.class))
        .matches(JournalException::isLeaseHeld);
    Lease cart = await(other.lease(new ServiceName("cart"), "web2:18"));
    assertThat(cart.lost().isComplete()).isFalse();
  }

  @Test
  void take_twiceInOneProcess_isRefused() {
    Lease lease = await(room.journal.lease(SHOP, "web1:17"));
    assertThatThrownBy(() -> await(room.journal.lease(SHOP, "web1:17")))
        .hasMessageContaining("by this process already");
    await(room.journal.release(lease));
    assertThat(await(room.journal.lease(SHOP, "web1:17")).token()).isEqualTo(lease.token() + 1);
  }

  @Test
  void release_freesItForOthersWithALargerToken() {
    Lease first = await(room.journal.lease(SHOP, "web1:17"));
    PostgresJournal other = room.another();
    await(room.journal.release(first));
    await(room.journal.release(first));
    assertThat(await(other.lease(SHOP, "web2:18")).token()).isGreaterThan(first.token());
    assertThat(first.lost().isComplete()).isFalse();
  }

  @Test
  void session_isEndedByTheServer_allLeasesAreLostAndCanBeTakenAnew() {
    Lease shop = await(room.journal.lease(SHOP, "web1:17"));
    Lease cart = await(room.journal.lease(new ServiceName("cart"), "web1:17"));
    room.query(KILL);
    await(shop.lost());
    await(cart.lost());
    await(room.journal.release(shop));
    Lease again = await(room.journal.lease(SHOP, "web1:17"));
    assertThat(again.token()).isGreaterThan(shop.token());
    assertThat(again.lost().isComplete()).isFalse();
  }

  @Test
  void session_standsStill_leasesAreLost() throws Exception {
    Lease lease = await(room.journal.lease(SHOP, "web1:17"));
    String pid =
        room.query(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'ripcord leases'"
                + " AND datname = current_database()");
    signal("STOP", pid);
    try {
      await(lease.lost());
    } finally {
      signal("CONT", pid);
    }
  }

  private static void signal(String name, String pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  @Test
  void take_tokenCannotBeWritten_leavesNoLockBehind() {
    room.query("ALTER TABLE ripcord_journal.lease RENAME TO away");
    assertThatThrownBy(() -> await(room.journal.lease(SHOP, "web1:17")))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("could not take the lease for shop");
    room.query("ALTER TABLE ripcord_journal.away RENAME TO lease");
    await(room.journal.lease(new ServiceName("cart"), "web1:17"));
    assertThat(await(room.another().lease(SHOP, "web2:18")).token()).isEqualTo(1);
  }

  @Test
  void close_freesEverythingAtOnce() {
    await(room.journal.lease(SHOP, "web1:17"));
    PostgresJournal other = room.another();
    await(room.journal.close());
    assertThat(await(other.lease(SHOP, "web2:18")).token()).isEqualTo(2);
  }
}
