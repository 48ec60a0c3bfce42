package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.NOON;
import static dev.ripcord.postgres.journal.JournalRoom.SHOP;
import static dev.ripcord.postgres.journal.JournalRoom.await;
import static dev.ripcord.postgres.journal.JournalRoom.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.postgres.journal.wire.RandomValues;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostgresJournalTest {
  private final JournalRoom room = new JournalRoom();
  private final PostgresJournal journal = room.journal;

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void open_aWatch_isFoundUntilItEnds() {
    Lease lease = room.lease();
    WatchSpec charter = JournalRoom.charter(SHOP, "v1", "shop:1");
    Recorded opened = await(journal.open(lease, room.id(), charter));
    WatchRow row =
        new WatchRow(opened.watch(), charter, Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(opened.entry()).isEqualTo(new Entry.Opened(charter));
    assertThat(await(journal.find(SHOP, "v1"))).contains(row);
    assertThat(await(journal.watch(opened.watch()))).contains(row);
    assertThat(await(journal.unfinished())).containsExactly(row);

    room.append(lease, opened.watch(), new Entry.Finished(Outcome.HEALTHY, "proved"));
    WatchRow ended =
        new WatchRow(
            opened.watch(),
            charter,
            Optional.of(NOON),
            Optional.of(Outcome.HEALTHY),
            Optional.of("proved"));
    assertThat(await(journal.find(SHOP, "v1"))).contains(ended);
    assertThat(await(journal.unfinished())).isEmpty();
    assertThat(await(journal.find(SHOP, "v2"))).isEmpty();
    assertThat(await(journal.watch(99))).isEmpty();
  }

  /** A trigger says what a server says whose disk is full. */
  private void fillDisk() {
    room.query(
        """
        DO $do$ BEGIN
          CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
            RAISE EXCEPTION 'could not extend file "base/5/16384": No space left on device'
              USING ERRCODE = '53100', HINT = 'Check free disk space.';
          END $f$;
          CREATE TRIGGER full_disk BEFORE INSERT ON ripcord_journal.sample
            FOR EACH STATEMENT EXECUTE FUNCTION public.full_disk();
          CREATE TRIGGER full_disk BEFORE INSERT ON ripcord_journal.watch
            FOR EACH STATEMENT EXECUTE FUNCTION public.full_disk();
        END $do$
        """);
  }

  @Test
  void e14_fullDisk_isKnownFromTheSamplesAndSaysWhatToDo() {
    String next =
        "Next: the disk of that PostgreSQL is full: make room on it. Until then nothing is written"
            + " down, and nothing rolled back";
    Lease lease = room.lease();
    assertThat(journal.trouble()).isEmpty();
    fillDisk();

    await(journal.keep(List.of(kept("shop", NOON, 1, 0))));
    assertThatThrownBy(() -> await(journal.drain())).hasMessageEndingWith(next);
    assertThat(journal.trouble().orElseThrow()).contains("SQLSTATE 53100").endsWith(next);
    assertThatThrownBy(
            () -> await(journal.open(lease, room.id(), JournalRoom.charter(SHOP, "v1", "shop:1"))))
        .hasMessageEndingWith(next);

    room.query("DO $$ BEGIN DROP FUNCTION public.full_disk() CASCADE; END $$");
    await(journal.drain());
    room.open(lease, "v1", "shop:1");
    assertThat(journal.trouble()).isEmpty();
  }

  @Test
  void append_entriesOfEveryKind_areReadAsTheyWereWritten() {
    long seed = new Random().nextLong();
    RandomValues values = new RandomValues(new Random(seed));
    Lease lease = room.lease();
    long watch = room.open(lease, "v1", "shop:1");
    List<Recorded> written = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      written.addAll(
          room.append(
              lease,
              watch,
              new Entry.Watched((WatchEvent) values.of(WatchEvent.class)),
              new Entry.Ran((RunEvent) values.of(RunEvent.class))));
    }
    assertThat(await(journal.entries(watch)).stream().skip(1))
        .as("seed %s", seed)
        .isEqualTo(written);
    assertThat(await(journal.after(written.get(9).id(), 5))).isEqualTo(written.subList(10, 15));
  }

  /** The journal of the test keeps three days. */
  @Test
  void s2_entriesOlderThanTheRetention_areNotReadAgainByStreams() {
    Lease lease = room.lease();
    long watch = room.open(lease, "v1", "shop:1");
    Entry entry = new Entry.Ran(new RunEvent.StepBegun(1));
    Instant now = NOON.plus(Duration.ofDays(5));
    await(
        journal.append(
            lease,
            new Append(
                room.id(), watch, now.minus(Duration.ofDays(4)), List.of(entry), List.of())));
    List<Recorded> young =
        await(
            journal.append(
                lease,
                new Append(
                    room.id(), watch, now.minus(Duration.ofDays(2)), List.of(entry), List.of())));
    List<Recorded> newest =
        await(journal.append(lease, new Append(room.id(), watch, now, List.of(entry), List.of())));

    assertThat(await(journal.after(0, 100))).containsExactly(young.getFirst(), newest.getFirst());
    assertThat(await(journal.after(young.getFirst().id(), 100))).isEqualTo(newest);
    assertThat(await(journal.entries(watch))).hasSize(4);
  }

  @Test
  void append_manyAtOnce_keepsTheOrderOfCallsAndSharesCommits() {
    List<Lease> leases = new ArrayList<>();
    List<Long> watches = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      leases.add(await(journal.lease(new ServiceName("shop" + i), "test")));
      watches.add(room.open(leases.get(i), "v1", "shop:1"));
    }
    List<Future<List<Recorded>>> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Entry entry = new Entry.Ran(new RunEvent.StepBegun(i));
      all.add(journal.append(leases.get(i % 5), room.entries(watches.get(i % 5), List.of(entry))));
    }
    await(Future.all(all));
    for (int w = 0; w < 5; w++) {
      List<Integer> steps = new ArrayList<>();
      for (Recorded recorded : await(journal.entries(watches.get(w)))) {
        if (recorded.entry() instanceof Entry.Ran(RunEvent.StepBegun begun)) {
          steps.add(begun.index());
        }
      }
      int first = w;
      assertThat(steps).isEqualTo(Stream.iterate(first, i -> i < 300, i -> i + 5).toList());
    }
    assertThat(
            Integer.parseInt(
                room.query("SELECT count(DISTINCT xmin::text) FROM ripcord_journal.event")))
        .isLessThan(50);
  }

  @Test
  void append_calledOnAnEventLoop_completesThere() {
    Lease lease = room.lease();
    long watch = room.open(lease, "v1", "shop:1");
    Promise<List<Context>> seen = Promise.promise();
    Context context = room.vertx.getOrCreateContext();
    context.runOnContext(
        now ->
            journal
                .append(lease, room.entries(watch, List.of(new Entry.Ran(new RunEvent.Begun()))))
                .onComplete(done -> seen.complete(List.of(Vertx.currentContext()))));
    assertThat(await(seen.future())).containsExactly(context);
  }

  @Test
  void append_afterTheLeasePassed_isRefusedAndWritesNothing() {
    Lease old = room.lease();
    long watch = room.open(old, "v1", "shop:1");
    await(journal.release(old));
    PostgresJournal other = room.another();
    Lease successor = await(other.lease(SHOP, "web2:4711"));
    assertThat(successor.token()).isGreaterThan(old.token());

    assertThatThrownBy(
            () ->
                await(
                    journal.append(
                        old,
                        room.entries(
                            watch,
                            List.of(new Entry.Ran(new RunEvent.Begun())),
                            JournalRoom.alert("k")))))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("the lease for shop passed to web2:4711");
    assertThatThrownBy(() -> room.open(old, "v2", "shop:2"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("passed to web2:4711");
    assertThat(await(journal.entries(watch))).hasSize(1);
    assertThat(await(journal.outbox().next("slack", 1, NOON))).isEmpty();
    assertThat(await(other.append(successor, room.entries(watch, List.of())))).isEmpty();
  }

  @Test
  void append_oneOfManyIsRefused_theOthersAreWritten() {
    Lease lease = room.lease();
    long good = room.open(lease, "v1", "shop:1");
    List<Entry> begun = List.of(new Entry.Ran(new RunEvent.Begun()));
    Future<List<Recorded>> first = journal.append(lease, room.entries(good, begun));
    Future<List<Recorded>> unknown = journal.append(lease, room.entries(99, begun));
    Lease stranger = new Lease("journal", new ServiceName("cart"), 1, Future.succeededFuture());
    Future<List<Recorded>> foreign = journal.append(stranger, room.entries(good, begun));
    Future<List<Recorded>> poison =
        journal.append(lease, room.entries(good, begun, JournalRoom.alert("not storable \0")));
    Future<List<Recorded>> last = journal.append(lease, room.entries(good, begun));
    assertThat(await(first)).hasSize(1);
    assertThat(await(last)).hasSize(1);
    assertThatThrownBy(() -> await(unknown)).hasMessageContaining("watch 99 of shop is not in");
    assertThatThrownBy(() -> await(foreign)).hasMessageContaining("of cart is not in the journal");
    assertThatThrownBy(() -> await(poison)).isInstanceOf(JournalException.class);
    assertThat(await(journal.entries(good))).hasSize(3);
  }

  @Test
  void append_toAWatchThatHasEnded_isRefused() {
    Lease lease = room.lease();
    long watch = room.ended(lease, "v1", "shop:1", Outcome.ABORTED);
    assertThatThrownBy(() -> room.append(lease, watch, new Entry.Ran(new RunEvent.Begun())))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("has ended (aborted)");
  }

  @Test
  void event_isChangedBehindTheJournalsBack_theDatabaseRefuses() {
    room.open(room.lease(), "v1", "shop:1");
    assertThatThrownBy(() -> room.query("UPDATE ripcord_journal.event SET type = 'x'"))
        .hasMessageContaining("ripcord_journal.event only grows: UPDATE is refused");
    assertThatThrownBy(() -> room.query("DELETE FROM ripcord_journal.event"))
        .hasMessageContaining("DELETE is refused");
  }

  @Test
  void recent_ofOneServiceAndOfAll_newestFirst() {
    Lease shop = room.lease();
    Lease cart = await(journal.lease(new ServiceName("cart"), "test"));
    long first = room.open(shop, "v1", "shop:1");
    long second = room.open(cart, "v1", "cart:1");
    room.append(shop, first, new Entry.Finished(Outcome.HEALTHY, "proved"));
    long third = room.open(shop, "v2", "shop:2");
    assertThat(await(journal.recent(Optional.empty(), 2)))
        .extracting(WatchRow::id)
        .containsExactly(third, second);
    assertThat(await(journal.recent(Optional.of(SHOP), 9)))
        .extracting(WatchRow::id)
        .containsExactly(third, first);
  }

  @Test
  void provedImage_isTheLastHealthyOneThatIsNotTheGiven() {
    Lease lease = room.lease();
    assertThat(await(journal.provedImage(SHOP, Optional.empty()))).isEmpty();
    room.ended(lease, "v1", "shop:1", Outcome.HEALTHY);
    room.ended(lease, "v2", "shop:2", Outcome.HEALTHY);
    room.ended(lease, "v3", "shop:3", Outcome.ROLLED_BACK);
    assertThat(await(journal.provedImage(SHOP, Optional.empty()))).contains(named("shop:2"));
    assertThat(await(journal.provedImage(SHOP, Optional.of(named("shop:2")))))
        .contains(named("shop:1"));
  }

  @Test
  void condemnedImages_areThoseRolledBackAndNotWatchedSince() {
    Lease lease = room.lease();
    room.ended(lease, "v1", "shop:1", Outcome.ROLLED_BACK);
    room.ended(lease, "v2", "shop:2", Outcome.ROLLED_BACK_UNHEALTHY);
    room.ended(lease, "v3", "shop:3", Outcome.ABORTED);
    assertThat(await(journal.condemnedImages(SHOP)))
        .isEqualTo(Set.of(named("shop:1"), named("shop:2")));
    room.open(lease, "v1", "shop:1");
    assertThat(await(journal.condemnedImages(SHOP))).isEqualTo(Set.of(named("shop:2")));
  }

  @Test
  void a5_condemnedAndProvedImages_areToldApartByTheirIds() {
    Lease lease = room.lease();
    room.ended(lease, "v1", "shop:latest", Optional.of("sha256:a"), Outcome.HEALTHY);
    room.ended(lease, "v2", "shop:latest", Optional.of("sha256:b"), Outcome.ROLLED_BACK);
    room.ended(lease, "v3", "shop:3", Optional.of("sha256:c"), Outcome.ROLLED_BACK);
    room.ended(lease, "v4", "shop:alias", Optional.of("sha256:c"), Outcome.ABORTED);

    assertThat(await(journal.condemnedImages(SHOP)))
        .as("what is watched again under another name is allowed")
        .isEqualTo(Set.of(identity("shop:latest", "sha256:b")));
    assertThat(await(journal.provedImage(SHOP, Optional.of(identity("shop:latest", "sha256:b")))))
        .contains(identity("shop:latest", "sha256:a"));
  }

  private static ImageIdentity identity(String image, String id) {
    return new ImageIdentity(new ImageRef(image), Optional.of(id));
  }

  private static ImageIdentity named(String image) {
    return ImageIdentity.named(new ImageRef(image));
  }
}
