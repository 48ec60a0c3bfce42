package dev.ripcord.cli;

import dev.ripcord.watch.Reading;
import java.util.Map;

/**
 * Marks and colours. A mark always stands with its word; colour only on a terminal; plain ASCII
 * where TERM is dumb.
 *
 * @param colour whether to colour
 * @param ascii whether to keep to ASCII
 */
record Paint(boolean colour, boolean ascii) {
  /** For a console: NO_COLOR, TERM=dumb and --no-color are honoured. */
  static Paint of(Console console, boolean noColor) {
    Map<String, String> environment = console.environment();
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean off = noColor || !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Paint(console.interactive() && !off && !dumb, dumb);
  }

  String good(String text) {
    return paint("32", text);
  }

  String bad(String text) {
    return paint("31", text);
  }

  String warn(String text) {
    return paint("33", text);
  }

  String faint(String text) {
    return paint("2", text);
  }

  String bold(String text) {
    return paint("1", text);
  }

  String ok() {
    return good(ascii ? "ok" : "✔");
  }

  String cross() {
    return bad(ascii ? "x" : "✖");
  }

  String alert() {
    return warn(ascii ? "!" : "▲");
  }

  String back() {
    return warn(ascii ? "<-" : "↺");
  }

  String arrow() {
    return ascii ? "->" : "→";
  }

  String dot() {
    return ascii ? "-" : "·";
  }

  /** A reading's mark and word: {@code ✔ healthy}. */
  String reading(Reading.Kind kind) {
    return switch (kind) {
      case HEALTHY -> ok() + " " + good("healthy");
      case WARNING -> alert() + " " + warn("warning");
      case BREACH -> cross() + " " + bad("breach");
      case UNKNOWN -> "? unknown";
    };
  }

  private String paint(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
