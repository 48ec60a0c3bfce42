package dev.ripcord.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.release.Printable;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/**
 * A Slack incoming webhook. The message has blocks for people and a {@code text} for notifications;
 * all of it is plain text, so that a name such as {@code 02_create_orders} is not taken for markup,
 * and is cut to Slack's limits here, because Slack refuses what is longer.
 */
final class SlackChannel implements Channel {
  private static final int HEADER_MAX = 150;
  private static final int SECTION_MAX = 3000;
  private static final int CONTEXT_MAX = 300;

  private final Post post;
  private final Secret url;
  private final Optional<String> channel;

  SlackChannel(Post post, Secret url, Optional<String> channel) {
    this.post = post;
    this.url = url;
    this.channel = channel;
  }

  @Override
  public String name() {
    return "slack";
  }

  @Override
  public Future<Delivery> deliver(Alert alert) {
    return post.send(url, Map.of(), message(alert));
  }

  private ObjectNode message(Alert alert) {
    String title = marked(alert);
    String lines = String.join("\n", alert.lines()).strip();
    ObjectNode message = Json.object();
    channel.ifPresent(name -> message.put("channel", name));
    message.put("username", "Ripcord");
    message.put("text", escape(lines.isEmpty() ? title : title + "\n" + lines, SECTION_MAX));
    ArrayNode blocks = message.putArray("blocks");
    blocks.addObject().put("type", "header").set("text", plain(title, HEADER_MAX));
    if (!lines.isEmpty()) {
      blocks.addObject().put("type", "section").set("text", plain(lines, SECTION_MAX));
    }
    blocks
        .addObject()
        .put("type", "context")
        .putArray("elements")
        .add(plain(origin(alert), CONTEXT_MAX));
    return message;
  }

  private static String marked(Alert alert) {
    String mark =
        switch (alert.kind().severity()) {
          case GOOD -> "✔";
          case WARNING -> "▲";
          case CRITICAL -> "✖";
        };
    String title = alert.title().strip();
    return title.startsWith(mark) ? title : mark + " " + title;
  }

  private static String origin(Alert alert) {
    String release = alert.release().isEmpty() ? "" : " " + Printable.of(alert.release());
    return "Ripcord · %s%s · %s".formatted(alert.service(), release, Json.time(alert.at()));
  }

  private static ObjectNode plain(String text, int max) {
    ObjectNode plain = Json.object().put("type", "plain_text").put("text", escape(text, max));
    return plain.put("emoji", false);
  }

  /**
   * Slack's escapes for the three characters that it reads as markup, cut to a length that counts
   * the escapes and never splits one.
   */
  private static String escape(String text, int max) {
    StringBuilder escaped = new StringBuilder();
    int kept = 0;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      String part = escape(text.codePointAt(at));
      if (escaped.length() + part.length() > max) {
        return escaped.substring(0, kept) + "…";
      }
      escaped.append(part);
      kept = escaped.length() < max ? escaped.length() : kept;
    }
    return escaped.toString();
  }

  private static String escape(int character) {
    return switch (character) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      default -> Character.toString(character);
    };
  }
}
