package dev.ripcord.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Rules;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the engine may rely on, whatever keeps the journal. */
public abstract class JournalContract {
  private static final ServiceName SHOP = new ServiceName("shop");
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00.123456789Z");
  private static final Entry BEGUN = new Entry.Ran(new RunEvent.Begun());
  private static final Entry PROVED = new Entry.Finished(Outcome.HEALTHY, "proved");

  private int ids;

  /** The journal of one process. */
  protected abstract Journal journal();

  /** The same journal as another process sees it. */
  protected abstract Journal another();

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  private Lease lease() {
    return await(journal().lease(SHOP, "web1:4711"));
  }

  private String id() {
    return "contract-" + ++ids;
  }

  private static WatchSpec charter(String release, String image) {
    return new WatchSpec(
        new Release(SHOP, release, Optional.of(new ImageRef(image)), Optional.empty()),
        Rules.DEFAULT,
        NOON,
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.of(Baseline.of(new Counts(100, 1))));
  }

  private long open(Lease lease, String release) {
    return await(journal().open(lease, id(), charter(release, "shop:" + release))).watch();
  }

  private Append append(long watch, Entry... entries) {
    return new Append(id(), watch, NOON, List.of(entries), List.of());
  }

  private List<Recorded> write(Lease lease, long watch, Entry... entries) {
    return await(journal().append(lease, append(watch, entries)));
  }

  private void ended(Lease lease, String release, Outcome outcome) {
    write(lease, open(lease, release), new Entry.Finished(outcome, "as it was"));
  }

  @Test
  void open_aWatch_isFoundUntilItEnds() {
    Lease lease = lease();
    WatchSpec charter = charter("v1", "shop:1");
    Recorded opened = await(journal().open(lease, id(), charter));
    WatchRow row =
        new WatchRow(opened.watch(), charter, Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(opened.entry()).isEqualTo(new Entry.Opened(charter));
    assertThat(await(journal().find(SHOP, "v1"))).contains(row);
    assertThat(await(journal().watch(opened.watch()))).contains(row);
    assertThat(await(journal().unfinished())).containsExactly(row);

    Recorded end = write(lease, opened.watch(), PROVED).getFirst();
    assertThat(await(journal().find(SHOP, "v1")))
        .contains(
            new WatchRow(
                opened.watch(),
                charter,
                Optional.of(end.at()),
                Optional.of(Outcome.HEALTHY),
                Optional.of("proved")));
    assertThat(await(journal().unfinished())).isEmpty();
    assertThat(await(journal().find(SHOP, "v2"))).isEmpty();
    assertThat(await(journal().watch(99))).isEmpty();
  }

  @Test
  void revised_isWhatTheRowSays() {
    Lease lease = lease();
    long watch = open(lease, "v1");
    WatchSpec other = charter("v1", "shop:1b");

    write(lease, watch, new Entry.Revised(other));

    assertThat(await(journal().watch(watch)).map(WatchRow::charter)).contains(other);
    assertThat(await(journal().entries(watch)))
        .extracting(Recorded::entry)
        .containsExactly(new Entry.Opened(charter("v1", "shop:v1")), new Entry.Revised(other));
  }

  @Test
  void append_isReadAsItWasWritten_inOrder() {
    Lease lease = lease();
    long watch = open(lease, "v1");
    Entry asked = new Entry.Watched(new WatchEvent.RollbackAsked("ann", false));
    List<Recorded> first = write(lease, watch, asked, BEGUN);
    List<Recorded> second = write(lease, watch, new Entry.Ran(new RunEvent.StepBegun(0)));

    List<Recorded> all = await(journal().entries(watch));
    assertThat(all.subList(1, 3)).isEqualTo(first);
    assertThat(all.subList(3, 4)).isEqualTo(second);
    assertThat(all).isSortedAccordingTo((a, b) -> Long.compare(a.id(), b.id()));
    assertThat(await(journal().after(first.getFirst().id(), 1))).containsExactly(first.get(1));
    assertThat(await(journal().append(lease, append(watch)))).isEmpty();
  }

  @Test
  void c2_appendSentAgain_isWrittenOnceAndGivesTheSame() {
    Lease lease = lease();
    long watch = open(lease, "v1");
    Append twice = append(watch, BEGUN, new Entry.Ran(new RunEvent.StepBegun(0)));
    List<Recorded> first = await(journal().append(lease, twice));
    write(lease, watch, BEGUN);

    assertThat(await(journal().append(lease, twice))).isEqualTo(first);
    assertThat(await(journal().entries(watch))).hasSize(4);
  }

  @Test
  void c2_appendThatEndedItsWatchSentAgain_givesTheSame() {
    Lease lease = lease();
    long watch = open(lease, "v1");
    Append end = append(watch, new Entry.Watched(new WatchEvent.Ticked()), PROVED);
    List<Recorded> first = await(journal().append(lease, end));

    assertThat(await(journal().append(lease, end))).isEqualTo(first);
    assertThat(await(journal().entries(watch))).hasSize(3);
  }

  @Test
  void c13_openSentAgain_givesTheSameWatch() {
    Lease lease = lease();
    String id = id();
    Recorded opened = await(journal().open(lease, id, charter("v1", "shop:1")));

    assertThat(await(journal().open(lease, id, charter("v1", "shop:1")))).isEqualTo(opened);
    write(lease, opened.watch(), PROVED);
    assertThat(await(journal().open(lease, id, charter("v1", "shop:1")))).isEqualTo(opened);
    assertThat(await(journal().unfinished())).isEmpty();
  }

  @Test
  void c13_openWhileAnotherIsOpen_isRefused() {
    Lease lease = lease();
    long first = open(lease, "v1");

    assertThatThrownBy(() -> open(lease, "v2"))
        .isInstanceOfSatisfying(
            JournalException.class,
            e -> {
              assertThat(e.isRefused()).isTrue();
              assertThat(e).hasMessageContaining("a watch of shop is open already");
            });
    write(lease, first, PROVED);
    assertThat(open(lease, "v2")).isGreaterThan(first);
  }

  @Test
  void append_toAWatchThatHasEnded_isRefused() {
    Lease lease = lease();
    long watch = open(lease, "v1");
    write(lease, watch, new Entry.Finished(Outcome.ABORTED, "stopped"));

    assertThatThrownBy(() -> write(lease, watch, BEGUN))
        .isInstanceOfSatisfying(
            JournalException.class,
            e -> {
              assertThat(e.isEnded()).isTrue();
              assertThat(e.isRefused()).isTrue();
              assertThat(e).hasMessageContaining("has ended (aborted)");
            });
  }

  @Test
  void append_toAWatchThatIsNotThere_isRefused() {
    Lease lease = lease();

    assertThatThrownBy(() -> write(lease, 99, BEGUN))
        .isInstanceOfSatisfying(
            JournalException.class, e -> assertThat(e.isRefused() && !e.isEnded()).isTrue())
        .hasMessageContaining("watch 99 of shop is not in");
  }

  @Test
  void holders_ofSomeServices_areThoseThatHoldThem() {
    ServiceName cart = new ServiceName("cart");
    Lease lease = lease();
    assertThat(await(another().holders(List.of(SHOP, cart))))
        .containsOnlyKeys(SHOP)
        .hasEntrySatisfying(SHOP, who -> assertThat(who).contains("web1:4711"));
    await(journal().release(lease));
    assertThat(await(another().holders(List.of(SHOP, cart)))).isEmpty();
    assertThat(await(journal().holders(List.of()))).isEmpty();
  }

  @Test
  void lease_heldByAnother_isRefusedWithItsName() {
    lease();

    assertThatThrownBy(() -> await(another().lease(SHOP, "web2:4711")))
        .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.isLeaseHeld()).isTrue())
        .hasMessageContaining("\"shop\" is watched by web1:4711");
  }

  @Test
  void lease_givenBackAndTaken_refusesWhatTheOldOneAppends() {
    Lease old = lease();
    long watch = open(old, "v1");
    await(journal().release(old));
    Lease successor = await(another().lease(SHOP, "web2:4711"));
    assertThat(successor.token()).isGreaterThan(old.token());

    assertThatThrownBy(() -> write(old, watch, BEGUN))
        .isInstanceOfSatisfying(
            JournalException.class, e -> assertThat(e.isRefused() && !e.isEnded()).isTrue())
        .hasMessageContaining("the lease for shop passed to web2:4711");
    assertThatThrownBy(() -> await(journal().confirm(old))).isInstanceOf(JournalException.class);
    await(another().confirm(successor));
    assertThat(await(journal().entries(watch))).hasSize(1);
    assertThat(await(another().append(successor, append(watch, BEGUN)))).hasSize(1);
  }

  @Test
  void recent_newestFirst() {
    Lease lease = lease();
    ended(lease, "v1", Outcome.HEALTHY);
    ended(lease, "v2", Outcome.HEALTHY);

    assertThat(await(journal().recent(Optional.empty(), 1)))
        .extracting(r -> r.charter().release().name())
        .containsExactly("v2");
    assertThat(await(journal().recent(Optional.of(SHOP), 9))).hasSize(2);
    assertThat(await(journal().recent(Optional.of(new ServiceName("cart")), 9))).isEmpty();
  }

  @Test
  void images_provedAndCondemned() {
    Lease lease = lease();
    ended(lease, "v1", Outcome.HEALTHY);
    ended(lease, "v2", Outcome.HEALTHY);
    ended(lease, "v3", Outcome.ROLLED_BACK);
    ended(lease, "v4", Outcome.ROLLED_BACK_UNHEALTHY);

    Optional<ImageIdentity> second = Optional.of(named("shop:v2"));
    assertThat(await(journal().provedImage(SHOP, Optional.empty()))).isEqualTo(second);
    assertThat(await(journal().provedImage(SHOP, second))).contains(named("shop:v1"));
    assertThat(await(journal().condemnedImages(SHOP)))
        .isEqualTo(Set.of(named("shop:v3"), named("shop:v4")));
    open(lease, "v3");
    assertThat(await(journal().condemnedImages(SHOP))).isEqualTo(Set.of(named("shop:v4")));
  }

  @Test
  void e6_ask_isReadByAnotherProcessUntilItIsAnswered() {
    long watch = open(lease(), "v1");
    WatchRequest ask =
        new WatchRequest("ask-1", watch, Control.Wish.PAUSE, "ann", Duration.ofMinutes(10));
    await(journal().ask(ask));
    await(journal().ask(ask));
    await(
        journal().ask(new WatchRequest("ask-2", watch, Control.Wish.ABORT, "bob", Duration.ZERO)));

    List<WatchRequest.Open> open = await(another().openAsks());
    assertThat(open).extracting(o -> o.ask().id()).containsExactly("ask-1", "ask-2");
    assertThat(open.getFirst().ask()).isEqualTo(ask);
    assertThat(open.getFirst().age()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
    assertThat(await(journal().answered("ask-1"))).isEmpty();

    WatchRequest.Answer yes = new WatchRequest.Answer(true, "paused");
    await(another().answer("ask-1", yes));
    await(another().answer("ask-1", new WatchRequest.Answer(false, "too late")));
    assertThat(await(journal().answered("ask-1"))).contains(yes);
    assertThat(await(another().openAsks())).extracting(o -> o.ask().id()).containsExactly("ask-2");
  }

  @Test
  void e6_askWhoseEntriesAreWritten_isKnownAsDone() {
    Lease lease = lease();
    long watch = open(lease, "v1");
    WatchRequest ask = new WatchRequest("ask-1", watch, Control.Wish.ABORT, "ann", Duration.ZERO);
    await(journal().ask(ask));
    assertThat(await(journal().openAsks()).getFirst().done()).isFalse();
    Entry asked = new Entry.Watched(new WatchEvent.AbortAsked("ann"));
    await(
        journal()
            .append(lease, new Append(ask.appendId(), watch, NOON, List.of(asked), List.of())));

    assertThat(await(another().openAsks()).getFirst().done()).isTrue();
  }

  private static ImageIdentity named(String image) {
    return ImageIdentity.named(new ImageRef(image));
  }
}
