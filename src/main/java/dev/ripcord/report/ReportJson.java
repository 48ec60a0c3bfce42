package dev.ripcord.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.FigureText;
import dev.ripcord.json.EventJson;
import dev.ripcord.json.Json;
import dev.ripcord.json.PlanJson;
import dev.ripcord.json.StatusJson;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.Release;
import dev.ripcord.watch.WatchEvent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A watch as one JSON document: how it ended, what it was, and everything that happened. */
public final class ReportJson {
  private ReportJson() {}

  /** The document. */
  public static ObjectNode of(WatchReport report) {
    WatchRow row = report.row();
    Release release = row.charter().release();
    ObjectNode json = Json.object();
    json.put("service", release.service().text()).put("release", release.name());
    json.put("outcome", row.outcome().map(each -> each.text()).orElse(null));
    json.put("exitCode", row.outcome().map(each -> each.exitCode()).orElse(null));
    json.put("text", row.text().orElse(null));
    json.put("startedAt", Json.time(row.charter().startedAt()));
    json.put("endedAt", row.endedAt().map(Json::time).orElse(null));
    report
        .took()
        .ifPresentOrElse(
            took -> Json.seconds(json, "duration", took), () -> json.putNull("duration"));
    Json.figure(
        json,
        "errorRate",
        report
            .lastCounts()
            .map(counts -> OptionalDouble.of(FigureText.sixDigits(counts)))
            .orElse(OptionalDouble.empty()));
    json.put("rolledBackTo", report.rolledBackTo().map(Object::toString).orElse(null));
    StatusJson.charter(json.putObject("watch"), row.charter());
    json.set("condemned", report.condemned().map(ReportJson::condemned).orElse(null));
    ArrayNode rules = json.putArray("rules");
    report.rules().forEach(rule -> rule(rules.addObject(), rule));
    json.set("plan", report.plan().map(PlanJson::of).orElse(null));
    json.set("refusals", PlanJson.refusals(report.refusals()));
    ArrayNode steps = json.putArray("steps");
    report.steps().forEach(step -> step(steps.addObject(), step));
    json.set("kept", EventJson.kept(report.left().kept()));
    ArrayNode backups = json.putArray("backups");
    report.left().backups().forEach(backups::add);
    ArrayNode remaining = json.putArray("remaining");
    report.left().remaining().forEach(remaining::add);
    events(json.putArray("events"), report.entries());
    return json;
  }

  private static ObjectNode condemned(WatchReport.Condemned condemned) {
    return Json.object().put("time", Json.time(condemned.at())).put("text", condemned.why().text());
  }

  private static void rule(ObjectNode json, RuleResult rule) {
    json.put("rule", rule.measure().text())
        .put("limit", rule.limit())
        .put("act", rule.act().text())
        .put("verdict", rule.verdict().text())
        .put("polls", rule.decided())
        .put("breaches", rule.crossed())
        .put("worst", rule.worst().equals(FigureText.NOTHING) ? null : rule.worst())
        .put("before", rule.before().isEmpty() ? null : rule.before())
        .put("text", rule.text());
  }

  private static void step(ObjectNode json, StepRun step) {
    json.put("step", step.number())
        .put("name", step.step().name())
        .put("what", step.name())
        .put("state", step.state().text());
    step.took()
        .ifPresentOrElse(took -> Json.seconds(json, "took", took), () -> json.putNull("took"));
    json.put("text", step.text().isEmpty() ? null : step.text());
  }

  /**
   * As the lines of {@code watch -o json}, with the decision between the poll and what followed.
   */
  private static void events(ArrayNode events, List<Recorded> entries) {
    Optional<WatchProjection> watch = Optional.empty();
    for (Recorded entry : entries) {
      watch = WatchProjection.after(watch, entry);
      events.add(EventJson.of(entry, watch));
      Optional<WatchProjection> now = watch;
      now.flatMap(WatchProjection::poll)
          .filter(
              poll ->
                  entry.entry() instanceof Entry.Watched(WatchEvent.Sampled(var sample))
                      && poll.sample().equals(sample))
          .flatMap(WatchProjection.Poll::condemned)
          .ifPresent(
              cause -> {
                Breaches breaches = now.orElseThrow().charter().rules().breaches();
                events.add(
                    EventJson.condemned(
                        entry.service(), entry.release(), entry.at(), breaches, cause.figures()));
              });
    }
  }
}
