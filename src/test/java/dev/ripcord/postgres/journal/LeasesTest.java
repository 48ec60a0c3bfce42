package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.SHOP;
import static dev.ripcord.postgres.journal.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.ripcord.TestPostgres;
import dev.ripcord.Waiting;
import dev.ripcord.port.Entry;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.WatchEvent;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final String KILL =
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
          + " WHERE application_name = 'ripcord leases' AND datname = current_database()";

  private static final WatchEvent RESUMED = new WatchEvent.ResumeAsked("ann");

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

  @Test
  void c11_holderIsStopped_isTakenOverFromWithALargerToken_andCanDoNothingAfterwards()
      throws Exception {
    PostgresJournal other = room.another();
    try (LeaseChild child = new LeaseChild(TestPostgres.url(room.database))) {
      assertThat(child.line()).isEqualTo("token 1");
      child.ask();
      assertThat(child.line()).isEqualTo("ours");
      assertThatThrownBy(() -> await(other.lease(SHOP, "web2:18")))
          .hasMessageContaining("\"shop\" is watched by child since 20");
      child.signal("STOP");
      child.ask();
      Lease taken = taken(other);
      assertThat(taken.token()).isEqualTo(2);
      await(other.confirm(taken));
      child.signal("CONT");
      assertThat(child.line()).isEqualTo("lost");
      await(other.confirm(taken));
    }
  }

  /** Asks again and again, as a daemon that waits does. */
  private static Lease taken(PostgresJournal journal) {
    AtomicReference<@Nullable Lease> taken = new AtomicReference<>();
    assertThat(
            Waiting.until(
                20,
                () -> {
                  journal
                      .lease(SHOP, "web2:18")
                      .onSuccess(taken::set)
                      .otherwiseEmpty()
                      .timeout(20, TimeUnit.SECONDS)
                      .await();
                  return taken.get() != null;
                }))
        .isTrue();
    return Objects.requireNonNull(taken.get());
  }

  @Test
  void c1_confirm_sessionIsMarkedAsExpired_failsAndTheLeaseIsLost() {
    Lease lease = await(room.journal.lease(SHOP, "web1:17"));
    await(room.journal.confirm(lease));
    room.query("UPDATE ripcord_journal.lease_session SET expired_at = now()");
    assertThatThrownBy(() -> await(room.journal.confirm(lease)))
        .hasMessageContaining("the lease for shop is lost");
    await(lease.lost());
  }

  @Test
  void c1_clockShowsThatTheProcessStoodStill_leaseIsLostBeforeTheServerIsAsked() {
    AtomicLong jump = new AtomicLong();
    PostgresJournal journal =
        await(
            PostgresJournal.open(
                room.vertx,
                room.home,
                Set.of(),
                Duration.ofDays(1),
                () -> System.nanoTime() + jump.get()));
    try {
      Lease lease = await(journal.lease(SHOP, "web1:17"));
      await(journal.confirm(lease));
      jump.set(LeaseSession.EXPIRY.plusSeconds(1).toNanos());
      assertThatThrownBy(() -> await(journal.confirm(lease)))
          .hasMessageContaining("the lease for shop is lost");
      await(lease.lost());
      assertThat(journal.trouble().orElse("")).contains("this process stood still for");
    } finally {
      await(journal.close());
    }
  }

  @Test
  void c11_renewedInTime_isNotTakenOverFrom() {
    Lease lease = await(room.journal.lease(SHOP, "web1:17"));
    room.query(
        "UPDATE ripcord_journal.lease_session SET renewed_at = clock_timestamp() - interval '7 s'");
    assertThatThrownBy(() -> await(room.another().lease(SHOP, "web2:18")))
        .hasMessageContaining("is watched by web1:17");
    await(room.journal.confirm(lease));
  }

  @Test
  void c18_leasesCannotBeRenewed_isTroubleUntilTheyCan() {
    Lease lease = await(room.journal.lease(SHOP, "web1:17"));
    assertThat(room.journal.trouble()).isEmpty();
    room.query("ALTER TABLE ripcord_journal.lease_session RENAME TO away");
    assertThatThrownBy(() -> await(room.journal.confirm(lease)))
        .hasMessageContaining("could not prove the lease for shop");
    assertThat(room.journal.trouble().orElse("")).contains("could not prove the lease for shop");
    room.query("ALTER TABLE ripcord_journal.away RENAME TO lease_session");
    assertThat(Waiting.until(20, () -> room.journal.trouble().isEmpty())).isTrue();
    await(room.journal.confirm(lease));
  }

  @Test
  void c18_anAppendFails_isTroubleUntilOneIsWritten() {
    Lease lease = room.lease();
    long watch = room.open(lease, "v1", "shop:1");
    room.query("ALTER TABLE ripcord_journal.event RENAME TO away");
    assertThatThrownBy(() -> room.append(lease, watch, new Entry.Watched(RESUMED)))
        .isInstanceOf(JournalException.class);
    assertThat(room.journal.trouble().orElse("")).contains("could not append to watch " + watch);
    room.query("ALTER TABLE ripcord_journal.away RENAME TO event");
    room.append(lease, watch, new Entry.Watched(RESUMED));
    assertThat(room.journal.trouble()).isEmpty();
  }
}
