package dev.ripcord.web.page;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.ServiceTerms;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.watch.WatchState.Phase;
import dev.ripcord.web.page.PageFrame.Follows;
import dev.ripcord.web.page.PageFrame.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The page of one service: its state in a sentence, its figures over time, its releases. */
final class ServicePage {
  private final ServiceStatus status;
  private final ServiceTerms terms;
  private final ServiceHistory history;
  private final Html silencing;
  private final Instant now;

  /**
   * One service.
   *
   * @param silencing whose silences hold for it, and the buttons for them
   */
  ServicePage(
      ServiceStatus status,
      ServiceTerms terms,
      ServiceHistory history,
      Html silencing,
      Instant now) {
    this.status = status;
    this.terms = terms;
    this.history = history;
    this.silencing = silencing;
    this.now = now;
  }

  Page page(Html account) {
    Rules rules = rules();
    Html main =
        Html.join(
            head(),
            windows(),
            history
                .missing()
                .map(
                    why ->
                        Html.of(
                            "<p class=\"alarm\">? The past cannot be read just now: {}</p>\n", why))
                .orElse(Html.NOTHING),
            Chart.HATCH,
            new ChartFigure(history, rules, status.sample()).all(),
            legend(),
            new PollTable(history, rules.threshold()).html(),
            releases(),
            sources());
    return new Page(
        mark().sign() + " " + status.service(),
        1,
        new Follows(Follows.Kind.SERVICE, status.service().text()),
        account,
        main);
  }

  /** Those of the release under watch, else of the configuration. */
  private Rules rules() {
    return status.watch().map(w -> w.row().charter().rules()).orElse(terms.rules());
  }

  private Mark mark() {
    return status.heldBy().isPresent() ? Mark.UNKNOWN : Mark.of(Standing.kind(status));
  }

  private Html head() {
    String word =
        status.heldBy().isPresent()
            ? "held by another process"
            : status.reading().map(r -> r.kind().text()).orElse("not polled yet");
    return Html.of(
        "<div class=\"answer\"><h1>{}</h1> {}</div>\n<p class=\"lead\">{}</p>\n{}{}<div"
            + " class=\"now\"><p class=\"lead small\">{}</p>\n{}</div>\n",
        status.service(),
        mark().with(word),
        meaning(),
        watching(),
        besides(),
        polling(),
        silencing);
  }

  private String meaning() {
    if (status.heldBy().isPresent()) {
      return "It is watched by " + status.heldBy().get() + "; nothing is measured or done here.";
    }
    if (status.reading().isEmpty()) {
      return "It was not polled since this daemon began: nothing is known of it yet.";
    }
    HealthReading reading = status.reading().get();
    return switch (reading.kind()) {
      case HEALTHY ->
          "Everything that is measured is below its limit: "
              + rate()
              + ", limit "
              + rules().threshold()
              + ".";
      case WARNING ->
          sentence(reading.why()) + ". That limit only alerts: no release is rolled back for it.";
      case BREACH -> sentence(reading.why()) + ". " + consequence();
      case UNKNOWN -> "It cannot be judged: " + reading.why() + ". That is neither good nor bad.";
    };
  }

  private static String sentence(String text) {
    return text.startsWith("cpu") ? "CPU" + text.substring(3) : capital(text);
  }

  private static String capital(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** What the last poll says besides: above all what it could not measure, and why. */
  private Html besides() {
    List<String> texts =
        status.reading().stream()
            .flatMap(r -> r.reasons().stream())
            .map(Reason::text)
            .distinct()
            .filter(text -> !text.equals(status.reading().get().why()))
            .toList();
    return texts.isEmpty()
        ? Html.NOTHING
        : Html.of(
            "<ul class=\"besides small muted\">\n{}</ul>\n",
            Html.join(texts.stream().map(text -> Html.of("<li>{}</li>\n", sentence(text)))));
  }

  private String rate() {
    return ServiceRow.judged(status)
        .map(c -> "error rate " + FigureText.rateOf(c, rules().threshold()))
        .orElse("error rate not measured");
  }

  private String consequence() {
    Breaches breaches = status.breaches();
    String count =
        status.streak() == 0
            ? breaches + " breaches condemn a release."
            : "That is " + ServiceRow.streak(status) + ".";
    return status.watch().isPresent()
        ? count
        : count + " No release is under watch, so nothing is rolled back.";
  }

  private Html watching() {
    return status
        .watch()
        .map(
            watch ->
                Html.of(
                    "<p class=\"lead\">Release <a href=\"../releases/{}\">{}</a> {}, under watch"
                        + " since {}{}. {}</p>\n",
                    watch.row().id(),
                    watch.row().charter().release().name(),
                    Mark.of(watch).with(Mark.word(watch)),
                    TimeText.moment(watch.row().charter().startedAt()),
                    watch.phase() == Phase.ROLLING_BACK
                        ? Html.NOTHING
                        : Html.of(
                            "; bake time ends {}",
                            TimeText.moment(watch.bake().ends(watch.row().charter()))),
                    sentence(watch.rollback())))
        .orElse(Html.NOTHING);
  }

  private Html polling() {
    List<Html> parts = new ArrayList<>();
    status.sample().ifPresent(s -> parts.add(Html.of("Last poll {}. ", TimeText.ago(s.at(), now))));
    status.nextPoll().ifPresent(at -> parts.add(Html.of("Next poll at {}. ", TimeText.clock(at))));
    parts.add(Html.of("A poll every {}.", TimeText.span(terms.interval())));
    return Html.join(parts);
  }

  private Html windows() {
    Window fitting = Window.fitting(terms.interval(), history.polls().first(), now);
    List<Html> links = new ArrayList<>();
    if (!Window.NAMED.contains(fitting)) {
      boolean isGrowing = history.polls().first().equals(Optional.of(now.minus(fitting.length())));
      links.add(window(fitting, isGrowing ? "all since the first poll" : fitting.words()));
    }
    Window.NAMED.forEach(each -> links.add(window(each, each.words())));
    return Html.of(
        "<div class=\"windows\"><nav class=\"chips\" aria-label=\"How much of the past\"><span"
            + " class=\"muted small\">Charts of</span> {}</nav>{}</div>\n",
        Html.join(links),
        begins());
  }

  private Html window(Window window, String words) {
    return Html.of(
        "<a class=\"chip\" href=\"?{}\"{}>{}</a>",
        window.text().isEmpty() ? "" : "window=" + window.text(),
        window.equals(history.window()) ? Html.of(" aria-current=\"true\"") : Html.NOTHING,
        words);
  }

  /** Why the charts begin empty, where they do. */
  private Html begins() {
    return history
        .begins()
        .map(
            first ->
                Html.of(
                    "<p class=\"small muted\">First recorded poll {}; the charts fill from the"
                        + " right.</p>",
                    TimeText.ago(first, now)))
        .orElse(Html.NOTHING);
  }

  private Html legend() {
    return Html.of(
        "<p class=\"small muted legend\"><i class=\"limit\"></i>limit <i class=\"breach\"></i>poll"
            + " in breach <i class=\"unknown\"></i>unknown, neither good nor bad <i"
            + " class=\"none\"></i>nothing was recorded <i class=\"release\"></i>a release"
            + " began</p>\n");
  }

  private Html releases() {
    if (history.watches().isEmpty()) {
      return Html.of(
          "<h2>Releases</h2>\n<p class=\"muted\">{}</p>\n",
          history.missing().isPresent()
              ? "Not known while the journal cannot be read."
              : "No release of it was watched yet.");
    }
    return Html.of(
        """
        <h2>Releases</h2>
        <section class="scroll" tabindex="0" aria-label="Releases of {}">
        <table><caption>The last releases, newest first.</caption><thead><tr><th scope="col">Release</th><th scope="col">State</th>\
        <th scope="col">Began</th><th scope="col">Image</th><th scope="col">What became of it</th></tr></thead>
        <tbody>
        {}</tbody></table></section>
        """,
        status.service(),
        Html.join(history.watches().stream().map(ServicePage::release)));
  }

  private static Html release(WatchStatus watch) {
    return Html.of(
        "<tr><th scope=\"row\"><a href=\"../releases/{}\">{}</a></th><td>{}</td><td>{}</td><td"
            + " class=\"mono\">{}</td><td>{}</td></tr>\n",
        watch.row().id(),
        watch.row().charter().release().name(),
        Mark.of(watch).with(Mark.word(watch)),
        TimeText.moment(watch.row().charter().startedAt()),
        watch.row().charter().release().image().map(Object::toString).orElse(FigureText.NOTHING),
        watch.row().text().orElseGet(watch::rollback));
  }

  private Html sources() {
    Html lines =
        terms.sources().isEmpty()
            ? Html.of(
                "<p class=\"muted\">{}</p>\n",
                status.sample().filter(Sample::probed).isPresent()
                    ? "Requests and errors are those of Ripcord's own probes of url."
                    : "Shown after the next poll that can read them.")
            : Html.of(
                "<ul class=\"sources\">\n{}</ul>\n",
                Html.join(
                    terms.sources().stream()
                        .map(line -> Html.of("<li class=\"mono\">{}</li>\n", line))));
    return Html.of(
        "<h2>Where the figures come from</h2>\n"
            + "{}<p class=\"small muted\">As JSON: <a href=\"../api/v1/services/{}\">as it"
            + " stands</a>, <a href=\"../api/v1/services/{}/polls\">the polls of the last hour</a>"
            + " (for <code>ripcord replay</code>).</p>\n",
        lines,
        status.service(),
        status.service());
  }
}
