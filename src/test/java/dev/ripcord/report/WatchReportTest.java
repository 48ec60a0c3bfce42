package dev.ripcord.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.health.Baseline;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.release.ImageRef;
import dev.ripcord.report.RuleResult.Verdict;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The projection of a watch that every report shows. */
final class WatchReportTest {
  private static WatchSpec withCpu(Escalation act) {
    WatchSpec usual = Examples.charter("v42");
    Rules rules = usual.rules();
    return new WatchSpec(
        usual.release(),
        new Rules(
            rules.threshold(),
            rules.breaches(),
            rules.minimumRequests(),
            rules.normal(),
            rules.act(),
            Map.of(Measure.CPU, new Limit(0.9, act))),
        usual.startedAt(),
        usual.warmUp(),
        usual.bake(),
        usual.interval(),
        usual.alertOnly(),
        usual.before());
  }

  private static List<String> openingOf(Baseline before) {
    WatchSpec usual = Examples.charter("v42");
    WatchSpec spec =
        new WatchSpec(
            usual.release(),
            usual.rules().against(Optional.of(before)),
            usual.startedAt(),
            usual.warmUp(),
            usual.bake(),
            usual.interval(),
            usual.alertOnly(),
            Optional.of(before));
    return Stories.of(spec).underWay().timeline().stream().map(Moment::text).toList();
  }

  @Test
  void serviceThatFailedMuchBeforeTheRelease_isWarnedAboutAtTheStart() {
    assertThat(openingOf(Baseline.of(new Counts(1000, 24)))).hasSize(2);
    assertThat(openingOf(Baseline.of(new Counts(1000, 26))))
        .last()
        .isEqualTo(
            "errors when well are taken as 2.6%, half of the limit of 5% or more: only clearly more"
                + " errors than that are a breach");
  }

  private static RuleResult rule(WatchReport report, Measure measure) {
    return report.rules().stream()
        .filter(rule -> rule.measure() == measure)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void questionThatNobodyAnswers_timesOut_andTheStorySaysSo() {
    Stories story = Stories.asking();
    assertThat(story.underWay().steps().get(1).state()).isEqualTo(StepRun.State.UNDER_WAY);

    story.poll(1000, 4).poll(1000, 4).ran(new RunEvent.Ticked()).ran(new RunEvent.StepBegun(3));

    WatchReport report = story.underWay();
    assertThat(report.steps().get(1).state()).isEqualTo(StepRun.State.TIMED_OUT);
    assertThat(report.steps().get(1).text())
        .isEqualTo("nobody answered within 40 s: the downs do not run");
    assertThat(report.timeline())
        .extracting(Moment::text)
        .contains("nobody answered within 40 s: the downs do not run");
  }

  @Test
  void questionThatIsAnswered_isDone() {
    Stories story = Stories.asking();

    story.ran(new RunEvent.Approved("ann"));

    assertThat(story.underWay().steps().get(1).state()).isEqualTo(StepRun.State.DONE);
    assertThat(story.underWay().steps().get(1).text()).isEqualTo("ann approved");
  }

  @Test
  void ruleThatChanged_isTold_andPollsAreShownByTheRuleOfTheirTime() {
    WatchSpec usual = Examples.charter("v42");
    Rules rules = usual.rules();
    WatchSpec stricter =
        new WatchSpec(
            usual.release(),
            new Rules(
                Ratio.parse("1%"),
                new Breaches(2, 2),
                rules.minimumRequests(),
                rules.normal(),
                rules.act(),
                rules.limits()),
            usual.startedAt(),
            usual.warmUp(),
            usual.bake(),
            usual.interval(),
            usual.alertOnly(),
            usual.before());

    WatchReport report =
        WatchReport.underWay(
                Stories.begun()
                    .poll(1_000, 100)
                    .add(new Entry.Revised(stricter))
                    .poll(1_000, 100)
                    .entries())
            .orElseThrow();

    assertThat(report.row().charter()).isEqualTo(stricter);
    assertThat(report.timeline().stream().map(Moment::text))
        .anySatisfy(
            text ->
                assertThat(text)
                    .isEqualTo(
                        "the configuration has changed: from now on limit of the error rate 1%"
                            + " (before 5%), breaches that condemn 2 (before 3)"))
        .anySatisfy(text -> assertThat(text).startsWith("poll 1 ").endsWith("1 of 3"))
        .anySatisfy(text -> assertThat(text).startsWith("poll 2 ").endsWith("2 of 2"));
    assertThat(report.polls().getLast().judged().orElseThrow().condemned()).isPresent();
  }

  @Test
  void badRelease_isFoldedIntoPollsCauseStepsAndWhatIsLeft() {
    WatchReport report = Stories.bad();

    assertThat(report.polls().stream().map(poll -> poll.kind().orElseThrow()))
        .containsExactly(Kind.HEALTHY, Kind.BREACH, Kind.BREACH, Kind.BREACH);
    assertThat(report.condemned().orElseThrow().why().rule()).isEqualTo("3 breaches of 5% or more");
    assertThat(report.steps().stream().map(StepRun::state)).containsOnly(StepRun.State.DONE);
    assertThat(report.steps().getFirst().name()).isEqualTo("image :42 → :41");
    assertThat(report.steps().getFirst().took()).contains(Duration.ofMillis(3800));
    assertThat(report.steps().getLast().took()).contains(Duration.ofSeconds(3));
    assertThat(report.rolledBackTo()).contains(new ImageRef("acme/shop:41"));
    assertThat(report.left().kept()).hasSize(1);
    assertThat(report.left().remaining()).hasSize(1);
  }

  @Test
  void timeline_tellsPollsWithTheirFigures_theCondemnationOnce_andTheSteps() {
    List<String> lines = Stories.bad().timeline().stream().map(Moment::line).toList();

    assertThat(lines)
        .contains(
            "✖ poll 4 breach   9.0% (93 of 1031)      3 of 3",
            "✖ condemned: 3 breaches of 5% or more",
            "↺ rolling back: 1 image, 1 down migration",
            "[1/4] done in 3.8 s: acme/shop:41 runs")
        .last()
        .isEqualTo("↺ rolled-back: rolled back, healthy again; schema as before the release.");
    assertThat(lines).filteredOn(line -> line.contains("condemned")).hasSize(1);
  }

  @Test
  void ruleThatCondemned_isBreached_withItsFigures() {
    RuleResult rate = rule(Stories.bad(), Measure.ERROR_RATE);

    assertThat(rate.verdict()).isEqualTo(Verdict.BREACHED);
    assertThat(rate.worst()).isEqualTo("9.0% (93 of 1031)");
    assertThat(rate.before()).isEqualTo("0.4% (4 of 1000)");
    assertThat(rate.text())
        .isEqualTo("error rate 9.0% (93 of 1031 requests), limit 5%; 3 of 4 polls at or above 5%");
  }

  @Test
  void breachThatDidNotLast_isNoneOfTheRule() {
    WatchReport report =
        Stories.begun()
            .poll(1000, 71)
            .poll(1000, 4)
            .poll(1000, 4)
            .poll(1000, 4)
            .ended(Outcome.HEALTHY, "3 of 4 polls healthy");

    assertThat(rule(report, Measure.ERROR_RATE).verdict()).isEqualTo(Verdict.HELD);
    assertThat(rule(report, Measure.ERROR_RATE).crossed()).isEqualTo(1);
  }

  @Test
  void breachUnderWayAtTheEnd_isOneOfTheRule() {
    WatchReport report =
        Stories.begun().poll(1000, 4).poll(1000, 71).ended(Outcome.ABORTED, "ann stopped it");

    assertThat(rule(report, Measure.ERROR_RATE).verdict()).isEqualTo(Verdict.BREACHED);
  }

  @Test
  void sourceThatWasNotReached_isToldFromTooLittleEvidence() {
    WatchReport unreached =
        Stories.begun()
            .blind(Reason.Code.CONNECT, "connection refused")
            .blind(Reason.Code.CONNECT, "connection refused")
            .ended(Outcome.INCONCLUSIVE, "not enough evidence");
    WatchReport quiet =
        Stories.begun().poll(3, 0).poll(4, 0).ended(Outcome.INCONCLUSIVE, "not enough evidence");

    assertThat(rule(unreached, Measure.ERROR_RATE).verdict()).isEqualTo(Verdict.NOT_REACHED);
    assertThat(rule(unreached, Measure.ERROR_RATE).text()).isEqualTo("connection refused");
    assertThat(rule(quiet, Measure.ERROR_RATE).verdict()).isEqualTo(Verdict.TOO_LITTLE);
    assertThat(rule(quiet, Measure.ERROR_RATE).text()).contains("7, 20 are needed");
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"ABORTED", "SUPERSEDED", "INCONCLUSIVE"})
  void watchThatProvedNothing_leavesItsRulesOpen(Outcome outcome) {
    WatchReport report = Stories.begun().poll(1000, 4).ended(outcome, "over");

    assertThat(rule(report, Measure.ERROR_RATE).verdict()).isEqualTo(Verdict.TOO_LITTLE);
  }

  @Test
  void limitThatOnlyTells_holds_andSaysHowOftenItWasCrossed() {
    WatchReport report =
        Stories.of(withCpu(Escalation.ALERT))
            .pollCpu(1000, 4, 0.95)
            .pollCpu(1000, 4, 0.97)
            .pollCpu(1000, 4, 0.96)
            .ended(Outcome.HEALTHY, "3 of 3 polls healthy");

    assertThat(rule(report, Measure.CPU).verdict()).isEqualTo(Verdict.HELD);
    assertThat(rule(report, Measure.CPU).worst()).isEqualTo("97%");
    assertThat(rule(report, Measure.CPU).text())
        .isEqualTo("3 of 3 polls at or above 90%; this rule only tells");
  }

  @Test
  void limitThatMayAct_isTheOneThatIsBreached_andTheErrorRateHolds() {
    WatchReport report =
        Stories.of(withCpu(Escalation.ROLLBACK))
            .pollCpu(1000, 4, 0.95)
            .pollCpu(1000, 4, 0.97)
            .pollCpu(1000, 4, 0.96)
            .rolledBack()
            .ended(Outcome.ROLLED_BACK, "rolled back");

    assertThat(report.condemned()).isPresent();
    assertThat(rule(report, Measure.CPU).verdict()).isEqualTo(Verdict.BREACHED);
    assertThat(rule(report, Measure.ERROR_RATE).verdict()).isEqualTo(Verdict.HELD);
  }

  @Test
  void watchUnderWay_isReportedFromItsEntries() {
    WatchReport report = Stories.begun().poll(1000, 4).underWay();

    assertThat(report.outcome()).isEmpty();
    assertThat(report.took()).isEmpty();
    assertThat(rule(report, Measure.ERROR_RATE).verdict()).isEqualTo(Verdict.TOO_LITTLE);
    assertThat(WatchReport.underWay(List.of())).isEmpty();
  }

  @Test
  void stepThatFailed_isFailed_andThoseBehindItStayPlanned() {
    WatchReport report =
        Stories.begun()
            .poll(1000, 71)
            .poll(1000, 71)
            .poll(1000, 71)
            .add(new dev.ripcord.port.Entry.Planned(Examples.plan()))
            .ran(new RunEvent.Begun())
            .ran(new RunEvent.StepBegun(0))
            .ran(new RunEvent.StepFailed(0, "no such image"))
            .ended(Outcome.FAILED, "the rollback failed");

    assertThat(report.steps().stream().map(StepRun::state))
        .containsExactly(
            StepRun.State.FAILED,
            StepRun.State.PLANNED,
            StepRun.State.PLANNED,
            StepRun.State.PLANNED);
    assertThat(report.rolledBackTo()).isEmpty();
  }

  @Test
  void json_hasTheSame() throws IOException {
    JsonNode json = new ObjectMapper().readTree(ReportJson.of(Stories.bad()).toString());

    assertThat(json.path("outcome").asText()).isEqualTo("rolled-back");
    assertThat(json.path("errorRate").asDouble()).isEqualTo(0.0902036);
    assertThat(json.path("rolledBackTo").asText()).isEqualTo("acme/shop:41");
    assertThat(json.path("condemned").path("text").asText()).startsWith("3 breaches in a row");
    assertThat(json.path("rules").get(0).path("rule").asText()).isEqualTo("error-rate");
    assertThat(json.path("rules").get(0).path("verdict").asText()).isEqualTo("breached");
    assertThat(json.path("rules").get(0).path("breaches").asInt()).isEqualTo(3);
    assertThat(json.path("steps").get(0).path("took").asDouble()).isEqualTo(3.8);
    assertThat(json.path("steps").get(3).path("state").asText()).isEqualTo("done");
    assertThat(json.path("refusals")).isEmpty();
  }
}
