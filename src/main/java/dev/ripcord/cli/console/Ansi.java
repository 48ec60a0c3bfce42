package dev.ripcord.cli.console;

import dev.ripcord.health.HealthReading;
import java.util.Map;

/**
 * Marks and colours. A mark always stands with its word; colour only on a terminal; plain ASCII
 * where TERM is dumb.
 *
 * @param colour whether to colour
 * @param ascii whether to keep to ASCII
 */
public record Ansi(boolean colour, boolean ascii) {
  /** For a console: NO_COLOR, TERM=dumb and --no-color are honoured. */
  public static Ansi of(Console console, boolean noColor) {
    Map<String, String> environment = console.environment();
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean off = noColor || !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Ansi(console.interactive() && !off && !dumb, dumb);
  }

  public String good(String text) {
    return paint("32", text);
  }

  public String bad(String text) {
    return paint("31", text);
  }

  public String warn(String text) {
    return paint("33", text);
  }

  public String faint(String text) {
    return paint("2", text);
  }

  public String bold(String text) {
    return paint("1", text);
  }

  public String ok() {
    return good(ascii ? "ok" : "✔");
  }

  public String cross() {
    return bad(ascii ? "x" : "✖");
  }

  public String alert() {
    return warn(ascii ? "!" : "▲");
  }

  public String back() {
    return warn(ascii ? "<-" : "↺");
  }

  public String arrow() {
    return ascii ? "->" : "→";
  }

  public String dot() {
    return ascii ? "-" : "·";
  }

  /** Words of ours, in ASCII where the terminal is dumb; colours pass. */
  public String plain(String text) {
    return ascii
        ? text.replace("→", "->").replace("…", "...").replace('–', '-').replace('·', '-')
        : text;
  }

  /** One of the marks that reports carry, in its colour; another text stays as it is. */
  public String mark(String sign) {
    return switch (sign) {
      case "✔" -> ok();
      case "✖" -> cross();
      case "▲" -> alert();
      case "↺" -> back();
      default -> sign;
    };
  }

  /** A reading's mark and word: {@code ✔ healthy}. */
  public String reading(HealthReading.Kind kind) {
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
