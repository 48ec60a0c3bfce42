package dev.ripcord.web.page;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.silence.Silence;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One service on the overview. */
final class ServiceRow {
  private final ServiceStatus status;
  private final List<Silence> silences;
  private final Instant now;

  /**
   * One service.
   *
   * @param silences those that hold for it
   */
  ServiceRow(ServiceStatus status, List<Silence> silences, Instant now) {
    this.status = status;
    this.silences = List.copyOf(silences);
    this.now = now;
  }

  /**
   * The row.
   *
   * @param group the list that it stands in
   */
  Html html(String group, RecentPolls.Recent recent) {
    Standing standing = Standing.of(status);
    return Html.of(
        """
        <li class="row {}" id="s-{}" data-order="{}" data-group="{}">
        <div class="name"><a href="services/{}">{}</a></div>
        <div class="state">{}{}</div>
        <div class="rate">{}</div>
        <div class="polls">{}</div>
        <div class="release">{}</div>
        <div class="age">{}</div>
        </li>
        """,
        style(standing),
        status.service(),
        Standing.order(status),
        group,
        status.service(),
        status.service(),
        state(),
        SilenceMark.of(silences, now),
        errorRate(),
        Sparkline.of(status.service(), recent, status.threshold()),
        status
            .watch()
            .map(watch -> running(watch, now))
            .or(() -> status.last().map(last -> ended(last, now)))
            .orElse(Html.of("<span class=\"muted small\">no release yet</span>")),
        status
            .sample()
            .map(
                s ->
                    Html.of(
                        "<span class=\"unseen\">last poll </span>{}", TimeText.ago(s.at(), now)))
            .orElse(Html.of("<span class=\"muted\">no poll yet</span>")));
  }

  private static String style(Standing standing) {
    return switch (standing) {
      case BAD -> "bad";
      case WARNING -> "warning";
      case UNKNOWN -> "unknown";
      case RELEASE, HEALTHY -> "good";
    };
  }

  private Html state() {
    if (status.heldBy().isPresent()) {
      return Html.of(
          "{}<small>{}</small>",
          Mark.UNKNOWN.with("held by another process"),
          status.heldBy().get());
    }
    if (status.reading().isEmpty()) {
      return Mark.UNKNOWN.with("not polled yet");
    }
    HealthReading reading = status.reading().get();
    Html why =
        reading.kind() == HealthReading.Kind.HEALTHY
            ? Html.NOTHING
            : Html.of("<small>{}</small>", reading.why());
    return Html.join(
        Mark.of(reading.kind()).with(reading.kind().text()),
        status.streak() > 0 && reading.kind() != HealthReading.Kind.HEALTHY
            ? Html.of(" <span class=\"small\">{}</span>", streak(status))
            : Html.NOTHING,
        why);
  }

  /** How many breaches there are of those that condemn. */
  static String streak(ServiceStatus status) {
    Breaches breaches = status.breaches();
    return breaches.needed() == breaches.of()
        ? status.streak() + " of " + breaches.needed() + " breaches"
        : status.streak() + " breaches, " + breaches + " condemn";
  }

  private Html errorRate() {
    Optional<Counts> counts = judged(status);
    String limit = status.threshold().map(t -> "limit " + t).orElse("no limit");
    if (counts.isEmpty()) {
      return Html.of(
          "<span class=\"unseen\">error rate </span><b>{}</b><small>{}{}</small>",
          FigureText.NOTHING,
          status.reading().isPresent() ? "not measured, " : "",
          limit);
    }
    Counts of = counts.get();
    String rate =
        status
            .threshold()
            .map(t -> FigureText.rateOf(of, t))
            .orElseGet(() -> FigureText.rateOf(of));
    int space = rate.indexOf(' ');
    return Html.of(
        "<span class=\"unseen\">error rate </span><b>{}</b><small>{}, {}</small>",
        rate.substring(0, space),
        rate.substring(space + 2, rate.length() - 1),
        limit);
  }

  /** The counts that were judged stand beside the limit; they may hold some from earlier polls. */
  static Optional<Counts> judged(ServiceStatus status) {
    return status
        .reading()
        .map(HealthReading::judged)
        .filter(c -> c.requests() > 0)
        .or(() -> status.sample().flatMap(Sample::counts).filter(c -> c.requests() > 0));
  }

  private static Html running(WatchStatus watch, Instant now) {
    WatchSpec charter = watch.row().charter();
    if (watch.phase() == Phase.ROLLING_BACK) {
      return Html.of(
          "<a href=\"releases/{}\">{}</a> {}<small>{} polls</small>",
          watch.row().id(),
          charter.release().name(),
          Mark.of(watch).with(Mark.word(watch)),
          watch.polls());
    }
    long of = Math.max(1, charter.bake().toSeconds());
    long done = Math.min(watch.bake().over(charter, now).toSeconds(), of);
    String part =
        done < of
            ? TimeText.span(Duration.ofSeconds(done)) + " of " + TimeText.span(charter.bake())
            : "bake time of " + TimeText.span(charter.bake()) + " is over";
    return Html.of(
        "<a href=\"releases/{}\">{}</a> {}<progress max=\"{}\" value=\"{}\" aria-label=\"bake time"
            + " of {}\">{}</progress><small>{}, poll {}</small>",
        watch.row().id(),
        charter.release().name(),
        Mark.of(watch).with(Mark.word(watch)),
        of,
        done,
        charter.release().name(),
        part,
        part,
        watch.polls());
  }

  private static Html ended(WatchStatus watch, Instant now) {
    return Html.of(
        "<a href=\"releases/{}\">{}</a> {}<small>{}{}</small>",
        watch.row().id(),
        watch.row().charter().release().name(),
        Mark.of(watch)
            .with(watch.row().outcome().map(o -> o.text().replace('-', ' ')).orElse("ended")),
        watch.row().endedAt().map(at -> TimeText.ago(at, now)).orElse(Html.NOTHING),
        watch
            .row()
            .text()
            .filter(text -> Mark.of(watch) == Mark.BAD && !text.isBlank())
            .map(text -> Html.of(": {}", text))
            .orElse(Html.NOTHING));
  }
}
