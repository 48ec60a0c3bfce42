package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.NOON;
import static dev.ripcord.postgres.journal.JournalRoom.SHOP;
import static dev.ripcord.postgres.journal.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Firing;
import dev.ripcord.port.Outbox.Keeps;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.watch.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fires, at a channel that keeps conditions and at one that keeps incidents. */
class FiringRowsTest {
  private static final String CONDITIONS = "conditions";
  private static final String INCIDENTS = "incidents";

  private final JournalRoom room =
      new JournalRoom(
          List.of(
              Route.of("slack"),
              new Route(CONDITIONS, Route.of("").kinds(), Keeps.CONDITIONS),
              new Route(
                  INCIDENTS,
                  EnumSet.of(
                      Kind.RELEASED,
                      Kind.ROLLBACK,
                      Kind.ASK,
                      Kind.UNHEALTHY,
                      Kind.FAILED,
                      Kind.RECOVERED,
                      Kind.ROLLED_BACK),
                  Keeps.INCIDENTS)));
  private final Outbox outbox = room.journal.outbox();
  private int said;

  @AfterEach
  void close() {
    room.close();
  }

  /** Says some kinds, one after the other; {@code v2:} before a kind names a release. */
  private void say(String kinds) {
    for (String each : kinds.split(" ", -1)) {
      String release = each.contains(":") ? each.split(":", -1)[0] : "v1";
      String kind = each.substring(each.indexOf(':') + 1);
      String key = "k" + said++;
      await(
          room.journal.enqueue(
              List.of(
                  new Alert(
                      key,
                      Kind.valueOf(kind),
                      SHOP,
                      release.equals("-") ? "" : release,
                      "title",
                      List.of(),
                      NOON.plusSeconds(said)))));
    }
  }

  private List<String> firing(String channel) {
    return await(outbox.firing(channel, NOON.minusSeconds(1), NOON)).stream()
        .filter(each -> each.ended().isEmpty())
        .map(each -> each.alert().kind() + " " + each.alert().release())
        .toList();
  }

  /** All that a channel is given, in order. */
  private List<String> given(String channel) {
    List<String> given = new ArrayList<>();
    for (List<Due> next = next(channel); !next.isEmpty(); next = next(channel)) {
      next.forEach(due -> given.add(due.alert().kind() + " " + due.alert().release()));
      await(outbox.delivered(next, NOON));
    }
    return given;
  }

  private List<Due> next(String channel) {
    return await(outbox.next(channel, 1, NOON));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BREACH                          | BREACH v1",
        "BREACH RECOVERED                | ",
        "BREACH ASK                      | BREACH v1,ASK v1",
        "ASK RECOVERED                   | ASK v1",
        "BREACH ROLLBACK                 | BREACH v1,ROLLBACK v1",
        "BREACH ROLLBACK ROLLED_BACK     | ",
        "ROLLBACK WAITING UNHEALTHY      | UNHEALTHY v1",
        "ROLLBACK MIGRATION_FAILED FAILED| MIGRATION_FAILED v1,FAILED v1",
        "UNHEALTHY -:RECOVERED           | ",
        "-:LIMIT -:RECOVERED             | ",
        "BLIND SEES_AGAIN                | ",
        "-:BUDGET ROLLED_BACK            | BUDGET ",
        "-:BUDGET -:BUDGET_KEPT          | ",
        "NO_WAY_BACK INCONCLUSIVE        | INCONCLUSIVE v1",
        "INCONCLUSIVE v2:RELEASED        | ",
        "FAILED v2:BREACH v2:RECOVERED   | FAILED v1",
      })
  void conditions_hold_untilSomethingTakesThemBack(String kinds, String expected) {
    say(kinds);
    assertThat(String.join(",", firing(CONDITIONS)).strip())
        .isEqualTo(expected == null ? "" : expected.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BREACH RECOVERED                | ",
        "ROLLBACK ROLLED_BACK            | ROLLBACK v1,ROLLED_BACK v1",
        "ROLLBACK UNHEALTHY              | ROLLBACK v1,UNHEALTHY v1",
        "ROLLBACK UNHEALTHY -:RECOVERED  | ROLLBACK v1,UNHEALTHY v1,RECOVERED v1",
        "ASK RECOVERED                   | ASK v1",
        "FAILED v2:ROLLBACK v2:ROLLED_BACK | FAILED v1,ROLLBACK v2,ROLLED_BACK v1,ROLLED_BACK v2",
        "RELEASED                        | RELEASED v1",
      })
  void incidents_areClosedByGoodNews_andByNothingElse(String kinds, String expected) {
    say(kinds);
    List<String> given = given(INCIDENTS);
    assertThat(String.join(",", given)).isEqualTo(expected == null ? "" : expected.strip());
  }

  @ParameterizedTest
  @CsvSource({
    "HEALTHY,,RECOVERED v1",
    "ABORTED,,",
    "SUPERSEDED,,",
    "FAILED,,",
    "CONDEMNED,,",
  })
  void watchThatEnds_takesItsConditionsBack_andClosesAnIncidentOnlyWhereItWasProved(
      Outcome outcome, String left, String told) {
    Lease lease = room.lease();
    long watch = room.open(lease, "v1", "shop:1");
    say("BREACH BLIND ASK");
    assertThat(given(INCIDENTS)).containsExactly("RELEASED v1", "ASK v1");

    await(
        room.journal.append(
            lease, room.entries(watch, List.of(new Entry.Finished(outcome, "end")))));

    assertThat(String.join(",", firing(CONDITIONS))).isEqualTo(left == null ? "" : left);
    assertThat(String.join(",", given(INCIDENTS))).isEqualTo(told == null ? "" : told);
  }

  @Test
  void plainChannel_isGivenEverythingButReleases() {
    room.open(room.lease(), "v1", "shop:1");
    say("BREACH RECOVERED TEST");

    assertThat(given("slack")).containsExactly("BREACH v1", "RECOVERED v1", "TEST v1");
  }

  @Test
  void whatHasEnded_isShownWithItsEnd_toAnotherProcessToo() {
    say("BREACH RECOVERED");
    Instant end = NOON.plusSeconds(2);
    Outbox other = room.another().outbox();

    assertThat(await(other.firing(CONDITIONS, end.minusMillis(1), end)))
        .extracting(Firing::ended)
        .containsExactly(java.util.Optional.of(Times.stored(end)));
    assertThat(await(other.firing(CONDITIONS, end, end))).isEmpty();
  }

  @Test
  void sameAlertAgain_isWrittenOnce() {
    Alert alert = JournalRoom.alert("a");
    await(room.journal.enqueue(List.of(alert)));
    await(room.journal.enqueue(List.of(alert)));

    assertThat(firing(CONDITIONS)).containsExactly("BREACH v1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BREACH|false",
        "LIMIT|false",
        "-:LIMIT|true",
        "-:LIMIT BLIND|true",
        "-:LIMIT -:RECOVERED|false",
        "UNHEALTHY|true",
        "ROLLBACK ROLLED_BACK|false",
        "FAILED v2:ROLLED_BACK|false",
      })
  void lastWord_tellsWhetherTheServiceIsWell(String kinds, boolean troubled) {
    say(kinds);
    assertThat(await(room.another().isTroubled(SHOP))).isEqualTo(troubled);
  }
}
