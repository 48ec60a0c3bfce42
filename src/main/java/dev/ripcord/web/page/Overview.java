package dev.ripcord.web.page;

import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.silence.Silences;
import dev.ripcord.web.page.PageFrame.Follows;
import dev.ripcord.web.page.PageFrame.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The overview: whether anything is wrong, and every service, the worst first. An open page asks
 * for the rows of the services that were polled and not for all of it again.
 */
final class Overview {
  /** From here on a browser need not lay out what is out of sight. */
  private static final int MANY = 60;

  private static final String HEAD =
      """
      <div class="head" aria-hidden="true"><span>Service</span><span>State</span><span>Error rate</span>\
      <span>Last 60 polls against the limit</span><span>Release</span><span>Last poll</span></div>
      """;

  private final List<ServiceStatus> services;
  private final Optional<String> unready;
  private final RecentPolls recent;
  private final OverviewQuery query;
  private final Silences silences;
  private final Instant now;

  Overview(
      List<ServiceStatus> services,
      Optional<String> unready,
      RecentPolls recent,
      OverviewQuery query,
      Silences silences,
      Instant now) {
    this.services = services;
    this.unready = unready;
    this.recent = recent;
    this.query = query;
    this.silences = silences;
    this.now = now;
  }

  Page page(Html account) {
    List<ServiceStatus> shown = services.stream().filter(query::matches).toList();
    Html lists =
        query.grouped()
            ? Html.join(groups(shown).entrySet().stream().map(e -> group(e.getKey(), e.getValue())))
            : list("", shown);
    Html main =
        Html.join(
            answer(),
            filter(),
            found(shown.size()),
            shown.isEmpty() ? nobody() : Html.join(Html.of(HEAD), lists));
    return new Page(title(), 0, new Follows(Follows.Kind.ROWS, ""), account, main);
  }

  /** The answer, and the rows of some services as far as they are to be shown. */
  Html rows(Collection<String> names) {
    List<ServiceStatus> asked =
        services.stream()
            .filter(s -> names.contains(s.service().text()))
            .filter(query::matches)
            .toList();
    return Html.of(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>{} · Ripcord</title></head><body>\n{}{}"
            + "<ul>\n{}</ul>\n</body></html>\n",
        title(),
        answer(),
        found((int) services.stream().filter(query::matches).count()),
        Html.join(asked.stream().map(this::row)));
  }

  private Html found(int shown) {
    return Html.of(
        "<p id=\"found\" class=\"small muted\" role=\"status\">{}</p>\n",
        shown == services.size() ? "" : shown + " of " + services.size() + " services are shown");
  }

  private String title() {
    return new Summary(services, unready).title();
  }

  private Html answer() {
    return Html.of(
        "<div id=\"answer\">\n<h1>{}</h1>\n{}{}</div>\n",
        new Summary(services, unready).line(),
        unready
            .map(why -> Html.of("<p class=\"alarm\">✖ Ripcord itself is not ready: {}</p>\n", why))
            .orElse(Html.NOTHING),
        chips());
  }

  private Html chips() {
    List<Html> chips = new ArrayList<>();
    chips.add(chip(Optional.empty(), services.size() + " in all"));
    for (OverviewQuery.State state : OverviewQuery.State.values()) {
      long count = services.stream().filter(state::holds).count();
      if (count > 0) {
        chips.add(chip(Optional.of(state), count + " " + state.words()));
      }
    }
    return Html.of(
        "<nav class=\"chips\" aria-label=\"Services by state\">{}{}</nav>\n",
        Html.join(chips),
        silenced());
  }

  /** Why nothing may have been heard of what is seen here. */
  private Html silenced() {
    long count = silences.all().stream().filter(each -> each.holds(now)).count();
    return count == 0
        ? Html.NOTHING
        : Html.of(
            "<a class=\"chip hushed\" href=\"silences\">{}</a>",
            count == 1 ? "1 silence holds" : count + " silences hold");
  }

  private Html chip(Optional<OverviewQuery.State> state, String words) {
    return Html.of(
        "<a class=\"chip {}\" href=\"{}\"{}>{}</a>",
        state.map(OverviewQuery.State::text).orElse("all"),
        query.with(state),
        state.equals(query.state()) ? Html.of(" aria-current=\"true\"") : Html.NOTHING,
        words);
  }

  private Html filter() {
    List<Html> states = new ArrayList<>();
    states.add(Html.of("<option value=\"\">any state</option>"));
    Arrays.stream(OverviewQuery.State.values())
        .forEach(
            s ->
                states.add(
                    Html.of(
                        "<option value=\"{}\"{}>{}</option>",
                        s.text(),
                        query.state().equals(Optional.of(s)) ? Html.of(" selected") : Html.NOTHING,
                        s.words())));
    return Html.of(
        """
        <form id="filter" class="filter" method="get" action="./" role="search" data-keep>
        <label for="q" class="unseen">Search services by name</label>
        <input id="q" name="q" type="search" placeholder="Search services" value="{}" maxlength="63" autocomplete="off">
        <label for="state" class="unseen">Show services in state</label>
        <select id="state" name="state">{}</select>
        <label class="check"><input type="checkbox" name="group" value="prefix"{}> group by prefix</label>
        <button type="submit">Show</button>
        </form>
        """,
        query.search(),
        Html.join(states),
        query.grouped() ? Html.of(" checked") : Html.NOTHING);
  }

  private Html nobody() {
    return services.isEmpty()
        ? Html.of(
            "<p class=\"card\">No service is configured: add one below <code>services</code> in"
                + " the configuration.</p>\n")
        : Html.of(
            "<p class=\"card\">No service matches. <a href=\"./\">Show all {}</a></p>\n",
            services.size());
  }

  private Map<String, List<ServiceStatus>> groups(List<ServiceStatus> shown) {
    Map<String, List<ServiceStatus>> groups = new LinkedHashMap<>();
    sorted(shown)
        .forEach(s -> groups.computeIfAbsent(query.group(s), _ -> new ArrayList<>()).add(s));
    return groups;
  }

  private Html group(String name, List<ServiceStatus> members) {
    return Html.of(
        "<section aria-labelledby=\"g-{}\">\n"
            + "<h2 id=\"g-{}\">{} <span class=\"muted small\">{}</span></h2>\n"
            + "{}</section>\n",
        name,
        name,
        name,
        members.size() == 1 ? "1 service" : members.size() + " services",
        list(name, members));
  }

  private Html list(String group, List<ServiceStatus> members) {
    return Html.of(
        "<ul class=\"rows{}\" data-rows=\"{}\">\n{}</ul>\n",
        services.size() > MANY ? " many" : "",
        group,
        Html.join(sorted(members).stream().map(this::row)));
  }

  private static List<ServiceStatus> sorted(List<ServiceStatus> services) {
    return services.stream().sorted(Comparator.comparing(Standing::order)).toList();
  }

  private Html row(ServiceStatus status) {
    return new ServiceRow(status, silences.of(status.service(), now), now)
        .html(query.group(status), recent.of(status.service()));
  }
}
