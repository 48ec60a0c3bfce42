package dev.ripcord.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Escalation;
import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.ServiceTerms;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicePageTest {
  private static final Rules RULES =
      new Rules(
          Rules.DEFAULT.threshold(),
          Rules.DEFAULT.breaches(),
          20,
          Rules.DEFAULT.normal(),
          Escalation.ROLLBACK,
          Map.of(Measure.LATENCY_P99, new Limit(0.8, Escalation.ALERT)));

  private static String page(ServiceStatus status, List<Point> points, Optional<String> missing) {
    return page(status, points, missing, List.of("metrics http://shop/?a=<b>"));
  }

  private static String page(
      ServiceStatus status, List<Point> points, Optional<String> missing, List<String> sources) {
    WatchStatus old =
        new WatchStatus(
            Examples.ended(16, Outcome.ROLLED_BACK, "rolled <back>, healthy again"),
            Phase.ENDED,
            7,
            false,
            "");
    return new ServicePage(
            status,
            new ServiceTerms(RULES, Duration.ofSeconds(30), sources),
            new ServiceHistory(
                status.service(),
                Window.QUARTER,
                Examples.AT.plusSeconds(20),
                new ServiceHistory.Polls(
                    points,
                    false,
                    Duration.ofSeconds(30),
                    points.stream().findFirst().map(Point::at)),
                missing.isPresent() ? List.of() : List.of(old),
                missing),
            Html.NOTHING,
            Examples.AT.plusSeconds(20))
        .page(Html.NOTHING)
        .main()
        .toString();
  }

  @Test
  void sources_thatWereNotReadYet_areNotTakenForProbes() {
    assertThat(page(Services.polled("shop", Kind.HEALTHY), points(), Optional.empty(), List.of()))
        .contains("Shown after the next poll that can read them.")
        .doesNotContain("own probes");
  }

  private static List<Point> points() {
    List<Point> points = new ArrayList<>();
    Polls.every(Duration.ofSeconds(30), 9, Kind.HEALTHY).forEach(p -> points.add(Point.of(p)));
    points.add(Point.of(Polls.at(Examples.AT, Kind.BREACH)));
    return points;
  }

  private static List<String> labels(String page) {
    return Pattern.compile("role=\"img\" aria-label=\"([^\"]+)\"")
        .matcher(page)
        .results()
        .map((MatchResult m) -> m.group(1))
        .toList();
  }

  @Test
  void youngService_saysWhenItsFirstPollWas_andWhyTheChartsBeginEmpty() {
    assertThat(page(Services.polled("shop", Kind.HEALTHY), points(), Optional.empty()))
        .contains("First recorded poll <time", ">4 min 50 s ago</time>; the charts fill")
        .contains("<a class=\"chip\" href=\"?\">5 min</a>")
        .contains("<a class=\"chip\" href=\"?window=15m\" aria-current=\"true\">15 min</a>");
  }

  @Test
  void releaseUnderWatch_isWatchedSinceItsStart_whateverItDoesNow() {
    WatchStatus watch = Examples.watch(17, "v42");
    WatchStatus rolling = new WatchStatus(watch.row(), Phase.ROLLING_BACK, 7, false, "");

    assertThat(page(Services.watched(watch), points(), Optional.empty()))
        .contains("watching</span>, under watch since <time", "; bake time ends <time");
    assertThat(page(Services.watched(rolling), points(), Optional.empty()))
        .contains("rolling back</span>, under watch since <time")
        .doesNotContain("bake time ends");
  }

  @Test
  void whatNothingWasMeasuredOf_isNamedAndHasNoChart() {
    List<Point> points = List.of(Point.of(Polls.at(Examples.AT, Kind.UNKNOWN)));

    String page = page(Services.polled("shop", Kind.UNKNOWN), points, Optional.empty());

    assertThat(labels(page)).hasSize(1).first().asString().startsWith("error rate of shop");
    assertThat(page).contains("Not measured in this time: requests, latency, CPU, memory.");
  }

  @Test
  void charts_areNamedWithTheirLastValueAndLimit() {
    String page = page(Services.polled("shop", Kind.BREACH), points(), Optional.empty());

    assertThat(labels(page))
        .containsExactly(
            "error rate of shop over 15 min: last 7.1% (71 of 1000), limit 5%, ✖ 1 poll in breach",
            "requests a second of shop over 15 min: last 1000 in 30 s, no limit",
            "latency of shop over 15 min: last p50 12 ms · p95 80 ms · p99 210 ms, limit 800 ms of"
                + " p99",
            "CPU of shop over 15 min: last 42%, no limit",
            "Memory of shop over 15 min: last 61%, no limit");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HEALTHY | Everything that is measured is below its limit: error rate 0.4% (4 of 1000),"
            + " limit 5%.",
        "BREACH  | That is 2 of 3 breaches. No release is under watch, so nothing is rolled back.",
        "WARNING | That limit only alerts: no release is rolled back for it.",
        "UNKNOWN | That is neither good nor bad.",
      })
  void state_isSaidInASentence(Kind kind, String sentence) {
    assertThat(page(Services.polled("shop", kind), points(), Optional.empty()))
        .contains(kind.text() + "</span></div>", sentence);
  }

  @Test
  void figures_areATableToo() {
    String page = page(Services.polled("shop", Kind.HEALTHY), points(), Optional.empty());

    assertThat(page.split("<tr id=\"p", -1)).hasSize(11);
    assertThat(page)
        .contains("<td class=\"number\">7.1% (71 of 1000)</td><td class=\"number\">33.3</td>")
        .contains("<td class=\"number\">210 ms</td>");
  }

  @Test
  void releasesAndSources_areShownEscaped() {
    assertThat(page(Services.polled("shop", Kind.HEALTHY), points(), Optional.empty()))
        .contains("<a href=\"../releases/16\">v42</a>", "rolled back</span>")
        .contains("rolled &lt;back&gt;, healthy again", "metrics http://shop/?a=&lt;b&gt;")
        .doesNotContain("<back>");
  }

  @Test
  void past_thatCannotBeRead_isSaidAndNotLeftOut() {
    assertThat(
            page(
                Services.polled("shop", Kind.HEALTHY),
                List.of(),
                Optional.of("the journal does not answer")))
        .contains("The past cannot be read just now: the journal does not answer")
        .contains("Not known while the journal cannot be read.");
  }

  @Test
  void whatThePollCouldNotMeasure_isSaidBesideTheSentence() {
    Sample sample =
        Examples.sample(1000, 4)
            .because(
                List.of(
                    new Reason(Reason.Code.NO_DATA, "metrics page does not expose cpu"),
                    new Reason(Reason.Code.LOW_VOLUME, "not enough <requests>")));
    ServiceStatus unknown =
        new ServiceStatus(
            Examples.SHOP,
            Optional.of(sample),
            Optional.of(Examples.reading(Kind.UNKNOWN, sample)),
            0,
            RULES.breaches(),
            Optional.empty(),
            Optional.empty());

    assertThat(page(unknown, points(), Optional.empty()))
        .contains("It cannot be judged: not enough &lt;requests&gt;. That is neither good nor bad.")
        .contains("<li>Metrics page does not expose cpu</li>");
  }

  @Test
  void service_thatWasNotPolledYet_isUnknown() {
    assertThat(page(Examples.idle("shop"), List.of(), Optional.empty()))
        .contains("</span> not polled yet</span>", "nothing is known of it yet")
        .doesNotContain("healthy</span>");
  }
}
