package dev.ripcord.json;

import static dev.ripcord.port.WatchProjection.after;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.HealthReading;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Salvaged;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonTest {
  private static final Optional<WatchProjection> PLANNED =
      Optional.of(
          WatchProjection.fold(
              List.of(
                  Examples.recorded(1, new Entry.Opened(Examples.charter("v42"))),
                  Examples.recorded(2, new Entry.Planned(Examples.plan())))));

  static Stream<Arguments> entries() {
    return Stream.of(
        row(
            new Entry.Opened(Examples.charter("v42")),
            "started",
            "\"image\":\"acme/shop:42\",\"previousImage\":\"acme/shop:41\",\"interval\":30,"
                + "\"warmUp\":0,\"bake\":900,\"threshold\":0.05,\"breachesNeeded\":3,"
                + "\"breachesOf\":3,\"alertOnly\":null,"
                + "\"before\":{\"requests\":1000,\"errors\":4,\"errorRate\":0.004,"
                + "\"latency\":{\"p50\":null,\"p95\":null,\"p99\":null},"
                + "\"cpu\":null,\"memory\":null}"),
        watched(
            new WatchEvent.PauseAsked("ann", Examples.AT),
            "paused",
            "\"by\":\"ann\",\"until\":\"2026-01-02T03:04:05.678Z\""),
        watched(new WatchEvent.ResumeAsked("ann"), "resumed", "\"by\":\"ann\""),
        watched(new WatchEvent.AbortAsked("ann"), "abort-asked", "\"by\":\"ann\""),
        watched(new WatchEvent.Approved("ann"), "approved", "\"by\":\"ann\""),
        watched(
            new WatchEvent.RollbackAsked("ann", false),
            "rollback-asked",
            "\"imageOnly\":false,\"by\":\"ann\""),
        watched(new WatchEvent.Superseded("v43"), "superseded", "\"newRelease\":\"v43\""),
        watched(
            new WatchEvent.RunEnded(Outcome.FAILED, "no"),
            "run-ended",
            "\"outcome\":\"failed\",\"text\":\"no\""),
        row(
            new Entry.Planned(Examples.plan()),
            "planned",
            "\"order\":\"image-first\",\"why\":\"both only add\",\"steps\":["
                + "{\"step\":1,\"name\":\"image\",\"from\":\"acme/shop:42\",\"to\":\"acme/shop:41\",\"budget\":600},"
                + "{\"step\":2,\"name\":\"drain\",\"budget\":30},"
                + "{\"step\":3,\"name\":\"down\",\"version\":\"01\",\"migration\":\"01_add_email\","
                + "\"checksum\":\"abc\",\"budget\":3600},{\"step\":4,\"name\":\"verify\",\"polls\":3,\"budget\":300}],\"warnings\":[\"12"
                + " rows are kept\"],\"kept\":[]"),
        row(
            new Entry.Refused(List.of(new Refusal("no_target", "nothing ran before", "fix"))),
            "refused",
            "\"refusals\":[{\"code\":\"no_target\",\"text\":\"nothing ran"
                + " before\",\"next\":\"fix\"}]"),
        row(
            new Entry.Ran(new RunEvent.StepBegun(2)),
            "step-started",
            "\"step\":3,\"steps\":4,\"name\":\"down\""),
        row(
            new Entry.Ran(new RunEvent.StepDone(0, "done", Duration.ofMillis(3800))),
            "step-done",
            "\"step\":1,\"steps\":4,\"name\":\"image\",\"took\":3.8,\"text\":\"done\",\"kept\":[]"),
        row(
            new Entry.Ran(
                new RunEvent.StepDone(
                    2,
                    "reverted",
                    Duration.ofMillis(18),
                    List.of(new Salvaged(7, "orders.fax", true, 41)))),
            "step-done",
            "\"step\":3,\"steps\":4,\"name\":\"down\",\"took\":0.018,\"text\":\"reverted\",\"kept\":[{\"id\":7,\"what\":\"orders.fax\",\"rows\":41,\"restore\":\"ripcord"
                + " salvage restore 7\"}]"),
        row(
            new Entry.Ran(new RunEvent.StepTimedOut(2, "cancelled")),
            "step-timed-out",
            "\"step\":3,\"steps\":4,\"name\":\"down\",\"text\":\"cancelled\""),
        row(
            new Entry.Ran(new RunEvent.StepUncertain(2, "no answer")),
            "step-uncertain",
            "\"step\":3,\"steps\":4,\"name\":\"down\",\"text\":\"no answer\""),
        row(
            new Entry.Ran(new RunEvent.StepRefused(0, "v43 runs")),
            "step-refused",
            "\"step\":1,\"steps\":4,\"name\":\"image\",\"text\":\"v43 runs\""),
        row(
            new Entry.Ran(new RunEvent.StepStopped(1)),
            "step-stopped",
            "\"step\":2,\"steps\":4,\"name\":\"drain\""),
        row(
            new Entry.Ran(new RunEvent.StepFailed(2, "locked")),
            "step-failed",
            "\"step\":3,\"steps\":4,\"name\":\"down\",\"text\":\"locked\""),
        row(
            new Entry.Ran(new RunEvent.LossFound(2, "12 rows of a")),
            "approval-asked",
            "\"step\":3,\"steps\":4,\"name\":\"down\",\"text\":\"12 rows of a\""),
        row(new Entry.Ran(new RunEvent.Approved("ann")), "downs-approved", "\"by\":\"ann\""),
        row(
            new Entry.Ran(new RunEvent.Checked(RunEvent.Health.BREACH, "9.0% (9 of 100)")),
            "checked",
            "\"verdict\":\"breach\",\"text\":\"9.0% (9 of 100)\""),
        row(new Entry.Ran(new RunEvent.Resumed("host-2")), "resumed-run", "\"by\":\"host-2\""),
        row(new Entry.Ran(new RunEvent.Restored("runs")), "restored", "\"text\":\"runs\""),
        row(
            new Entry.Finished(Outcome.ROLLED_BACK, "rolled back"),
            "finished",
            "\"outcome\":\"rolled-back\",\"exitCode\":10,\"text\":\"rolled back\""));
  }

  private static Arguments row(Entry entry, String event, String fields) {
    return Arguments.of(entry, event, fields);
  }

  private static Arguments watched(WatchEvent happened, String event, String fields) {
    return Arguments.of(new Entry.Watched(happened), event, fields);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("entries")
  void event_ofEachEntry_hasItsExactShape(Entry entry, String event, String fields) {
    assertThat(EventJson.of(Examples.recorded(7, entry), PLANNED).toString())
        .isEqualTo(
            "{\"event\":\""
                + event
                + "\",\"id\":7,\"watch\":17,\"time\":\"2026-01-02T03:04:12.678Z\","
                + "\"service\":\"shop\",\"release\":\"v42\","
                + fields
                + "}");
  }

  @Test
  void rollbackStarted_hasNoFieldsOfItsOwn() {
    String json =
        EventJson.of(Examples.recorded(7, new Entry.Ran(new RunEvent.Begun())), PLANNED).toString();

    assertThat(json).startsWith("{\"event\":\"rollback-started\",").endsWith("\"v42\"}");
  }

  private static Recorded poll(long id, long errors) {
    return Examples.recorded(
        id, new Entry.Watched(new WatchEvent.Sampled(Examples.sample(1000, errors))));
  }

  @Test
  void e8_polled_carriesWhatItMeant_byTheEntriesBeforeIt() {
    Recorded second = poll(8, 72);
    Optional<WatchProjection> watch = after(after(PLANNED, poll(7, 71)), second);

    assertThat(EventJson.of(second, watch).toString())
        .contains("\"event\":\"polled\"")
        .contains("\"measuredAt\":\"2026-01-02T03:04:05.678Z\",\"verdict\":\"breach\"")
        .contains("\"requests\":1000,\"errors\":72,\"errorRate\":0.072")
        .contains("\"streak\":2,\"breachesNeeded\":3,\"breachesOf\":3,\"reasons\":[{");
  }

  @Test
  void polled_withAnotherPollsReading_saysThatTheVerdictIsNotKnown() {
    assertThat(EventJson.of(poll(7, 71), after(PLANNED, poll(8, 0))).toString())
        .contains("\"verdict\":null")
        .contains("\"streak\":null");
  }

  @Test
  void step_withoutItsPlan_hasItsNumberOnly() {
    assertThat(
            EventJson.of(
                    Examples.recorded(7, new Entry.Ran(new RunEvent.StepBegun(2))),
                    Optional.empty())
                .toString())
        .endsWith("\"step\":3,\"steps\":null,\"name\":null}");
  }

  @Test
  void condemned_hasNoNumber() {
    assertThat(
            EventJson.condemned(
                    Examples.SHOP, "v42", Examples.AT, new Breaches(3, 5), "3 of 5 polls")
                .toString())
        .isEqualTo(
            "{\"event\":\"condemned\",\"time\":\"2026-01-02T03:04:05.678Z\",\"service\":\"shop\","
                + "\"release\":\"v42\",\"breachesNeeded\":3,\"breachesOf\":5,"
                + "\"text\":\"3 of 5 polls\"}");
  }

  @Test
  void text_withLineBreaksAndQuotes_staysOnOneLine() {
    assertThat(
            EventJson.of(
                    Examples.recorded(7, new Entry.Finished(Outcome.FAILED, "a\n\"b\"\r")),
                    Optional.empty())
                .toString())
        .doesNotContain("\n")
        .endsWith("\"text\":\"a\\n\\\"b\\\"\\r\"}");
  }

  @Test
  void service_underWatch_hasItsExactShape() {
    assertThat(
            StatusJson.service(Examples.status("v42", HealthReading.Kind.BREACH), List.of())
                .toString())
        .startsWith(
            "{\"service\":\"shop\",\"verdict\":\"breach\",\"streak\":2,\"breachesNeeded\":3,"
                + "\"breachesOf\":3,\"threshold\":0.05,\"nextPoll\":\"2026-01-02T03:04:35.678Z\",\"heldBy\":null,"
                + "\"check\":{\"service\":\"shop\",")
        .contains("\"watch\":{\"id\":17,\"service\":\"shop\",\"release\":\"v42\",\"image\":")
        .endsWith(
            "\"startedAt\":\"2026-01-02T03:04:05.678Z\",\"judgedFrom\":\"2026-01-02T03:04:05.678Z\","
                + "\"bakeEnds\":\"2026-01-02T03:19:05.678Z\",\"endedAt\":null,\"outcome\":null,"
                + "\"exitCode\":null,\"text\":null,\"state\":\"watching\",\"polls\":3,\"rollback\":\"can"
                + " be rolled back: 2 down migrations\"},\"last\":null,\"silences\":[]}");
  }

  @Test
  void service_notPolledYet_isNulls() {
    assertThat(StatusJson.service(Examples.idle("pay"), List.of()).toString())
        .isEqualTo(
            "{\"service\":\"pay\",\"verdict\":null,\"streak\":0,\"breachesNeeded\":3,"
                + "\"breachesOf\":3,\"threshold\":0.05,\"nextPoll\":null,\"heldBy\":null,\"check\":null,"
                + "\"watch\":null,\"last\":null,\"silences\":[]}");
  }

  @Test
  void row_ofAnEndedWatch_tellsItsEnd() {
    assertThat(StatusJson.row(Examples.ended(17, Outcome.FAILED, "no image")).toString())
        .endsWith(
            "\"endedAt\":\"2026-01-02T03:05:05.678Z\",\"outcome\":\"failed\",\"exitCode\":12,"
                + "\"text\":\"no image\"}");
  }
}
