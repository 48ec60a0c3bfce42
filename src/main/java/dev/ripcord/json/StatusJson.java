package dev.ripcord.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.health.Baseline;
import dev.ripcord.port.Control;
import dev.ripcord.port.Journal;
import dev.ripcord.silence.Silence;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import java.util.List;
import java.util.Optional;

/** A service and a watch as they stand, as JSON. */
public final class StatusJson {
  private StatusJson() {}

  /**
   * A service: its last check, its streak, and the release under watch.
   *
   * @param silences those that hold for it
   */
  public static ObjectNode service(Control.ServiceStatus status, List<Silence> silences) {
    ObjectNode json = Json.object();
    json.put("service", status.service().text());
    json.put("verdict", status.reading().map(r -> r.kind().text()).orElse(null));
    json.put("streak", status.streak());
    EventJson.breaches(json, Optional.of(status.breaches()));
    Json.figureOf(json, "threshold", status.threshold());
    Json.time(json, "nextPoll", status.nextPoll());
    Json.text(json, "heldBy", status.heldBy());
    json.set(
        "check",
        status
            .sample()
            .flatMap(s -> status.reading().map(r -> CheckJson.of(status.service(), s, r)))
            .orElse(null));
    json.set("watch", status.watch().map(StatusJson::watch).orElse(null));
    json.set("last", status.last().map(StatusJson::watch).orElse(null));
    json.set("silences", SilenceJson.of(silences));
    return json;
  }

  /** A watch as the daemon knows it, running or ended. */
  public static ObjectNode watch(Control.WatchStatus status) {
    ObjectNode json = row(status.row());
    json.put("bakeEnds", Json.time(status.bake().ends(status.row().charter())));
    json.put("state", status.state());
    json.put("polls", status.polls());
    json.put("rollback", status.rollback());
    return json;
  }

  /** A watch as the journal knows it. */
  public static ObjectNode row(Journal.WatchRow row) {
    ObjectNode json = Json.object();
    json.put("id", row.id());
    json.put("service", row.charter().release().service().text());
    json.put("release", row.charter().release().name());
    charter(json, row.charter());
    json.put("startedAt", Json.time(row.charter().startedAt()));
    json.put("judgedFrom", Json.time(row.charter().judgedFrom()));
    json.put("bakeEnds", Json.time(row.charter().bakeEnds()));
    Json.time(json, "endedAt", row.endedAt());
    json.put("outcome", row.outcome().map(Outcome::text).orElse(null));
    json.put("exitCode", row.outcome().map(Outcome::exitCode).orElse(null));
    Json.text(json, "text", row.text());
    return json;
  }

  /** What a watch was set up to do. */
  public static void charter(ObjectNode to, WatchSpec charter) {
    Json.text(to, "image", charter.release().image());
    Json.text(to, "previousImage", charter.release().previousImage());
    Json.seconds(to, "interval", charter.interval());
    Json.seconds(to, "warmUp", charter.warmUp());
    Json.seconds(to, "bake", charter.bake());
    Json.figureOf(to, "threshold", Optional.of(charter.rules().threshold()));
    EventJson.breaches(to, Optional.of(charter.rules().breaches()));
    Json.text(to, "alertOnly", charter.alertOnly());
    to.set("before", charter.before().map(StatusJson::before).orElse(null));
  }

  private static ObjectNode before(Baseline before) {
    ObjectNode json = Json.object();
    CheckJson.counts(json, Optional.of(before.counts()));
    ObjectNode latency = json.putObject("latency");
    Json.figure(latency, "p50", before.p50());
    Json.figure(latency, "p95", before.p95());
    Json.figure(latency, "p99", before.p99());
    Json.figure(json, "cpu", before.cpu());
    Json.figure(json, "memory", before.memory());
    return json;
  }
}
