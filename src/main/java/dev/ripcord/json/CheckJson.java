package dev.ripcord.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.release.ServiceName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** One check as JSON: what was measured, and what it means. */
public final class CheckJson {
  private CheckJson() {}

  /** A check of one service. What was not measured is null, never 0; the reasons say why. */
  public static ObjectNode of(ServiceName service, Sample sample, HealthReading reading) {
    ObjectNode check = Json.object();
    check.put("service", service.text());
    check.put("time", Json.time(sample.at()));
    check.put("verdict", reading.kind().text());
    figures(check, sample);
    check.set("reasons", reasons(reading.reasons()));
    Json.seconds(check, "window", sample.window());
    check.put("probed", sample.probed());
    return check;
  }

  /**
   * A check that was read back.
   *
   * @param service which service
   * @param sample what was measured
   * @param reading what it meant
   */
  public record Check(ServiceName service, Sample sample, HealthReading reading) {}

  /** A check from its JSON; empty when it is none. */
  public static Optional<Check> read(JsonNode json) {
    return CheckReader.read(json);
  }

  /**
   * What one line of a recording measured: a check's JSON, of which only the counts are needed.
   *
   * @throws IllegalArgumentException with the rule, when it is none
   */
  public static Sample recorded(JsonNode json) {
    return CheckReader.recorded(json);
  }

  /** What was measured, without a judgement. */
  static void figures(ObjectNode to, Sample sample) {
    Json.whole(to, "status", sample.status());
    if (sample.liveness() == Liveness.SILENT) {
      to.put("silent", true);
    }
    counts(to, sample.counts());
    ObjectNode latency = to.putObject("latency");
    Json.figure(latency, "p50", sample.latency().p50());
    Json.figure(latency, "p95", sample.latency().p95());
    Json.figure(latency, "p99", sample.latency().p99());
    present(latency, "slow", sample.latency().slow());
    present(latency, "highest", sample.latency().highest());
    Json.figure(to, "cpu", sample.cpu());
    Json.figure(to, "memory", sample.memory());
    to.set("database", sample.database().map(CheckJson::database).orElse(null));
  }

  static void counts(ObjectNode to, Optional<Counts> counts) {
    to.put("requests", counts.map(Counts::requests).orElse(null));
    to.put("errors", counts.map(Counts::errors).orElse(null));
    OptionalDouble rate =
        counts.map(c -> OptionalDouble.of(FigureText.sixDigits(c))).orElse(OptionalDouble.empty());
    Json.figure(to, "errorRate", rate);
  }

  /** Reasons as JSON: each with its code and its text. */
  public static ArrayNode reasons(List<Reason> reasons) {
    ArrayNode array = Json.array();
    for (Reason reason : reasons) {
      array.addObject().put("code", reason.code().text()).put("text", reason.text());
    }
    return array;
  }

  private static ObjectNode database(DatabaseState state) {
    ObjectNode database = Json.object().put("up", state.up());
    Json.figure(database, "latency", state.latency());
    if (state.connections().isPresent()) {
      Json.whole(database, "connections", state.connections());
      Json.whole(database, "connectionLimit", state.connectionLimit());
    }
    present(database, "lockWait", state.lockWait());
    present(database, "transaction", state.transaction());
    return database;
  }

  /** A figure that only some services have is left out where it is not measured. */
  private static void present(ObjectNode to, String name, OptionalDouble value) {
    if (value.isPresent()) {
      Json.figure(to, name, value);
    }
  }
}
