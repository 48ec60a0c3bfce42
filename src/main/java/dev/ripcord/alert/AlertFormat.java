package dev.ripcord.alert;

import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.release.Printable;
import java.util.List;

/** How an alert, or many of a kind, are put into a line for people. */
final class AlertFormat {
  private static final int LINE_MAX = 251;

  private AlertFormat() {}

  static String mark(Alert alert) {
    return switch (alert.kind().severity()) {
      case GOOD -> "✔";
      case WARNING -> "▲";
      case CRITICAL -> "✖";
    };
  }

  /** The title behind its mark. */
  static String marked(Alert alert) {
    String mark = mark(alert);
    String title = alert.title().strip();
    return title.startsWith(mark) ? title : mark + " " + title;
  }

  /** One of a group: its title and what was measured. */
  static String line(Alert alert) {
    String evidence = alert.lines().isEmpty() ? "" : " · " + alert.lines().getFirst();
    return cut((alert.title().strip() + evidence).replaceAll("\\s+", " "), LINE_MAX);
  }

  /** At most so many characters, the last of them an ellipsis where some are left out. */
  static String cut(String text, int max) {
    int points = text.codePointCount(0, text.length());
    return points <= max ? text : text.substring(0, text.offsetByCodePoints(0, max - 1)) + "…";
  }

  /** Whose alert it is, of what, and since when. */
  static String origin(Alert alert) {
    String release = alert.release().isEmpty() ? "" : " " + Printable.of(alert.release());
    return "Ripcord · %s%s · %s".formatted(alert.service(), release, Json.time(alert.at()));
  }

  /** The same of a group. */
  static String origin(List<Alert> alerts) {
    String first = Json.time(alerts.getFirst().at());
    return "Ripcord · " + first + " to " + Json.time(alerts.getLast().at());
  }

  static String groupTitle(List<Alert> alerts) {
    Alert first = alerts.getFirst();
    return mark(first) + " " + alerts.size() + " alerts of one kind: " + first.kind().text();
  }
}
