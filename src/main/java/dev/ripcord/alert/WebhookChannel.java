package dev.ripcord.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Any HTTP endpoint that takes our JSON. The same alert always comes with the same key. */
final class WebhookChannel implements Channel {
  private final JsonPoster post;
  private final Secret url;

  WebhookChannel(JsonPoster post, Secret url) {
    this.post = post;
    this.url = url;
  }

  @Override
  public String name() {
    return "webhook";
  }

  /** A program reads it, which groups by itself and wants each alert with its key. */
  @Override
  public int most() {
    return 1;
  }

  @Override
  public Future<Delivery> deliver(List<Due> message) {
    Due due = message.getFirst();
    return post.send(url, Map.of("Idempotency-Key", headerForm(due.key())), body(due));
  }

  private static ObjectNode body(Due due) {
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
    return body.put("time", Json.time(alert.at()));
  }

  /** A header takes visible ASCII only; a key with anything else goes percent-encoded. */
  private static String headerForm(String key) {
    boolean fits = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    return fits ? key : URLEncoder.encode(key, StandardCharsets.UTF_8);
  }
}
