package dev.ripcord.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.json.Examples;
import dev.ripcord.watch.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report that people read, and that it stays what it is whatever a service has sent. */
final class ReportMarkdownTest {
  @Test
  void report_saysTheVerdictFirst_thenFiguresPictureStepsAndWhatRemains() {
    String document = ReportMarkdown.of(Stories.bad());

    assertThat(document)
        .startsWith(
            """
            # shop v42: rolled-back

            ↺ **rolled-back**: rolled back, healthy again; schema as before the release.

            | | |
            |---|---|
            | image | `acme/shop:42` → `acme/shop:41` |
            """)
        .contains(
            "| error rate | ✖ breached | 9.0% (93 of 1031) | 5% | 0.4% (4 of 1000) | 3 of 4 polls |"
                + " roll back |",
            "| 1 | image :42 → :41 | ✔ done | 3.8 s | acme/shop:41 runs |",
            "1 image, 1 down migration: both only add.",
            "- 12 rows of orders kept in salvage 7, restore with: `ripcord salvage restore 7`",
            "3 of 3");
    assertThat(document.lines().filter(line -> line.startsWith("## ")))
        .containsExactly(
            "## Figures against their limits",
            "## Error rate",
            "## The rollback",
            "## What was kept",
            "## What remains to be done",
            "## What happened (UTC)");
  }

  @Test
  void healthyRelease_hasNoRollback() {
    assertThat(ReportMarkdown.of(Stories.good()))
        .startsWith("# shop v42: healthy\n\n✔ **healthy**: 3 of 3 polls healthy.\n")
        .doesNotContain("## The rollback", "## What was kept");
  }

  @Test
  void watchUnderWay_saysSo() {
    assertThat(ReportMarkdown.of(Stories.begun().poll(1000, 4).underWay()))
        .startsWith("# shop v42: under way\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/x.png)",
        "[click](https://evil.example)",
        "@octocat look",
        "a | b | c",
        "`code` and ```fence```",
        "# heading\n- list",
        "https://evil.example/?q",
      })
  void textFromOutside_isShownAndDoesNothing(String sent) {
    WatchReport report =
        Stories.begun()
            .blind(dev.ripcord.health.Reason.Code.CONNECT, sent)
            .ended(Outcome.INCONCLUSIVE, sent);
    String running =
        ReportMarkdown.of(report)
            .lines()
            .filter(line -> !line.startsWith("    "))
            .reduce("", (a, b) -> a + "\n" + b);

    assertThat(running)
        .doesNotContain("<img", "@octocat", "https://", "\n- list", "\n# heading")
        .doesNotContainPattern("(?<!\\\\)(`code|!\\[|\\]\\()");
    assertThat(running.lines().filter(line -> line.startsWith("| error rate")))
        .allSatisfy(line -> assertThat(line.split("(?<!\\\\)\\|", -1)).hasSize(9));
  }

  @Test
  void codeSpan_holdsBackticks_andIsNotEndedByThem() {
    assertThat(Markdown.code("a``b|c")).isEqualTo("```a``b\\|c```");
    assertThat(Markdown.code("`")).isEqualTo("`` ` ``");
  }

  @Test
  void lineThatWouldBeAList_isText() {
    assertThat(Markdown.text("- a")).isEqualTo("\\- a");
    assertThat(Markdown.text("1. a")).isEqualTo("1\\. a");
    assertThat(Markdown.text("3 of 3 polls healthy")).isEqualTo("3 of 3 polls healthy");
  }

  @Test
  void longStory_isCutInItsMiddle_andFits() {
    Stories story = Stories.begun();
    for (int i = 0; i < 3000; i++) {
      story.poll(1000, 4);
    }
    WatchReport report = story.ended(Outcome.HEALTHY, "3000 of 3000 polls healthy");

    String document = ReportMarkdown.within(report, 20_000);

    assertThat(document.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(20_000);
    assertThat(document)
        .startsWith("# shop v42: healthy\n")
        .contains("poll 1 ", "poll 3000 ", "lines are left out here");
    assertThat(ReportMarkdown.within(report, 200)).startsWith("# shop v42: healthy\n");
    assertThat(ReportMarkdown.within(report, 10)).isEmpty();
  }

  @Test
  void picture_hasABarForEachPoll_theLimit_andHowEachWasJudged() {
    List<String> lines =
        RateChart.lines(Stories.bad().polls(), Examples.charter("v42").rules().threshold());

    assertThat(lines)
        .containsExactly(
            "9% │  ▇█",
            "   │ ▆██",
            "5% ┼┄███┄ limit",
            "   │ ███",
            "   │ ███",
            "0% │▂███",
            "    ✔✖✖✖",
            "    03:04:35 03:06:05 UTC");
  }

  @Test
  void pictureOfManyPolls_isAsWideAsAPage_andShowsTheWorstOfEach() {
    Stories story = Stories.begun();
    for (int i = 0; i < 600; i++) {
      story.poll(1000, i == 13 ? 100 : 4);
    }
    List<String> lines =
        RateChart.lines(story.underWay().polls(), Examples.charter("v42").rules().threshold());

    assertThat(lines.get(lines.size() - 2).strip()).hasSize(60).contains("✖");
    assertThat(lines.getFirst()).contains("█");
  }

  @Test
  void pictureWithoutPolls_isNone() {
    assertThat(RateChart.lines(List.of(), Examples.charter("v42").rules().threshold())).isEmpty();
  }
}
