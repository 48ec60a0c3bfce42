package dev.ripcord.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Keeps;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * PagerDuty, Events API v2. All that is said of a release is one incident: it is opened, added to
 * under the same key, and resolved by good news alone, never by the end of a watch or of a rollback
 * that was not verified. A release itself is a change, which pages nobody.
 */
final class PagerDutyChannel implements Channel {
  static final String NAME = "pagerduty";

  private static final int SUMMARY_MAX = 1024;
  private static final int KEY_MAX = 255;

  private final JsonPoster post;
  private final AlertSettings.PagerDuty settings;
  private final AlertLinks links;

  PagerDutyChannel(JsonPoster post, AlertSettings.PagerDuty settings, AlertLinks links) {
    this.post = post;
    this.settings = settings;
    this.links = links;
  }

  @Override
  public Route route() {
    return route(settings);
  }

  /** What it is given. */
  static Route route(AlertSettings.PagerDuty settings) {
    Set<Alert.Kind> kinds = EnumSet.noneOf(Alert.Kind.class);
    Arrays.stream(Alert.Kind.values())
        .filter(kind -> kind != Alert.Kind.ENDED)
        .filter(
            kind ->
                kind.severity() != Alert.Severity.WARNING
                    || settings.from() == AlertSettings.From.WARNING)
        .forEach(kinds::add);
    return new Route(NAME, kinds, Keeps.INCIDENTS);
  }

  /** An incident for each release: PagerDuty groups by itself, and a group cannot be resolved. */
  @Override
  public int most() {
    return 1;
  }

  @Override
  public Future<Delivery> deliver(List<Due> message) {
    Due due = message.getFirst();
    return switch (due.alert().kind()) {
      case RELEASED, TEST -> send("/v2/change/enqueue", change(due.alert()));
      default -> send("/v2/enqueue", due.alert().kind().fires() ? trigger(due) : resolve(due));
    };
  }

  private Future<Delivery> send(String path, ObjectNode body) {
    String base = settings.base().toString().replaceAll("/+$", "");
    body.put("routing_key", settings.routingKey().reveal());
    return post.send(new Secret(base + path), Map.of(), body);
  }

  private ObjectNode change(Alert alert) {
    ObjectNode body = Json.object();
    ObjectNode payload = body.putObject("payload");
    payload.put("summary", AlertFormat.cut(alert.title(), SUMMARY_MAX));
    payload.put("timestamp", Json.time(alert.at()));
    payload.put("source", alert.service().text());
    payload.set("custom_details", details(alert));
    return linked(body, alert);
  }

  private ObjectNode trigger(Due due) {
    Alert alert = due.alert();
    ObjectNode body = Json.object();
    body.put("event_action", "trigger");
    body.put("dedup_key", incident(due));
    ObjectNode payload = body.putObject("payload");
    payload.put("summary", AlertFormat.cut(alert.title(), SUMMARY_MAX));
    payload.put("source", alert.service().text());
    payload.put("severity", severity(alert.kind()));
    payload.put("timestamp", Json.time(alert.at()));
    payload.put("component", alert.service().text());
    payload.put("class", alert.kind().text());
    payload.set("custom_details", details(alert));
    body.put("client", "Ripcord");
    links.page(alert).ifPresent(page -> body.put("client_url", page));
    return linked(body, alert);
  }

  private static ObjectNode resolve(Due due) {
    ObjectNode body = Json.object();
    body.put("event_action", "resolve");
    return body.put("dedup_key", incident(due));
  }

  /** What Ripcord is working on by itself is an error; what waits for a person is critical. */
  private static String severity(Alert.Kind kind) {
    return switch (kind) {
      case ROLLBACK, WAITING -> "error";
      default -> kind.severity().name().toLowerCase(Locale.ROOT);
    };
  }

  /** One for each release of a service, by journal: no two installations share an incident. */
  private static String incident(Due due) {
    Alert alert = due.alert();
    String key =
        "ripcord/"
            + (due.journal().isEmpty() ? "" : due.journal() + "/")
            + alert.service()
            + (alert.release().isEmpty() ? "" : "/" + alert.release());
    return key.length() <= KEY_MAX
        ? key
        : "ripcord/" + UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode details(Alert alert) {
    ObjectNode json = Json.object();
    json.put("kind", alert.kind().text());
    json.put("service", alert.service().text());
    if (!alert.release().isEmpty()) {
      json.put("release", alert.release());
    }
    json.put("text", String.join("\n", alert.lines()));
    return json;
  }

  private ObjectNode linked(ObjectNode body, Alert alert) {
    List<AlertLinks.Link> pages = links.of(alert);
    if (!pages.isEmpty()) {
      ArrayNode array = body.putArray("links");
      pages.forEach(page -> array.addObject().put("href", page.url()).put("text", page.text()));
    }
    return body;
  }
}
