package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.SHOP;
import static dev.ripcord.postgres.journal.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Waiting;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalJournalTest {
  private static final Entry RESUMED = new Entry.Watched(new WatchEvent.ResumeAsked("ann"));
  private static final Entry TICKED = new Entry.Watched(new WatchEvent.Ticked());

  @TempDir private Path folder;
  private final JournalRoom room = new JournalRoom();
  private final AtomicLong ahead = new AtomicLong();
  private final List<Alert> told = new CopyOnWriteArrayList<>();
  private final PostgresJournal journal = process();

  private PostgresJournal process() {
    return room.another(() -> System.nanoTime() + ahead.get());
  }

  @AfterEach
  void close() {
    room.comeBack();
    room.close();
  }

  /** From now on whoever asks has waited long enough. */
  private void patienceEnds() {
    room.goAway();
    ahead.addAndGet(LocalJournal.PATIENCE.plus(Duration.ofSeconds(1)).toNanos());
  }

  private Lease lease(PostgresJournal of) {
    of.goOnWithout(folder, told::add);
    return await(of.lease(SHOP, "one"));
  }

  private long opened(Lease lease) {
    return await(journal.open(lease, room.id(), JournalRoom.charter(SHOP, "v2", "acme/shop:2")))
        .watch();
  }

  /** The database goes away, and an entry goes to the file. */
  private void tickedWhileAway(Lease lease, long watch) {
    patienceEnds();
    var kept = journal.append(lease, room.entries(watch, List.of(TICKED)));
    ahead.addAndGet(Duration.ofSeconds(9).toNanos());
    await(kept);
  }

  private List<Entry> entries(PostgresJournal of, long watch) {
    return await(of.entries(watch)).stream().map(Recorded::entry).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.toList();
    }
  }

  private boolean isBack() {
    return Waiting.until(20, () -> journal.trouble().isEmpty());
  }

  @Test
  void whileTheDatabaseIsAway_entriesGoToTheFile_andIntoTheJournalWhenItIsBack()
      throws IOException {
    Lease lease = lease(journal);
    long watch = opened(lease);
    var sent = journal.append(lease, room.entries(watch, List.of(RESUMED)));
    await(sent);
    patienceEnds();

    var first =
        journal.append(lease, room.entries(watch, List.of(TICKED), JournalRoom.alert("key/1")));
    ahead.addAndGet(Duration.ofSeconds(9).toNanos());
    List<Recorded> kept = await(first);
    List<Recorded> more =
        await(
            journal.append(
                lease,
                room.entries(
                    watch, List.of(RESUMED, new Entry.Finished(Outcome.ABORTED, "by ann")))));

    assertThat(kept).extracting(Recorded::entry).containsExactly(TICKED);
    assertThat(kept).extracting(Recorded::release).containsExactly("v2");
    assertThat(more.getFirst().id()).isGreaterThan(kept.getFirst().id());
    assertThat(told).extracting(Alert::key).containsExactly("key/1");
    assertThat(journal.trouble()).hasValueSatisfying(text -> assertThat(text).contains(".jsonl"));
    assertThat(Files.readString(files().getFirst()).lines()).hasSize(2);
    await(journal.confirm(lease));

    room.comeBack();

    assertThat(isBack()).isTrue();
    assertThat(entries(journal, watch))
        .containsExactly(
            new Entry.Opened(JournalRoom.charter(SHOP, "v2", "acme/shop:2")),
            RESUMED,
            TICKED,
            RESUMED,
            new Entry.Finished(Outcome.ABORTED, "by ann"));
    assertThat(await(journal.watch(watch)).orElseThrow().outcome()).hasValue(Outcome.ABORTED);
    assertThat(room.query("SELECT count(DISTINCT key) FROM ripcord_journal.outbox")).isEqualTo("1");
    assertThat(Waiting.until(5, () -> !Files.exists(folder) || isEmpty())).isTrue();
    assertThat(lease.lost().isComplete()).isFalse();
    await(journal.confirm(lease));
  }

  private boolean isEmpty() {
    try {
      return files().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void entryThatTheJournalHadTakenAfterAll_isThereOnce() {
    Lease lease = lease(journal);
    long watch = opened(lease);
    Append taken = room.entries(watch, List.of(TICKED));
    await(journal.append(lease, taken));
    patienceEnds();
    var again = journal.append(lease, taken);
    ahead.addAndGet(Duration.ofSeconds(9).toNanos());
    await(again);
    assertThat(await(journal.append(lease, taken))).isEqualTo(again.result());

    room.comeBack();

    assertThat(isBack()).isTrue();
    assertThat(entries(journal, watch)).filteredOn(TICKED::equals).hasSize(1);
  }

  @Test
  void sessionThatWasEnded_isNoLostLease_whereTheDatabaseAnswers() {
    Lease lease = lease(journal);
    long watch = opened(lease);
    room.query(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            + " WHERE application_name = 'ripcord leases' AND datname = current_database()");

    await(journal.append(lease, room.entries(watch, List.of(TICKED))));

    assertThat(Waiting.until(20, () -> await(journal.confirm(lease).map(true).otherwise(false))))
        .isTrue();
    assertThat(lease.lost().isComplete()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void anotherProcessThatHadTheLease_endsIt_andWhatWasKeptIsSetAside() throws IOException {
    Lease lease = lease(journal);
    long watch = opened(lease);
    tickedWhileAway(lease, watch);
    room.comeBack();
    PostgresJournal other = room.another();
    // Whoever comes first: the first process tries twice a second.
    Optional<Lease> stolen = Optional.empty();
    try {
      stolen = Optional.of(await(other.lease(SHOP, "two")));
    } catch (RuntimeException e) {
      assertThat(e).hasMessageContaining("one");
    }

    if (stolen.isPresent()) {
      await(lease.lost());
      assertThat(entries(other, watch)).doesNotContain(TICKED);
      assertThat(Files.readString(folder.resolve("set-aside.jsonl"))).contains("ticked");
      assertThatThrownBy(() -> await(journal.confirm(lease))).hasMessageContaining("lost");
    } else {
      assertThat(isBack()).isTrue();
      assertThat(entries(other, watch)).contains(TICKED);
    }
  }

  @Test
  void whatAProcessLeft_isBroughtInByTheNext() throws IOException {
    Lease lease = lease(journal);
    long watch = opened(lease);
    tickedWhileAway(lease, watch);
    await(journal.close());
    room.comeBack();

    PostgresJournal next = process();
    Lease its = lease(next);

    assertThat(its.token()).isEqualTo(lease.token() + 1);
    assertThat(entries(next, watch)).contains(TICKED);
    assertThat(Waiting.until(5, this::isEmpty)).isTrue();
  }

  @Test
  void whatAProcessLeft_isSetAside_whereAnotherHadTheLeaseSince() throws IOException {
    Lease lease = lease(journal);
    long watch = opened(lease);
    tickedWhileAway(lease, watch);
    await(journal.close());
    room.comeBack();
    PostgresJournal other = room.another();
    await(other.release(await(other.lease(SHOP, "two"))));

    PostgresJournal next = process();
    lease(next);

    assertThat(entries(next, watch)).doesNotContain(TICKED);
    assertThat(Files.readString(folder.resolve("set-aside.jsonl"))).contains("\"watch\":" + watch);
  }

  @Test
  void lastAnswers_areGivenWhileTheDatabaseIsAway_ofThatServiceOnly() {
    Lease lease = lease(journal);
    long watch = opened(lease);
    var rows = await(journal.recent(Optional.of(SHOP), 10));
    assertThat(await(journal.condemnedImages(SHOP))).isEmpty();
    tickedWhileAway(lease, watch);

    assertThat(await(journal.recent(Optional.of(SHOP), 10))).isEqualTo(rows);
    assertThat(await(journal.condemnedImages(SHOP))).isEmpty();
    assertThatThrownBy(() -> await(journal.recent(Optional.empty(), 10)))
        .hasMessageContaining("not currently accepting connections");
  }

  @Test
  void whatARollbackIsPlannedWith_isKnownFromTheStartOfAWatch() {
    Lease lease = lease(journal);
    long watch = opened(lease);
    tickedWhileAway(lease, watch);

    assertThat(await(journal.condemnedImages(SHOP))).isEmpty();
    assertThat(await(journal.recent(Optional.of(SHOP), 3))).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void fileThatCannotBeWritten_failsTheAppend_andNamesIt() throws IOException {
    Path inTheWay = folder.resolve("file");
    Files.writeString(inTheWay, "");
    journal.goOnWithout(inTheWay.resolve("folder"), told::add);
    Lease lease = await(journal.lease(SHOP, "one"));
    long watch = opened(lease);
    patienceEnds();
    var kept =
        journal.append(lease, room.entries(watch, List.of(TICKED), JournalRoom.alert("key/1")));
    ahead.addAndGet(Duration.ofSeconds(9).toNanos());

    assertThatThrownBy(() -> await(kept))
        .hasMessageContaining("the journal is away, and its file")
        .hasMessageContaining("cannot be written");
    assertThat(told).isEmpty();
  }
}
