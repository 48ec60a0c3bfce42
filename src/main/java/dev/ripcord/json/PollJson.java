package dev.ripcord.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.PollStep;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.release.ServiceName;

/** Polls that were recorded, as JSON: each as a check, so that {@code ripcord replay} reads it. */
public final class PollJson {
  private PollJson() {}

  /** One poll. The reasons are those of the measurement. */
  public static ObjectNode of(StoredSample poll) {
    ObjectNode json = Json.object();
    json.put("service", poll.service().text());
    json.put("time", Json.time(poll.sample().at()));
    json.put("verdict", poll.verdict().text());
    CheckJson.figures(json, poll.sample());
    json.set("reasons", CheckJson.reasons(poll.sample().reasons()));
    Json.seconds(json, "window", poll.sample().window());
    json.put("probed", poll.sample().probed());
    json.put("release", poll.sample().release());
    return json;
  }

  /** The polls of one step, taken together; {@code time} is the beginning of the step. */
  public static ObjectNode of(ServiceName service, PollStep step) {
    ObjectNode json = Json.object();
    json.put("service", service.text());
    json.put("time", Json.time(step.from()));
    json.put("verdict", step.worst().text());
    Json.seconds(json, "step", step.length());
    ObjectNode polls = json.putObject("polls");
    for (HealthReading.Kind kind : HealthReading.Kind.values()) {
      polls.put(kind.text(), step.count(kind));
    }
    CheckJson.counts(json, step.counts());
    ObjectNode latency = json.putObject("latency");
    Json.figure(latency, "p50", step.latency().p50());
    Json.figure(latency, "p95", step.latency().p95());
    Json.figure(latency, "p99", step.latency().p99());
    Json.figure(json, "cpu", step.cpu());
    Json.figure(json, "memory", step.memory());
    return json;
  }
}
