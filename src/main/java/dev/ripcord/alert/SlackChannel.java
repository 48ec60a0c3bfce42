package dev.ripcord.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A Slack incoming webhook. The message has blocks for people and a {@code text} for notifications;
 * all of it is plain text, so that a name such as {@code 02_create_orders} is not taken for markup,
 * and is cut to Slack's limits here, because Slack refuses what is longer.
 */
final class SlackChannel implements Channel {
  private static final int HEADER_MAX = 150;
  private static final int SECTION_MAX = 3000;
  private static final int CONTEXT_MAX = 300;

  /** So that all lines of a group fit into a message, which holds fifty blocks at most. */
  private static final int GROUP_MAX = 50;

  static final String NAME = "slack";

  private final JsonPoster post;
  private final Secret url;
  private final Optional<String> channel;
  private final AlertLinks links;

  SlackChannel(JsonPoster post, Secret url, Optional<String> channel, AlertLinks links) {
    this.post = post;
    this.url = url;
    this.channel = channel;
    this.links = links;
  }

  @Override
  public Route route() {
    return Route.of(NAME);
  }

  @Override
  public int most() {
    return GROUP_MAX;
  }

  @Override
  public Future<Delivery> deliver(List<Due> message) {
    List<Alert> alerts = message.stream().map(Due::alert).toList();
    return post.send(
        url, Map.of(), alerts.size() == 1 ? message(alerts.getFirst()) : group(alerts));
  }

  private ObjectNode message(Alert alert) {
    String title = AlertFormat.marked(alert);
    String lines = String.join("\n", alert.lines()).strip();
    List<String> sections = lines.isEmpty() ? List.of() : List.of(lines);
    return message(title, sections, links.of(alert), AlertFormat.origin(alert));
  }

  /** Many alerts of one kind: a line for each, with its title and what was measured. */
  private ObjectNode group(List<Alert> alerts) {
    Alert first = alerts.getFirst();
    String title = AlertFormat.groupTitle(alerts);
    List<String> sections = new ArrayList<>();
    String section = "";
    for (Alert alert : alerts) {
      String longer =
          section.isEmpty() ? AlertFormat.line(alert) : section + "\n" + AlertFormat.line(alert);
      if (escape(longer, Integer.MAX_VALUE).length() > SECTION_MAX) {
        sections.add(section);
        longer = AlertFormat.line(alert);
      }
      section = longer;
    }
    sections.add(section);
    return message(title, sections, links.ofGroup(first.kind()), AlertFormat.origin(alerts));
  }

  private ObjectNode message(
      String title, List<String> sections, List<AlertLinks.Link> pages, String origin) {
    ObjectNode message = Json.object();
    channel.ifPresent(name -> message.put("channel", name));
    message.put("username", "Ripcord");
    String text = sections.isEmpty() ? title : title + "\n" + sections.getFirst();
    message.put("text", escape(text, SECTION_MAX));
    ArrayNode blocks = message.putArray("blocks");
    blocks.addObject().put("type", "header").set("text", plain(title, HEADER_MAX));
    for (String section : sections) {
      blocks.addObject().put("type", "section").set("text", plain(section, SECTION_MAX));
    }
    if (!pages.isEmpty()) {
      blocks.addObject().put("type", "section").set("text", linked(pages));
    }
    blocks.addObject().put("type", "context").putArray("elements").add(plain(origin, CONTEXT_MAX));
    return message;
  }

  /**
   * Links, the one block with markup. No button: that calls the app of the webhook as well, which
   * has nothing to answer with.
   */
  private static ObjectNode linked(List<AlertLinks.Link> pages) {
    String text =
        pages.stream()
            .map(
                page ->
                    "<"
                        + escape(page.url().replace("|", "%7C"), SECTION_MAX)
                        + "|"
                        + escape(page.text(), SECTION_MAX)
                        + ">")
            .collect(Collectors.joining(" · "));
    return Json.object().put("type", "mrkdwn").put("text", text);
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
