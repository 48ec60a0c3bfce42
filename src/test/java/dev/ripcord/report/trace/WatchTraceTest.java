package dev.ripcord.report.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.report.Stories;
import dev.ripcord.report.WatchReport;
import dev.ripcord.report.trace.Trace.Code;
import dev.ripcord.report.trace.Trace.Happening;
import dev.ripcord.report.trace.Trace.Span;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WatchTraceTest {
  private static final String JOURNAL = "5f1d0c9e-0000-4000-8000-000000000001";
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

  private static Trace trace(WatchReport report) {
    return WatchTrace.of(report, JOURNAL, "staging");
  }

  private static List<String> tree(Trace trace) {
    return trace.spans().stream()
        .map(
            span ->
                span.parent()
                        .flatMap(
                            id -> trace.spans().stream().filter(p -> p.id().equals(id)).findFirst())
                        .map(p -> p.name() + " > ")
                        .orElse("")
                    + span.name()
                    + " "
                    + span.status().code())
        .toList();
  }

  private static Span span(Trace trace, String name) {
    return trace.spans().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  private static WatchSpec under(String parent) {
    WatchSpec like = Examples.charter("v42");
    return new WatchSpec(
        like.release(),
        like.rules(),
        like.startedAt(),
        like.warmUp(),
        like.bake(),
        like.interval(),
        like.alertOnly(),
        like.before(),
        like.approval(),
        Optional.of(parent));
  }

  @Test
  void rollback_isASpanOfTheWatch_andEachStepOneOfTheRollback() {
    assertThat(tree(trace(Stories.bad())))
        .containsExactly(
            "watch ERROR",
            "watch > rollback OK",
            "rollback > image OK",
            "rollback > drain OK",
            "rollback > down OK",
            "rollback > verify OK");
  }

  @Test
  void steps_beginAndEndAsTheJournalSays() {
    WatchReport report = Stories.bad();
    Trace trace = trace(report);
    List<Instant> ran =
        report.entries().stream()
            .filter(each -> each.entry() instanceof Entry.Ran)
            .map(each -> each.at())
            .toList();

    assertThat(span(trace, "image"))
        .extracting(Span::begin, Span::end)
        .containsExactly(ran.get(1), ran.get(2));
    assertThat(span(trace, "down"))
        .extracting(Span::begin, Span::end)
        .containsExactly(ran.get(5), ran.get(6));
    assertThat(span(trace, "verify"))
        .extracting(Span::begin, Span::end)
        .containsExactly(ran.get(6), ran.getLast());
    assertThat(span(trace, "rollback").end()).isEqualTo(ran.getLast());
    assertThat(span(trace, "watch"))
        .extracting(Span::begin, Span::end)
        .containsExactly(Examples.AT, report.row().endedAt().orElseThrow());
  }

  @Test
  void attributes_areThoseOfTheConventions_andOurOwn() {
    Trace trace = trace(Stories.bad());

    assertThat(trace.resource())
        .containsEntry("service.name", "shop")
        .containsEntry("service.version", "v42")
        .containsEntry("deployment.environment.name", "staging")
        .hasSize(3);
    assertThat(trace.spans().getFirst().attributes())
        .containsEntry("ripcord.release", "v42")
        .containsEntry("ripcord.watch", 17L)
        .containsEntry("ripcord.outcome", "rolled-back")
        .containsEntry("ripcord.previous_image", "acme/shop:41")
        .containsEntry("deployment.name", "v42")
        .containsEntry("deployment.status", "failed");
    assertThat(span(trace, "down").attributes())
        .containsEntry("ripcord.migration", "01_add_email")
        .containsEntry("ripcord.step", 3L)
        .containsEntry("ripcord.step.state", "done")
        .containsEntry("ripcord.step.result", "01 reverted");
  }

  @Test
  void whatHappenedMeanwhile_isOnTheSpan() {
    Trace trace = trace(Stories.bad());

    assertThat(trace.spans().getFirst().moments())
        .extracting(Happening::name)
        .containsExactly("condemned");
    assertThat(span(trace, "verify").moments())
        .extracting(each -> each.attributes().get("ripcord.verdict"))
        .containsExactly("healthy", "healthy", "healthy");
  }

  @Test
  void stepThatFails_saysWhy_andWhatWasNotBegunHasNoSpan() {
    Stories story = Stories.begun().poll(1000, 71).poll(1020, 90).poll(1031, 93);
    story.add(new Entry.Planned(Examples.plan()));
    story.ran(new RunEvent.Begun());
    story.ran(new RunEvent.StepBegun(0));
    story.ran(new RunEvent.StepFailed(0, "no space left"));
    Trace trace = trace(story.ended(Outcome.FAILED, "step 1 failed\nmore"));

    assertThat(tree(trace))
        .containsExactly("watch ERROR", "watch > rollback ERROR", "rollback > image ERROR");
    assertThat(span(trace, "image").status().text()).isEqualTo("failed: no space left");
    assertThat(trace.spans().getFirst().status().text()).isEqualTo("step 1 failed");
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void deployment_isGoodOrBad_orNotKnown(Outcome outcome) {
    Span root = trace(Stories.begun().poll(1240, 5).ended(outcome, "so")).spans().getFirst();

    switch (outcome) {
      case HEALTHY -> {
        assertThat(root.status().code()).isEqualTo(Code.OK);
        assertThat(root.attributes()).containsEntry("deployment.status", "succeeded");
      }
      case ROLLED_BACK, ROLLED_BACK_UNHEALTHY, FAILED, CONDEMNED -> {
        assertThat(root.status().code()).isEqualTo(Code.ERROR);
        assertThat(root.attributes()).containsEntry("deployment.status", "failed");
      }
      case INCONCLUSIVE, ABORTED, SUPERSEDED -> {
        assertThat(root.status().code()).isEqualTo(Code.UNSET);
        assertThat(root.attributes()).doesNotContainKey("deployment.status");
      }
    }
  }

  @Test
  void whatPeopleAsked_isSaidWithTheirNames() {
    Stories story = Stories.begun();
    story.add(new Entry.Watched(new WatchEvent.PauseAsked("ann", Examples.AT.plusSeconds(60))));
    story.add(new Entry.Watched(new WatchEvent.ResumeAsked("bob")));

    Span root = trace(story.ended(Outcome.SUPERSEDED, "v43")).spans().getFirst();

    assertThat(root.moments())
        .extracting(each -> each.name() + " " + each.attributes().get("ripcord.by"))
        .containsExactly("paused ann", "resumed bob");
  }

  @Test
  void sameWatch_isTheSameTrace_andAnotherJournalAnother() {
    Trace once = trace(Stories.bad());

    assertThat(trace(Stories.bad())).isEqualTo(once);
    assertThat(once.traceId()).matches("[0-9a-f]{32}");
    assertThat(once.spans()).extracting(Span::id).doesNotHaveDuplicates();
    assertThat(once.spans()).allMatch(span -> span.id().matches("[0-9a-f]{16}"));
    assertThat(WatchTrace.of(Stories.bad(), "other", "staging").traceId())
        .isNotEqualTo(once.traceId());
  }

  @ParameterizedTest
  @CsvSource({"01, true", "00, false", "zz, false"})
  void traceOfThePipeline_isJoined_whereItIsRecorded(String flags, boolean joined) {
    Trace trace =
        trace(Stories.of(under(PARENT + flags)).poll(1240, 5).ended(Outcome.HEALTHY, "well"));

    assertThat(trace.traceId().equals("0af7651916cd43dd8448eb211c80319c")).isEqualTo(joined);
    assertThat(trace.spans().getFirst().parent().isPresent()).isEqualTo(joined);
  }

  @Test
  void clockThatWasSetBack_makesNoSpanThatEndsBeforeItBegins() {
    Stories story = Stories.begun();
    story.add(new Entry.ClockJumped(Duration.ofHours(-1)));
    WatchReport report = story.ended(Outcome.HEALTHY, "well");
    WatchRow early =
        new WatchRow(
            17,
            report.row().charter(),
            Optional.of(Examples.AT.minusSeconds(3500)),
            report.row().outcome(),
            report.row().text());

    Span root = trace(WatchReport.of(early, report.entries())).spans().getFirst();

    assertThat(root.end()).isEqualTo(root.begin());
  }
}
