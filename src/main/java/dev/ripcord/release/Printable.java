package dev.ripcord.release;

/**
 * Text from outside as it is shown to people: on a terminal, in the log, in reports and alerts. A
 * character that would move the cursor, begin a line or change the direction of what follows is
 * shown as an escape. Thread-safe.
 */
public final class Printable {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private Printable() {}

  /**
   * The text on one line: control characters (C0, DEL, C1), line and paragraph separators, marks of
   * direction and other invisible format characters, lone surrogates and noncharacters are replaced
   * by {@code \n}, {@code \r}, {@code \t} or {@code \}{@code u001b}; the rest is as it was.
   */
  public static String of(String text) {
    return escaped(text, "");
  }

  /** The same for a text of several lines: line feeds and tabs stay. */
  public static String lines(String text) {
    return escaped(text, "\n\t");
  }

  /**
   * The beginning of a text on one line, for a message that says what was found.
   *
   * @param max the most UTF-16 units to show, at least 1; what is left out is shown as {@code …}
   */
  public static String start(String text, int max) {
    if (text.length() <= max) {
      return of(text);
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(max - 1));
    return of(text.substring(0, splitsPair ? max - 1 : max)) + "…";
  }

  /** Whether {@link #of} would leave the text as it is. */
  public static boolean isPlain(String text) {
    return text.codePoints().noneMatch(Printable::isHidden);
  }

  private static String escaped(String text, String kept) {
    if (isPlain(text)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if (isHidden(c) && kept.indexOf(c) < 0) {
                escape(c, shown);
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      case Character.FORMAT -> c != ZERO_WIDTH_JOINER && c != ZERO_WIDTH_NON_JOINER;
      default -> (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    };
  }

  private static void escape(int c, StringBuilder to) {
    switch (c) {
      case '\n' -> to.append("\\n");
      case '\r' -> to.append("\\r");
      case '\t' -> to.append("\\t");
      default -> {
        for (char unit : Character.toChars(c)) {
          to.append("\\u%04x".formatted((int) unit));
        }
      }
    }
  }
}
