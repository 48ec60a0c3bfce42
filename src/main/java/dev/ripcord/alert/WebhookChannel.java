package dev.ripcord.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.release.Secret;
import dev.ripcord.vertx.BodySignature;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Any HTTP endpoint that takes our JSON. The same alert always comes with the same key. */
final class WebhookChannel implements Channel {
  static final String NAME = "webhook";

  private final JsonPoster post;
  private final Secret url;
  private final Optional<Secret> secret;
  private final AlertLinks links;
  private final InstantSource clock;

  /**
   * An endpoint.
   *
   * @param secret what calls are signed with; a signed body says when it was sent
   */
  WebhookChannel(
      JsonPoster post, Secret url, Optional<Secret> secret, AlertLinks links, InstantSource clock) {
    this.post = post;
    this.url = url;
    this.secret = secret;
    this.links = links;
    this.clock = clock;
  }

  @Override
  public Route route() {
    return Route.of(NAME);
  }

  /** A program reads it, which groups by itself and wants each alert with its key. */
  @Override
  public int most() {
    return 1;
  }

  @Override
  public Future<Delivery> deliver(List<Due> message) {
    Due due = message.getFirst();
    ObjectNode body = body(due);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Idempotency-Key", headerForm(due.key()));
    secret.ifPresent(
        key -> {
          body.put("sentAt", Json.time(clock.instant()));
          byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
          headers.put(BodySignature.HEADER, BodySignature.of(key.reveal(), bytes));
        });
    return post.send(url, headers, body);
  }

  private ObjectNode body(Due due) {
    Alert alert = due.alert();
    ObjectNode body = Json.object();
    body.put("key", due.key());
    body.put("kind", alert.kind().text());
    body.put("severity", alert.kind().severity().name().toLowerCase(Locale.ROOT));
    body.put("service", alert.service().text());
    body.put("release", alert.release().isEmpty() ? null : alert.release());
    body.put("title", alert.title());
    ArrayNode lines = body.putArray("lines");
    alert.lines().forEach(lines::add);
    body.put("time", Json.time(alert.at()));
    links.page(alert).ifPresent(page -> body.put("page", page));
    links.runbook(alert.kind()).ifPresent(page -> body.put("runbook", page));
    return body;
  }

  /** A header takes visible ASCII only; a key with anything else goes percent-encoded. */
  private static String headerForm(String key) {
    boolean fits = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    return fits ? key : URLEncoder.encode(key, StandardCharsets.UTF_8);
  }
}
