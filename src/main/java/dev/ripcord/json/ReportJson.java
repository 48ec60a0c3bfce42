package dev.ripcord.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.health.Breaches;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.Release;
import dev.ripcord.watch.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A watch as one JSON document: how it ended, what it was, and everything that happened. */
public final class ReportJson {
  private ReportJson() {}

  /**
   * The document.
   *
   * @param row the watch
   * @param entries its journal, in order
   */
  public static ObjectNode of(WatchRow row, List<Recorded> entries) {
    Release release = row.charter().release();
    ObjectNode json = Json.object();
    json.put("service", release.service().text()).put("release", release.name());
    json.put("outcome", row.outcome().map(each -> each.text()).orElse(null));
    json.put("exitCode", row.outcome().map(each -> each.exitCode()).orElse(null));
    json.put("text", row.text().orElse(null));
    json.put("startedAt", Json.time(row.charter().startedAt()));
    json.put("endedAt", row.endedAt().map(Json::time).orElse(null));
    row.endedAt()
        .ifPresentOrElse(
            end -> Json.seconds(json, "duration", Duration.between(row.charter().startedAt(), end)),
            () -> json.putNull("duration"));
    StatusJson.charter(json.putObject("watch"), row.charter());
    json.putNull("plan");
    entries.stream()
        .map(Recorded::entry)
        .filter(Entry.Planned.class::isInstance)
        .map(each -> PlanJson.of(((Entry.Planned) each).plan()))
        .forEach(plan -> json.set("plan", plan));
    Aftermath left = Aftermath.of(entries);
    json.set("kept", Aftermath.json(left.kept()));
    ArrayNode backups = json.putArray("backups");
    left.backups().forEach(backups::add);
    ArrayNode remaining = json.putArray("remaining");
    left.remaining().forEach(remaining::add);
    events(json.putArray("events"), entries);
    return json;
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
