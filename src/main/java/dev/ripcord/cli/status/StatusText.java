package dev.ripcord.cli.status;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import dev.ripcord.health.FigureText;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.Printable;
import dev.ripcord.release.ServiceName;
import dev.ripcord.report.Moments;
import dev.ripcord.rollback.RunState;
import dev.ripcord.watch.BakeTime;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Services as people read them.
 *
 * @param paint marks and colours
 * @param zone of the times
 */
record StatusText(Ansi paint, ZoneId zone) {
  /** One service: its last poll, its last watches, what is kept, who acts for it. */
  List<String> lines(ServiceState state, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(paint.bold(state.name().text()) + "   " + poll(state, now));
    state.silences().forEach(each -> lines.add("  alerts " + paint.plain(each.line(now, zone))));
    for (ServiceState.Watched watched : state.watches()) {
      lines.add("  " + paint.plain(line(watched, now)));
    }
    if (state.watches().isEmpty()) {
      lines.add("  no release was watched yet: ripcord watch --release NAME");
    }
    state.unread().ifPresent(why -> lines.add("  what stage 2 has kept is not known: " + why));
    state
        .kept()
        .orElse(List.of())
        .forEach(each -> lines.add("  kept of " + each.migration() + ": " + each.line()));
    watcher(state).ifPresent(lines::add);
    return lines;
  }

  private String poll(ServiceState state, Instant now) {
    return state
        .sample()
        .map(
            kept ->
                paint.reading(kept.verdict())
                    + "   "
                    + kept.sample()
                        .counts()
                        .map(c -> FigureText.rateOf(c, state.threshold()))
                        .orElse(Format.NOTHING)
                    + ", limit "
                    + state.threshold()
                    + "   "
                    + ago(kept.sample().at(), now))
        .orElse("not polled yet");
  }

  /**
   * Who acts for the service now; that nobody does is printed where a release waits for somebody.
   */
  private static Optional<String> watcher(ServiceState state) {
    if (state.holder().isPresent()) {
      return Optional.of("  watched by " + Printable.of(state.holder().get()));
    }
    return state.watches().stream().anyMatch(each -> each.state().isPresent())
        ? Optional.of("  nobody watches it now: ripcord start goes on with it")
        : Optional.empty();
  }

  private String line(ServiceState.Watched shown, Instant now) {
    String name = shown.watch().charter().release().shownName();
    if (shown.watch().outcome().isEmpty()) {
      WatchSpec charter = shown.watch().charter();
      Duration over =
          shown
              .standing()
              .map(watch -> BakeTime.of(watch.state()).over(charter, now))
              .orElseGet(() -> Duration.between(charter.startedAt(), now));
      return paint.alert()
          + " "
          + name
          + "  under way for "
          + Format.duration(over)
          + " of "
          + Format.duration(charter.bake())
          + shown.standing().map(this::standing).orElse("");
    }
    Outcome outcome = shown.watch().outcome().get();
    return paint.mark(Moments.mark(outcome).sign())
        + " "
        + name
        + "  "
        + outcome.text()
        + "  "
        + ago(shown.watch().endedAt().orElse(now), now)
        + ": "
        + Printable.lines(shown.watch().text().orElse(""));
  }

  private static String ago(Instant at, Instant now) {
    return Format.duration(Duration.between(at, now)) + " ago";
  }

  private String standing(WatchProjection watch) {
    if (watch.run().orElse(null) instanceof RunState.Asking asking) {
      ServiceName service = watch.charter().release().service();
      return "; rolling back, and asks until "
          + Format.clock(asking.until(), zone)
          + " whether the downs may run, which would lose now: "
          + Printable.lines(asking.losses())
          + ". ripcord approve "
          + service
          + ", or leave them out: ripcord abort "
          + service;
    }
    return switch (watch.state()) {
      case WatchState.Watching watching -> "";
      case WatchState.Paused paused -> "; held until " + Format.clock(paused.until(), zone);
      case WatchState.Asking asking ->
          "; condemned, waits for an approval until " + Format.clock(asking.until(), zone);
      case WatchState.RollingBack rolling -> "; rolling back: " + rolling.cause().text();
      case WatchState.Ended ended -> "";
    };
  }
}
