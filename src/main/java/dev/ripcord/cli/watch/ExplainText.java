package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import dev.ripcord.health.Arithmetic;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.Printable;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a watch went as it did, for people: the rule it was judged by, each poll with its arithmetic,
 * and each step of what followed.
 *
 * @param paint marks and colours
 * @param zone of the times
 */
record ExplainText(Ansi paint, ZoneId zone) {
  /** All lines. */
  List<String> lines(WatchRow row, List<Recorded> entries) {
    WatchSpec spec = row.charter();
    Rules rules = spec.rules();
    List<String> lines = new ArrayList<>();
    lines.add(
        paint.bold(spec.release().service() + " " + spec.release().shownName())
            + "   "
            + row.outcome().map(outcome -> outcome.text()).orElse("under way"));
    row.text().ifPresent(text -> lines.add("  " + Format.sentence(Printable.lines(text))));
    lines.add(
        "  rule: %s breaches of an error rate at or above %s, with at least %d requests, normal when well %s"
            .formatted(
                rules.breaches(), rules.threshold(), rules.minimumRequests(), rules.normal()));
    lines.add(
        "  before the release: "
            + spec.before()
                .map(before -> before.text(rules.threshold()))
                .filter(text -> !text.isEmpty())
                .orElse("not measured"));
    rules.limits().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> lines.add("  rule: " + limit(each.getKey(), each.getValue())));
    Optional<WatchProjection> watch = Optional.empty();
    List<String> told = new ArrayList<>();
    TextReporter reporter = new TextReporter(paint, zone, spec::startedAt, told::add);
    int polls = 0;
    for (Recorded recorded : entries) {
      watch = WatchProjection.after(watch, recorded);
      told.clear();
      reporter.recorded(recorded);
      if (recorded.entry() instanceof Entry.Watched(WatchEvent.Sampled ignored)) {
        polls++;
        lines.addAll(poll(polls, recorded, watch, rules));
      }
      for (String text : told) {
        lines.add("  " + Printable.lines(text).replace("\n", "\n  "));
      }
    }
    return lines;
  }

  /** A limit with what it may do; a relative one without a baseline does not hold. */
  private static String limit(Measure measure, Limit limit) {
    return measure.words()
        + " at or above "
        + limit.text(measure)
        + (limit.holds() ? ": " + limit.act().text() : ": not judged, nothing was measured before");
  }

  private List<String> poll(
      int number, Recorded recorded, Optional<WatchProjection> watch, Rules rules) {
    List<String> lines = new ArrayList<>();
    String time = Format.clock(recorded.at(), zone);
    Optional<WatchProjection.Poll> judged = watch.flatMap(WatchProjection::poll);
    if (judged.isEmpty()) {
      lines.add("  " + time + " poll " + number + "  not judged: the warm-up was not over");
      return lines;
    }
    WatchProjection.Poll poll = judged.get();
    String streak = poll.streak() > 0 ? "  " + poll.streak() + "/" + rules.breaches().needed() : "";
    lines.add(
        "  %s poll %d  %s%s  in %s"
            .formatted(
                time,
                number,
                paint.reading(poll.reading().kind()),
                streak,
                Format.duration(whole(poll.sample().window()))));
    lines.add("      " + Arithmetic.of(rules, poll.sample(), poll.reading()).text());
    for (Reason reason : poll.reading().reasons()) {
      if (reason.code() != Reason.Code.LOW_VOLUME) {
        lines.add("      " + paint.faint(reason.code().text() + ": " + reason.text()));
      }
    }
    return lines;
  }

  private static Duration whole(Duration window) {
    return Duration.ofMillis(Math.max(0, window.toMillis()));
  }
}
