package dev.ripcord.web;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Control;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page for people: every service, the worst first. It is made here as a whole; its script only
 * asks for it again when an event arrives. Every text that comes from outside is escaped, and the
 * policy in the head of the answer lets no script run but ours.
 */
final class StatusPage {
  private static final int ROWS_MAX = 500;
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Comparator<ServiceStatus> WORST_FIRST =
      Comparator.comparingInt(StatusPage::rank).thenComparing(ServiceStatus::service);

  private final PageFrame frame = new PageFrame();

  void answer(RoutingContext context, Control control) {
    context
        .response()
        .putHeader("Content-Type", "text/html; charset=utf-8")
        .putHeader("Content-Security-Policy", frame.policy())
        .putHeader("Referrer-Policy", "no-referrer")
        .end(render(control.services(), control.unready()));
  }

  String render(List<ServiceStatus> services, Optional<String> unready) {
    String summary =
        unready.isEmpty() ? summary(services) : "✖ not ready; last known: " + counts(services);
    StringBuilder main = new StringBuilder();
    main.append("<h1>").append(escape(summary)).append("</h1>\n");
    unready.ifPresent(
        why ->
            main.append("<p class=\"breach\">✖ Ripcord itself is not ready: ")
                .append(escape(why))
                .append("</p>\n"));
    main.append("<table><thead><tr><th>Service<th>Verdict<th>Error rate<th>Breaches");
    main.append("<th>Release<th>Next poll</tr></thead><tbody>\n");
    services.stream().sorted(WORST_FIRST).limit(ROWS_MAX).forEach(s -> main.append(row(s)));
    main.append("</tbody></table>\n");
    if (services.size() > ROWS_MAX) {
      main.append("<p>These are the ")
          .append(ROWS_MAX)
          .append(" that need a look first; all are at api/v1/services.</p>\n");
    }
    return frame.around(escape("Ripcord: " + summary), main.toString());
  }

  private static String summary(List<ServiceStatus> services) {
    boolean isWell =
        count(services, HealthReading.Kind.HEALTHY) == services.size() && !services.isEmpty();
    String releases = releases(services);
    return isWell && services.stream().noneMatch(StatusPage::needsALook)
        ? "✔ " + total(services) + ", all healthy" + releases
        : counts(services) + releases;
  }

  private static String total(List<ServiceStatus> services) {
    return services.size() == 1 ? "1 service" : services.size() + " services";
  }

  private static String counts(List<ServiceStatus> services) {
    long breach = count(services, HealthReading.Kind.BREACH);
    long warning = count(services, HealthReading.Kind.WARNING);
    long healthy = count(services, HealthReading.Kind.HEALTHY);
    long unknown = services.size() - breach - warning - healthy;
    StringBuilder parts = new StringBuilder(total(services));
    append(parts, breach, "✖ %d in breach");
    append(parts, warning, "▲ %d with a warning");
    append(parts, unknown, "? %d unknown");
    append(parts, healthy, "✔ %d healthy");
    return parts.toString();
  }

  /** What is being done with releases, or was done that a person should see. */
  private static String releases(List<ServiceStatus> services) {
    StringBuilder parts = new StringBuilder();
    append(parts, inState(services, Phase.ROLLING_BACK), "↩ %d being rolled back");
    append(parts, inState(services, Phase.ASKING), "? %d waiting for an approval");
    append(parts, inState(services, Phase.PAUSED), "%d held by a person");
    append(parts, ended(services, StatusPage::isLeftBad), "✖ %d condemned or not rolled back well");
    append(parts, ended(services, o -> o == Outcome.ROLLED_BACK), "↩ %d rolled back");
    return parts.toString();
  }

  private static long inState(List<ServiceStatus> services, Phase state) {
    return services.stream()
        .flatMap(s -> s.watch().stream())
        .filter(w -> w.phase() == state)
        .count();
  }

  private static long ended(List<ServiceStatus> services, Predicate<Outcome> which) {
    return services.stream().flatMap(s -> left(s).stream()).filter(which).count();
  }

  /** How the last release ended, where no newer one is under watch. */
  private static Optional<Outcome> left(ServiceStatus status) {
    return status.watch().isPresent()
        ? Optional.empty()
        : status.last().flatMap(last -> last.row().outcome());
  }

  private static boolean isLeftBad(Outcome outcome) {
    return switch (outcome) {
      case FAILED, ROLLED_BACK_UNHEALTHY, CONDEMNED -> true;
      case HEALTHY, ROLLED_BACK, INCONCLUSIVE, ABORTED, SUPERSEDED -> false;
    };
  }

  private static boolean needsALook(ServiceStatus status) {
    return left(status).filter(StatusPage::isLeftBad).isPresent()
        || status
            .watch()
            .filter(w -> w.phase() == Phase.ROLLING_BACK || w.phase() == Phase.ASKING)
            .isPresent();
  }

  private static void append(StringBuilder to, long count, String form) {
    if (count > 0) {
      to.append(", ").append(form.formatted(count));
    }
  }

  private static long count(List<ServiceStatus> services, HealthReading.Kind kind) {
    return services.stream().filter(s -> kind(s) == kind).count();
  }

  private static HealthReading.Kind kind(ServiceStatus status) {
    return status.reading().map(HealthReading::kind).orElse(HealthReading.Kind.UNKNOWN);
  }

  private static int rank(ServiceStatus status) {
    if (needsALook(status)) {
      return 0;
    }
    return switch (kind(status)) {
      case BREACH -> 0;
      case WARNING -> 1;
      case UNKNOWN -> 2;
      case HEALTHY -> 3;
    };
  }

  private static String row(ServiceStatus status) {
    return "<tr class=\"%s\"><th>%s<td>%s<td>%s<td>%s<td>%s<td>%s</tr>\n"
        .formatted(
            kind(status).text(),
            escape(status.service().text()),
            verdict(status),
            errorRate(status),
            streak(status),
            status.watch().or(status::last).map(StatusPage::release).orElse("–"),
            status.nextPoll().map(StatusPage::time).orElse("–"));
  }

  private static String verdict(ServiceStatus status) {
    if (status.heldBy().isPresent()) {
      return "? held by another process<small>" + escape(status.heldBy().get()) + "</small>";
    }
    if (status.reading().isEmpty()) {
      return "? not polled yet";
    }
    HealthReading reading = status.reading().get();
    String mark =
        switch (reading.kind()) {
          case HEALTHY -> "✔";
          case WARNING -> "▲";
          case BREACH -> "✖";
          case UNKNOWN -> "?";
        };
    String reasons =
        reading.reasons().stream()
            .map(reason -> "<small>" + escape(reason.text()) + "</small>")
            .collect(Collectors.joining());
    return mark + " " + reading.kind().text() + reasons;
  }

  /** The counts that were judged stand beside the limit; they may hold some from earlier polls. */
  private static String errorRate(ServiceStatus status) {
    Optional<Counts> judged =
        status.reading().map(HealthReading::judged).filter(c -> c.requests() > 0);
    Optional<Counts> counts = judged.or(() -> status.sample().flatMap(Sample::counts));
    String limit = status.threshold().map(t -> "<small>limit " + t + "</small>").orElse("");
    return counts
            .filter(c -> c.requests() > 0)
            .map(
                c ->
                    status
                        .threshold()
                        .map(t -> FigureText.rateOf(c, t))
                        .orElseGet(() -> FigureText.rateOf(c)))
            .orElse("–")
        + limit;
  }

  private static String streak(ServiceStatus status) {
    Breaches breaches = status.breaches();
    return breaches.needed() == breaches.of()
        ? status.streak() + " of " + breaches.needed()
        : status.streak() + ", " + breaches + " condemn";
  }

  private static String release(WatchStatus watch) {
    boolean ended = watch.row().endedAt().isPresent();
    String details =
        Stream.concat(watch.row().text().stream(), Stream.of(watch.rollback()))
            .filter(text -> !text.isBlank())
            .map(text -> "<small>" + escape(text) + "</small>")
            .collect(Collectors.joining());
    String state = watch.row().outcome().map(o -> o.text()).orElse(watch.state());
    return "%s, %s<small>watch %d, %d polls, %s %s</small>%s"
        .formatted(
            escape(watch.row().charter().release().name()),
            escape(state),
            watch.row().id(),
            watch.polls(),
            ended ? "ended" : "bake time ends",
            time(watch.row().endedAt().orElse(watch.row().charter().bakeEnds())),
            details);
  }

  private static String time(Instant instant) {
    return "<time datetime=\"%s\">%s</time>".formatted(instant, CLOCK.format(instant));
  }

  /** For text between tags and in quoted attributes. */
  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
