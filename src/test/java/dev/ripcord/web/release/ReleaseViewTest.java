package dev.ripcord.web.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Sample;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.report.WatchReport;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.BakeTime;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchState.Phase;
import dev.ripcord.web.page.Html;
import dev.ripcord.web.page.PageFrame.Follows;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReleaseViewTest {
  private final List<Recorded> entries = new ArrayList<>();

  private void happened(Entry entry) {
    entries.add(Examples.recorded(entries.size() + 1L, entry));
  }

  private void poll(long errors) {
    Sample sample =
        Examples.at(Examples.sample(1000, errors), Examples.AT.plusSeconds(60 + entries.size()));
    happened(new Entry.Watched(new WatchEvent.Sampled(sample)));
  }

  private ReleaseView view(WatchStatus watch) {
    WatchReport report = WatchReport.of(watch.row(), entries);
    DecisionForms forms = new DecisionForms(watch, report, Optional.empty(), "admin");
    return new ReleaseView(
        watch, report, forms, watch.row().charter().startedAt().plus(Duration.ofMinutes(2)));
  }

  private WatchStatus running() {
    WatchStatus like = Examples.watch(17, "v42");
    happened(new Entry.Opened(like.row().charter()));
    return new WatchStatus(
        like.row(), Phase.WATCHING, 3, true, "can be rolled back: 2 down migrations");
  }

  private static String main(ReleaseView view) {
    return view.page(Html.NOTHING).main().toString();
  }

  @Test
  void watch_underWay_showsItsProgressAndWhetherItCanGoBack() {
    WatchStatus watch = running();
    poll(4);
    poll(71);

    ReleaseView view = view(watch);

    assertThat(main(view))
        .contains("shop v42", "watching", "Yes: 2 down migrations", "acme/shop:41")
        .contains("Bake time: 2 min of 15 min, 3 polls, 1 of 3 breaches", "1 of 3")
        .contains("<td>1 of 2 polls in breach</td>")
        .contains("7.1% (71 of 1000)", "0.4% (4 of 1000)")
        .contains(
            "aria-label=\"Error rate of 2 polls: last 7.1% (71 of 1000), highest 7.1% (71 of 1000),"
                + " limit 5%, 1 in breach\"")
        .doesNotContain("rolled back");
    assertThat(view.page(Html.NOTHING).follows()).isEqualTo(new Follows(Follows.Kind.WATCH, "17"));
  }

  @Test
  void pause_saysWhoAndUntilWhen_andStopsTheBakeTime() {
    WatchStatus watch = running();
    Instant began = watch.row().charter().startedAt();
    happened(new Entry.Watched(new WatchEvent.PauseAsked("kim", began.plusSeconds(602))));
    poll(4);
    WatchStatus paused =
        new WatchStatus(
            watch.row(),
            Phase.PAUSED,
            0,
            true,
            watch.rollback(),
            BakeTime.of(WatchProjection.fold(entries).state()),
            false);

    assertThat(main(view(paused)))
        .contains(
            "Paused by kim until <time datetime=\""
                + began.plusSeconds(602).truncatedTo(ChronoUnit.SECONDS))
        .contains("Bake time: 2 s of 15 min, 0 polls counted, 0 of 3 breaches")
        .contains(
            "bake time ends <time datetime=\""
                + began.plusSeconds(1500).truncatedTo(ChronoUnit.SECONDS))
        .contains("paused by kim until");
  }

  @Test
  void rollback_showsTheMomentOfCondemnationAndItsSteps() {
    running();
    poll(71);
    poll(72);
    poll(73);
    happened(new Entry.Planned(Examples.plan()));
    happened(new Entry.Ran(new RunEvent.Begun()));
    happened(new Entry.Ran(new RunEvent.StepBegun(0)));
    happened(
        new Entry.Ran(new RunEvent.StepDone(0, "41 serves", Duration.ofMillis(3800), List.of())));
    happened(new Entry.Ran(new RunEvent.StepBegun(1)));
    WatchRow row = Examples.ended(17, Outcome.FAILED, "a down failed");

    String main = main(view(new WatchStatus(row, Phase.ENDED, 3, false, "was begun")));

    assertThat(main)
        .contains("✖ Condemned at", "3 breaches in a row of 5% or more", "3 of 3")
        .contains("A down failed. Ended", "41 serves", "3.8 s", "under way", "planned")
        .contains("report?format=md", "report?format=json")
        .doesNotContain("<progress", "Sign in");
  }

  @Test
  void picture_isAsWideAsTheBakeTime_whileTheReleaseIsWatched() {
    WatchStatus watch = running();
    poll(4);

    assertThat(main(view(watch)))
        .as("30 polls fit into 15 minutes")
        .contains("<rect class=\"good\" x=\"0.00%\" y=\"93.60%\" width=\"2.67%\"")
        .contains("bake time ends <time", "<td>holds so far</td>");
  }

  @Test
  void picture_saysWhereTheReleaseWasCondemned_andWhatCameAfter() {
    running();
    poll(71);
    poll(72);
    poll(73);
    happened(new Entry.Planned(Examples.plan()));
    happened(new Entry.Ran(new RunEvent.Begun()));
    WatchStatus rolling =
        new WatchStatus(
            Examples.watch(17, "v42").row(), Phase.ROLLING_BACK, 3, false, "rolling back");

    assertThat(main(view(rolling)))
        .contains("<b>highest 7.3% (73 of 1000)</b>", ">condemned</text>")
        .contains("Rollback: step 1 of 4, image")
        .contains("<progress id=\"baked\" max=\"4\" value=\"0\">")
        .doesNotContain("bake time ends");
  }

  @Test
  void refusal_saysWhatToDoNext() {
    WatchStatus watch = running();
    happened(new Entry.Refused(List.of(new Refusal("gone", "the image is gone", "push it"))));

    assertThat(main(view(watch))).contains("✖ Refused: the image is gone. Next: push it.");
  }

  @Test
  void textFromOutside_isEscaped() {
    WatchStatus watch = running();
    happened(new Entry.Refused(List.of(new Refusal("x", "<script>alert(1)</script>", "\"><b>"))));

    assertThat(main(view(watch)))
        .contains("&lt;script&gt;", "&quot;&gt;&lt;b&gt;")
        .doesNotContain("<script>", "<b>");
  }
}
