package dev.ripcord.probe.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.Target;
import dev.ripcord.probe.source.ExpositionNumber;
import dev.ripcord.probe.source.JsonReader;
import dev.ripcord.probe.source.JsonReader.Result;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks {@code /api/v1/query} and reads its envelope. For one event loop. */
final class PrometheusApi {
  private final JsonReader reader;
  private final String base;
  private final Map<String, Secret> headers;

  PrometheusApi(JsonReader reader, URI base, Map<String, Secret> headers) {
    this.reader = reader;
    this.base = base.toString().replaceFirst("/+$", "");
    this.headers = headers;
  }

  /** How a query ended. */
  sealed interface Reply {
    /**
     * It was answered.
     *
     * @param warnings what the server says beside it
     */
    record Found(List<Series> series, List<String> warnings) implements Reply {}

    /** It was not. */
    record Failed(Reason reason) implements Reply {}
  }

  /**
   * A series of an answer.
   *
   * @param labels with the metric's name as {@code __name__}
   * @param samples in the order of time
   */
  record Series(Map<String, String> labels, List<Point> samples) {}

  /**
   * A sample.
   *
   * @param seconds since 1970, on the server's clock
   */
  record Point(double seconds, double value) {}

  String base() {
    return base;
  }

  JsonReader reader() {
    return reader;
  }

  /**
   * Asks. The server's own time is meant, so that a clock of ours that is off does no harm. Never
   * fails.
   *
   * @param what names the query in a reason
   */
  Future<Reply> query(String what, String query) {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    Target target = Target.of(URI.create(base + "/api/v1/query?query=" + encoded), headers);
    return reader.get(target).map(result -> reply(what, result));
  }

  private Reply reply(String what, Result result) {
    return switch (result) {
      case Result.Unread unread -> new Reply.Failed(unread(unread));
      case Result.Read read -> envelope(what, read);
    };
  }

  /** Whatever is wrong with the way to the server says nothing of the service. */
  private Reason unread(Result.Unread unread) {
    boolean refused = unread.code() == Reason.Code.UNAUTHORIZED;
    return reason(refused ? unread.code() : Reason.Code.SOURCE_DOWN, unread.text());
  }

  private Reply envelope(String what, Result.Read read) {
    JsonNode json = read.json();
    String status = json.path("status").asText();
    if (status.equals("error")) {
      boolean asked = json.path("errorType").asText().equals("bad_data") || read.status() == 400;
      return new Reply.Failed(
          reason(
              asked ? Reason.Code.PARSE : Reason.Code.SOURCE_DOWN,
              "refuses " + what + ": " + json.path("error").asText()));
    }
    if (!status.equals("success")) {
      return new Reply.Failed(
          reason(
              Reason.Code.SOURCE_DOWN,
              "answered " + read.status() + " with JSON that is not Prometheus' API"));
    }
    List<String> warnings = new ArrayList<>();
    json.path("warnings").forEach(each -> warnings.add(each.asText()));
    json.path("infos").forEach(each -> warnings.add(each.asText()));
    return new Reply.Found(series(json.path("data")), warnings);
  }

  private static List<Series> series(JsonNode data) {
    if (data.path("resultType").asText().equals("scalar")) {
      return List.of(new Series(Map.of(), points(List.of(data.path("result")))));
    }
    List<Series> all = new ArrayList<>();
    for (JsonNode each : data.path("result")) {
      Map<String, String> labels = new TreeMap<>();
      each.path("metric").properties().forEach(l -> labels.put(l.getKey(), l.getValue().asText()));
      all.add(
          new Series(
              labels,
              points(each.has("values") ? each.path("values") : List.of(each.path("value")))));
    }
    return all;
  }

  private static List<Point> points(Iterable<JsonNode> values) {
    List<Point> points = new ArrayList<>();
    for (JsonNode each : values) {
      if (each.isArray() && each.size() == 2) {
        points.add(new Point(each.path(0).asDouble(), ExpositionNumber.of(each.path(1).asText())));
      }
    }
    return points;
  }

  /** A reason that names the server. */
  Reason reason(Reason.Code code, String text) {
    return new Reason(code, "Prometheus " + text + " (source: prometheus, " + base + ")");
  }
}
