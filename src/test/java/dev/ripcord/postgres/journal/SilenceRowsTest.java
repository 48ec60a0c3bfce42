package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.NOON;
import static dev.ripcord.postgres.journal.JournalRoom.SHOP;
import static dev.ripcord.postgres.journal.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.Entry;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Keeps;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.release.ServiceName;
import dev.ripcord.silence.Silence;
import dev.ripcord.silence.SilenceBook;
import dev.ripcord.silence.SilenceScope;
import dev.ripcord.watch.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What silences do to the alerts of three channels: one that people read, one that keeps conditions
 * and one that keeps incidents.
 */
class SilenceRowsTest {
  private static final String READ = "slack";
  private static final String CONDITIONS = "conditions";
  private static final String INCIDENTS = "incidents";
  private static final String EVENTS = "events";
  private static final String TRACES = "traces";
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Instant END = NOON.plus(HOUR);

  private final JournalRoom room =
      new JournalRoom(
          List.of(
              Route.of(READ),
              new Route(CONDITIONS, Route.of("").kinds(), Keeps.CONDITIONS),
              new Route(INCIDENTS, EnumSet.allOf(Kind.class), Keeps.INCIDENTS),
              Route.toPrograms(EVENTS, EnumSet.allOf(Kind.class), Keeps.INCIDENTS),
              Route.toPrograms(TRACES, EnumSet.of(Kind.ENDED, Kind.BREACH), Keeps.NOTHING)));
  private final Outbox outbox = room.journal.outbox();
  private final SilenceBook book = room.journal.silences();
  private Instant now = NOON;
  private int said;

  @AfterEach
  void close() {
    room.close();
  }

  private Silence begin(String scope, @Nullable String kind, Instant until) {
    Optional<Kind> only = Optional.ofNullable(kind).map(Silence::kind);
    return await(
        book.begin(new Silence.Wanted(new SilenceScope(scope), only, "kim", "rack", until), now));
  }

  /** Says some kinds of the shop, a second after each other. */
  private void say(String kinds) {
    for (String kind : kinds.split(" ", -1)) {
      say(SHOP, kind);
    }
  }

  private void say(ServiceName service, String kind) {
    now = now.plusSeconds(1);
    await(
        room.journal.enqueue(
            List.of(
                new Alert(
                    "k" + said++,
                    Kind.valueOf(kind),
                    service,
                    "v1",
                    "title",
                    List.of("evidence"),
                    now))));
  }

  /** All that a channel is given now, in order. */
  private String given(String channel) {
    List<String> given = new ArrayList<>();
    for (Due due : dues(channel)) {
      given.add(due.alert().kind().name());
    }
    return String.join(" ", given);
  }

  private List<Due> dues(String channel) {
    List<Due> all = new ArrayList<>();
    for (List<Due> next = await(outbox.next(channel, 1, now));
        !next.isEmpty();
        next = await(outbox.next(channel, 1, now))) {
      all.addAll(next);
      await(outbox.delivered(next, now));
    }
    return all;
  }

  private String firing() {
    List<String> firing = new ArrayList<>();
    await(outbox.firing(CONDITIONS, now.minusSeconds(900), now))
        .forEach(
            each -> firing.add(each.alert().kind() + (each.ended().isPresent() ? " ended" : "")));
    return String.join(", ", firing);
  }

  @Test
  void programs_areToldEverything() {
    begin("shop", null, END);

    say("BREACH ROLLBACK ENDED");

    assertThat(given(EVENTS)).isEqualTo("BREACH ROLLBACK");
    assertThat(given(TRACES)).isEqualTo("BREACH ENDED");
    assertThat(given(READ)).isEmpty();
  }

  /** What the three channels get while it is silent, and when that is over. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "said                          | slack    | slack later  | incidents| incidents later",
        "BREACH                        |          | BREACH       |          | BREACH",
        "BREACH RECOVERED              |          |              |          | ",
        "BREACH ROLLBACK               |          | BREACH ROLLBACK |       | BREACH ROLLBACK",
        "ROLLBACK FAILED               | FAILED   |              | FAILED   | ",
        "ROLLBACK UNHEALTHY            | UNHEALTHY|              | UNHEALTHY| ",
        "ROLLBACK ROLLED_BACK          | ROLLED_BACK |           |          | ",
        "BREACH ASK                    | ASK      | BREACH       | ASK      | BREACH",
        "BLIND SEES_AGAIN LIMIT        |          | LIMIT        |          | LIMIT",
        "RELEASED                      |          |              | RELEASED | ",
        "TEST                          | TEST     |              | TEST     | ",
      },
      useHeadersInDisplayName = true)
  void alertsOfASilencedService(
      String kinds, String read, String readLater, String incidents, String incidentsLater) {
    begin("shop", null, END);
    say(kinds);

    assertThat(given(READ)).isEqualTo(text(read));
    assertThat(given(INCIDENTS)).isEqualTo(text(incidents));
    now = END;
    assertThat(given(READ)).isEqualTo(text(readLater));
    assertThat(given(INCIDENTS)).isEqualTo(text(incidentsLater));
  }

  private static String text(@Nullable String cell) {
    return cell == null ? "" : cell.strip();
  }

  @Test
  void firedBeforeTheSilence_isResolvedInIt_andWhatBeganInItIsNot() {
    say("BREACH");
    assertThat(given(READ)).isEqualTo("BREACH");
    assertThat(given(INCIDENTS)).isEqualTo("BREACH");
    assertThat(given(CONDITIONS)).isEqualTo("BREACH");
    begin("shop", null, END);

    say("LIMIT RECOVERED");

    assertThat(given(READ)).isEqualTo("RECOVERED");
    assertThat(given(INCIDENTS)).as("the limit still holds").isEmpty();
    assertThat(firing()).isEqualTo("BREACH ended");
    say("ROLLED_BACK");
    assertThat(given(INCIDENTS)).isEqualTo("ROLLED_BACK");
  }

  @Test
  void conditions_areLeftOutWhileTheyAreSilent_andForGoodWhereTheyEndedSo() {
    begin("shop", null, END);
    say("BREACH BLIND SEES_AGAIN");
    assertThat(firing()).isEmpty();

    now = END;
    assertThat(firing()).isEqualTo("BREACH");
    say("RECOVERED");
    assertThat(firing()).isEqualTo("BREACH ended");
  }

  @Test
  void whatComesLate_saysWhy_andIsTriedAsIfItWereNew() {
    begin("shop", null, END);
    say("BREACH");
    now = END;

    Due due = dues(READ).getFirst();

    assertThat(due.since()).isEqualTo(Times.stored(END));
    assertThat(due.alert().lines())
        .containsExactly(
            "evidence",
            "Held back by a silence of kim until 2026-03-04T13:00:00.123Z; it still holds.");
  }

  @Test
  void endedByHand_whatStillHoldsIsSent_andTheEndIsKept() {
    Silence silence = begin("shop", null, END);
    say("BREACH");
    now = now.plusSeconds(60);
    SilenceBook elsewhere = room.another().silences();

    Silence ended = await(elsewhere.end(silence.id(), "ann", now)).orElseThrow();

    assertThat(ended.ended()).contains(new Silence.Ended(Times.stored(now), "ann"));
    assertThat(await(book.holding(now)).all()).isEmpty();
    assertThat(given(READ)).isEqualTo("BREACH");
    Instant first = now;
    now = now.plusSeconds(60);
    assertThat(await(book.end(silence.id(), "kim", now)).orElseThrow().end())
        .as("the first end stays")
        .isEqualTo(Times.stored(first));
  }

  @Test
  void endOfNone_isEmpty() {
    assertThat(await(book.end(4711, "ann", NOON))).isEmpty();
  }

  @Test
  void whatWaitsWhenItBegins_isHeldBackToo() {
    say("BREACH ASK");
    begin("shop", null, END);

    assertThat(given(READ)).isEqualTo("ASK");
  }

  @Test
  void laterSilence_takesOver_andItsEndGivesBackToTheEarlier() {
    begin("shop", null, END);
    say("BREACH");
    Silence longer = begin("*", null, END.plus(HOUR));
    now = END;
    assertThat(given(READ)).as("the longer one holds").isEmpty();

    Silence third = begin("sh*", null, END.plus(HOUR).plus(HOUR));
    await(book.end(third.id(), "kim", now.plusSeconds(1)));
    now = now.plusSeconds(2);
    assertThat(given(READ)).isEmpty();
    await(book.end(longer.id(), "kim", now));
    assertThat(given(READ)).isEqualTo("BREACH");
  }

  @Test
  void otherServicesAndKinds_areSent() {
    begin("shop", "limit", END);
    say(new ServiceName("pay"), "LIMIT");
    say("LIMIT BREACH");

    assertThat(given(READ)).isEqualTo("LIMIT BREACH");
    assertThat(await(book.holding(now)).all()).extracting(Silence::held).containsExactly(1);
  }

  @Test
  void watchThatEnds_endsWhatItHadSaid_inSilence() {
    Lease lease = room.lease();
    long watch = room.open(lease, "v1", "shop:1");
    begin("shop", null, END);
    say("BREACH");

    await(
        room.journal.append(
            lease, room.entries(watch, List.of(new Entry.Finished(Outcome.HEALTHY, "end")))));

    now = END;
    assertThat(given(READ)).isEmpty();
    assertThat(given(INCIDENTS)).isEqualTo("RELEASED");
  }

  /**
   * Queries read what waits each second: what was over in silence must not be looked at for ever.
   */
  @Test
  void whatWasOverInSilence_isSettled() {
    begin("shop", null, END);
    say("BREACH RECOVERED");

    assertThat(
            room.query(
                "SELECT count(*) FROM ripcord_journal.outbox WHERE channel = 'slack'"
                    + " AND delivered_at IS NULL AND gave_up_at IS NULL"))
        .isEqualTo("0");
    assertThat(await(book.holding(now)).all())
        .as("good news is not counted")
        .extracting(Silence::held)
        .containsExactly(1);
  }

  @Test
  void silenceWithoutAnEndAhead_isRefusedByTheJournalToo() {
    assertThatThrownBy(() -> begin("shop", null, NOON))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("silence_has_an_end");
  }
}
