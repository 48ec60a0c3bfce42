package dev.ripcord.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.HealthReading;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.silence.Silences;
import dev.ripcord.watch.WatchState.Phase;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverviewTest {
  private static final Instant NOW = Examples.AT.plusSeconds(20);
  private static final List<ServiceStatus> SERVICES =
      List.of(
          Services.polled("pay-api", HealthReading.Kind.HEALTHY),
          Services.polled("pay-mail", HealthReading.Kind.UNKNOWN),
          Services.polled("search", HealthReading.Kind.BREACH),
          Services.polled("stock-api", HealthReading.Kind.WARNING),
          Services.watched(Examples.watch(17, "v42")));

  private static Overview overview(String query) {
    return overview(SERVICES, query);
  }

  private static Overview overview(List<ServiceStatus> services, String query) {
    MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
    for (String each : query.split("&", -1)) {
      int is = each.indexOf('=');
      if (is > 0) {
        parameters.add(each.substring(0, is), each.substring(is + 1));
      }
    }
    return new Overview(
        services,
        Optional.empty(),
        new RecentPolls(),
        OverviewQuery.of(parameters),
        Silences.NONE,
        NOW);
  }

  private static List<String> shown(String html) {
    return Pattern.compile("id=\"s-([^\"]+)\"")
        .matcher(html)
        .results()
        .map((MatchResult m) -> m.group(1))
        .toList();
  }

  private static List<String> shownFor(String query) {
    return shown(overview(query).page(Html.NOTHING).main().toString());
  }

  @Test
  void services_areListedWorstFirst() {
    assertThat(shownFor("")).containsExactly("search", "stock-api", "pay-mail", "shop", "pay-api");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "q=PAY, pay-mail pay-api",
        "q=api&state=healthy, pay-api",
        "state=breach, search",
        "state=warning, stock-api",
        "state=unknown, pay-mail",
        "state=healthy, shop pay-api",
        "state=release, shop",
        "state=nonsense, search stock-api pay-mail shop pay-api",
        "q=nobody, ''",
        "group=prefix, search stock-api pay-mail pay-api shop",
      })
  void query_saysWhichAreShown(String query, String names) {
    assertThat(String.join(" ", shownFor(query))).isEqualTo(names);
  }

  @Test
  void group_isWhatStandsBeforeTheFirstSeparator() {
    assertThat(overview("group=prefix").page(Html.NOTHING).main().toString())
        .contains("<h2 id=\"g-pay\">pay <span class=\"muted small\">2 services</span></h2>")
        .contains("data-rows=\"stock\"", "data-rows=\"search\"");
  }

  @Test
  void row_saysStateErrorRateLimitReleaseAndAge() {
    String page = overview("").page(Html.NOTHING).main().toString();

    assertThat(page)
        .contains("<b>7.1%</b><small>71 of 1000, limit 5%</small>")
        .contains("2 of 3 breaches")
        .contains("<progress max=\"900\" value=\"20\" aria-label=\"bake time of v42\">")
        .contains("20 s of 15 min, poll 3")
        .contains("<a href=\"releases/17\">v42</a>")
        .contains("<a href=\"services/search\">search</a>")
        .contains(">20 s ago</time>")
        .contains("aria-label=\"search: no polls yet\"");
  }

  @Test
  void row_ofARollback_saysNothingOfTheBakeTime() {
    WatchStatus rolling =
        new WatchStatus(Examples.watch(17, "v42").row(), Phase.ROLLING_BACK, 7, false, "");
    String page =
        overview(List.of(Services.watched(rolling)), "").page(Html.NOTHING).main().toString();

    assertThat(page)
        .contains("<a href=\"releases/17\">v42</a>", "rolling back", "7 polls")
        .doesNotContain("<progress", "of 15 min");
  }

  @Test
  void rows_areThoseAskedForAsFarAsTheQueryShowsThem() {
    String rows =
        overview("state=healthy").rows(List.of("shop", "search", "unheard-of")).toString();

    assertThat(shown(rows)).containsExactly("shop");
    assertThat(rows).contains("<div id=\"answer\">", "Something is wrong: 1 in breach");
  }

  @Test
  void recentPolls_areBoundedAndFilledFromBefore() {
    RecentPolls recent = new RecentPolls();
    for (int i = 0; i < 50; i++) {
      recent.polled(
          Examples.SHOP,
          Examples.sample(1000, 71),
          Examples.reading(HealthReading.Kind.BREACH, Examples.sample(1000, 71)),
          1,
          Duration.ZERO);
    }
    recent.fill(Examples.SHOP, Polls.every(Duration.ofSeconds(30), 40, HealthReading.Kind.HEALTHY));

    RecentPolls.Recent kept = recent.of(Examples.SHOP);
    List<RecentPolls.Poll> polls = kept.polls();
    assertThat(polls).hasSize(RecentPolls.MAX);
    assertThat(polls.stream().filter(p -> p.kind() == HealthReading.Kind.HEALTHY)).hasSize(10);
    assertThat(polls.getFirst().kind()).isEqualTo(HealthReading.Kind.HEALTHY);
    assertThat(Sparkline.of(Examples.SHOP, kept, Optional.of(Services.LIMIT)).toString())
        .contains(
            "aria-label=\"shop: last 60 polls: 10 healthy, 50 breach; last error rate 7.1% (71 of"
                + " 1000), limit 5%\"");

    recent.left(Examples.SHOP);
    assertThat(recent.of(Examples.SHOP).polls()).isEmpty();
  }
}
