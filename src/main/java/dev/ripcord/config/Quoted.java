package dev.ripcord.config;

/** A value found, made fit for one line of a message. */
public final class Quoted {
  private static final int SHOWN_MAX = 60;

  private Quoted() {}

  /** In quotes, on one line, cut where it is long. */
  public static String of(String text) {
    return '"' + plain(text) + '"';
  }

  /** The same without quotes. */
  public static String plain(String text) {
    if (text.length() <= SHOWN_MAX && !hasControl(text)) {
      return text;
    }
    String shown = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
    StringBuilder line = new StringBuilder(shown.length());
    shown.chars().forEach(c -> line.append(Character.isISOControl(c) ? ' ' : (char) c));
    return line.toString();
  }

  private static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }
}
