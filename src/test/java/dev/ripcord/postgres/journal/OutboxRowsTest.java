package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.NOON;
import static dev.ripcord.postgres.journal.JournalRoom.alert;
import static dev.ripcord.postgres.journal.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxRowsTest {
  private static final Instant AFTER_THE_CLAIM = NOON.plus(Outbox.CLAIM);
  private final JournalRoom room = new JournalRoom();
  private final Outbox outbox = room.journal.outbox();

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void append_withAnAlert_isDueOnceForEachChannel() {
    Lease lease = room.lease();
    long watch = room.open(lease, "v1", "shop:1");
    List<Entry> begun = List.of(new Entry.Ran(new RunEvent.Begun()));
    await(room.journal.append(lease, room.entries(watch, begun, alert("a"), alert("a"))));
    await(room.journal.enqueue(List.of(alert("a"), alert("b"))));
    List<String> given = new ArrayList<>();
    for (String channel : List.of("slack", "webhook", "slack", "webhook")) {
      List<Due> due = await(outbox.next(channel, 50, NOON));
      assertThat(due).hasSize(1);
      assertThat(due.getFirst().attempts()).isZero();
      given.add(due.getFirst().alert().key() + " " + due.getFirst().channel());
      await(outbox.delivered(due, NOON));
    }
    assertThat(given).containsExactly("a slack", "a webhook", "b slack", "b webhook");
    assertThat(await(outbox.next("slack", 50, NOON))).isEmpty();
  }

  @Test
  void next_takenAndNotMarked_isDueAgainAfterTheClaimAndNothingElseBefore() {
    await(room.journal.enqueue(List.of(alert("a"), alert("b"))));
    assertThat(next(NOON)).containsExactly("a");
    Outbox other = room.another().outbox();
    assertThat(await(other.next("slack", 50, NOON))).isEmpty();
    assertThat(await(other.next("slack", 50, AFTER_THE_CLAIM.minusMillis(1)))).isEmpty();
    assertThat(await(other.next("slack", 50, AFTER_THE_CLAIM))).hasSize(1);
    assertThat(next(AFTER_THE_CLAIM)).isEmpty();
  }

  @Test
  void next_clockWasSetBackByHours_givesAllTheSame() {
    await(room.journal.enqueue(List.of(alert("a"))));
    assertThat(next(NOON)).containsExactly("a");
    assertThat(next(NOON.minus(Duration.ofHours(5)))).containsExactly("a");
  }

  @Test
  void marks_deliveredRetriedAndGivenUp_areKept() {
    await(room.journal.enqueue(List.of(alert("a"), alert("b"), alert("c"))));
    await(outbox.delivered(await(outbox.next("slack", 1, NOON)), NOON));
    await(outbox.gaveUp(await(outbox.next("slack", 1, NOON)), NOON, "404 \0"));
    Instant later = NOON.plus(Duration.ofMinutes(50));
    await(outbox.retryAt(await(outbox.next("slack", 1, NOON)), later, "connection refused"));
    assertThat(next(later.minusMillis(1))).isEmpty();
    List<Due> left = await(outbox.next("slack", 1, later));
    assertThat(left).extracting(d -> d.alert().key() + " " + d.attempts()).containsExactly("c 1");
    assertThat(room.query("SELECT last_error FROM ripcord_journal.outbox WHERE gave_up_at NOTNULL"))
        .isEqualTo("404 \uFFFD");
    await(room.journal.enqueue(List.of(alert("a"))));
    assertThat(room.query("SELECT count(*) FROM ripcord_journal.outbox")).isEqualTo("6");
  }

  @Test
  void a24_oneIsRefused_onlyThatOneIsChargedATryAndTheChannelWaits() {
    await(room.journal.enqueue(List.of(alert("a"), alert("b"))));
    await(outbox.retryAt(await(outbox.next("slack", 1, NOON)), NOON.plusSeconds(1), "429"));
    assertThat(next(NOON)).isEmpty();
    assertThat(await(outbox.next("webhook", 1, NOON))).hasSize(1);
    assertThat(next(NOON.plusSeconds(1))).containsExactly("a");
    assertThat(
            room.query(
                "SELECT string_agg(attempts::text, ' ' ORDER BY id) FROM"
                    + " ripcord_journal.outbox WHERE channel = 'slack'"))
        .isEqualTo("1 0");
  }

  @Test
  void a24_urgentOfAnotherService_comesFirstWithWhatItsServiceSaidBefore() {
    await(
        room.journal.enqueue(
            List.of(
                alertOf("breach", Kind.BREACH, "a"),
                alertOf("breach", Kind.BREACH, "b"),
                alertOf("begun", Kind.ROLLBACK, "b"),
                alertOf("back", Kind.ROLLED_BACK, "b"),
                alertOf("later", Kind.BREACH, "b"))));
    assertThat(all()).containsExactly("breach b", "begun b", "back b", "breach a", "later b");
  }

  @Test
  void a30_manyOfOneKind_areOneMessageAndEachServiceKeepsItsOrder() {
    List<Alert> alerts = new ArrayList<>();
    for (int i = 0; i < Outbox.GROUP_FROM; i++) {
      alerts.add(alertOf("breach", Kind.BREACH, "s" + i));
    }
    alerts.add(3, alertOf("recovered", Kind.RECOVERED, "late"));
    alerts.add(alertOf("breach", Kind.BREACH, "late"));
    await(room.journal.enqueue(alerts));
    List<Due> group = await(outbox.next("slack", 50, NOON));
    assertThat(group).hasSize(Outbox.GROUP_FROM);
    await(outbox.delivered(group, NOON));
    assertThat(all()).containsExactly("recovered late", "breach late");
    assertThat(await(outbox.next("webhook", 1, NOON))).hasSize(1);
  }

  @Test
  void a30_fewOfOneKind_areMessagesOfTheirOwn() {
    List<Alert> alerts = new ArrayList<>();
    for (int i = 1; i < Outbox.GROUP_FROM; i++) {
      alerts.add(alertOf("breach", Kind.BREACH, "s" + i));
    }
    await(room.journal.enqueue(alerts));
    assertThat(await(outbox.next("slack", 50, NOON))).hasSize(1);
  }

  private void breaches(int from, int to) {
    List<Alert> alerts = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      alerts.add(alertOf("breach", Kind.BREACH, "s" + i));
    }
    await(room.journal.enqueue(alerts));
  }

  /** What slack gets so long after noon, message by message until there is none. */
  private List<String> messages(int millis) {
    Instant now = NOON.plusMillis(millis);
    List<String> messages = new ArrayList<>();
    List<Due> m = await(outbox.next("slack", 50, now));
    while (!m.isEmpty()) {
      messages.add(
          m.stream()
              .map(due -> due.alert().key().split("/", 2)[0] + " " + due.alert().service())
              .reduce((a, b) -> a + ", " + b)
              .orElse(""));
      now = now.plusMillis(1);
      await(outbox.delivered(m, now));
      m = await(outbox.next("slack", 50, now));
    }
    return messages;
  }

  @Test
  void storm_afterThreeMessagesOfAKind_theRestIsCollectedIntoOne() {
    breaches(1, 2);
    assertThat(messages(0)).containsExactly("breach s1", "breach s2");
    breaches(3, 4);
    assertThat(messages(1000)).containsExactly("breach s3");
    breaches(5, 6);
    assertThat(messages(31_000)).isEmpty();
    assertThat(messages(31_001)).containsExactly("breach s4, breach s5, breach s6");
    breaches(7, 7);
    assertThat(messages(61_001))
        .as("the storm is over: two messages in a minute")
        .containsExactly("breach s7");
  }

  @Test
  void storm_otherKindsAndWhatIsUrgent_goAtOnce_andAServiceKeepsItsOrder() {
    breaches(1, 5);
    assertThat(messages(0)).hasSize(3);
    await(
        room.journal.enqueue(
            List.of(
                alertOf("recovered", Kind.RECOVERED, "s4"),
                alertOf("limit", Kind.LIMIT, "pay"),
                alertOf("failed", Kind.FAILED, "s5"))));

    assertThat(messages(1000)).containsExactly("breach s5", "failed s5", "limit pay");
    assertThat(messages(40_000)).containsExactly("breach s4", "recovered s4");
  }

  @Test
  void storm_ofMoreThanFitIntoAMessage_isSentWithoutAPauseBetween() {
    breaches(1, 3);
    assertThat(messages(0)).hasSize(3);
    breaches(4, 103);

    assertThat(messages(31_000)).extracting(m -> m.split(", ", -1).length).containsExactly(50, 50);
  }

  @Test
  void storm_atAChannelThatTakesOneAtATime_isNoPause() {
    breaches(1, 8);
    for (int i = 0; i < 8; i++) {
      List<Due> one = await(outbox.next("webhook", 1, NOON.plusMillis(i)));
      assertThat(one).hasSize(1);
      await(outbox.delivered(one, NOON.plusMillis(i)));
    }
  }

  @Test
  void c19_twoJournals_giveTheSameAlertDifferentKeys() {
    await(room.journal.enqueue(List.of(alert("watch-1/rollback"))));
    String key = await(outbox.next("slack", 1, NOON)).getFirst().key();
    assertThat(key).matches("watch-1/rollback/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    try (JournalRoom other = new JournalRoom()) {
      await(other.journal.enqueue(List.of(alert("watch-1/rollback"))));
      assertThat(await(other.journal.outbox().next("slack", 1, NOON)).getFirst().key())
          .isNotEqualTo(key);
    }
  }

  @Test
  void giveUpOthers_ofAChannelThatIsGone_leavesTheRest() {
    await(room.journal.enqueue(List.of(alert("a"))));
    Instant now = Instant.now().plusSeconds(1);
    assertThat(await(outbox.giveUpOthers(Set.of("slack"), now, now)))
        .extracting(Due::channel)
        .containsExactly("webhook");
    assertThat(await(outbox.next("webhook", 1, NOON))).isEmpty();
    assertThat(next(NOON)).containsExactly("a");
  }

  private List<String> next(Instant now) {
    return await(outbox.next("slack", 1, now)).stream().map(due -> due.alert().key()).toList();
  }

  /** All of slack, each marked, with its service. */
  private List<String> all() {
    List<String> all = new ArrayList<>();
    for (List<Due> m = one(); !m.isEmpty(); m = one()) {
      m.forEach(due -> all.add(due.alert().key().split("/", 2)[0] + " " + due.alert().service()));
      await(outbox.delivered(m, NOON));
    }
    return all;
  }

  private List<Due> one() {
    return await(outbox.next("slack", 50, NOON));
  }

  private static Alert alertOf(String key, Kind kind, String service) {
    return new Alert(
        key + "/" + service, kind, new ServiceName(service), "v1", "title", List.of(), NOON);
  }

  private Optional<Outbox.Story> story(String key, String release) {
    Alert alert =
        new Alert(key, Alert.Kind.ROLLBACK, JournalRoom.SHOP, release, "t", List.of(), NOON);
    return await(outbox.story(alert));
  }

  @Test
  void story_isTheWatchOfTheAlert_orTheLastOneOfItsRelease() {
    Lease lease = room.lease();
    long first = room.ended(lease, "v1", "shop:1", Outcome.FAILED);
    long second = room.open(lease, "v2", "shop:2");

    Outbox.Story told = story("watch-" + first + "/rollback/", "v1").orElseThrow();
    assertThat(told.row().id()).isEqualTo(first);
    assertThat(told.entries()).hasSize(2);
    assertThat(story("watch-" + second + "/proved/of/v1", "v1").orElseThrow().row().id())
        .isEqualTo(first);
    assertThat(story("service-shop/recovered/1", "v2").orElseThrow().row().id()).isEqualTo(second);
    assertThat(story("watch-" + second + "/x", "v3")).isEmpty();
  }

  @Test
  void story_ofAReleaseThatIsWatchedAnew_saysSo_unlessItWasTakenBackMeanwhile() {
    Lease lease = room.lease();
    long first = room.ended(lease, "v1", "shop:1", Outcome.CONDEMNED);
    long again = room.ended(lease, "v1", "shop:1", Outcome.ROLLED_BACK);
    long deployed = room.open(lease, "v1", "shop:1");

    assertThat(story("watch-" + first + "/", "v1").orElseThrow().again()).isFalse();
    assertThat(story("watch-" + again + "/", "v1").orElseThrow().again()).isTrue();
    assertThat(story("watch-" + deployed + "/", "v1").orElseThrow().again()).isFalse();
  }

  @Test
  void watchThatEnds_isToldToChannelsThatKeepARecord_inTheSameTransaction() {
    try (JournalRoom other =
        new JournalRoom(
            List.of(
                Outbox.Route.of("slack"),
                new Outbox.Route("record", Set.of(Alert.Kind.ENDED), Outbox.Keeps.NOTHING)))) {
      Lease lease = other.lease();
      long watch = other.ended(lease, "v1", "shop:1", Outcome.SUPERSEDED);

      Outbox kept = other.journal.outbox();
      assertThat(await(kept.next("record", 1, NOON)))
          .extracting(due -> due.alert().key() + " " + due.alert().title())
          .containsExactly("watch-" + watch + "/ended shop v1: superseded");
      assertThat(await(kept.next("slack", 1, NOON))).isEmpty();
    }
  }
}
