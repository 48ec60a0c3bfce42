package dev.ripcord.parse;

/**
 * Writes the quotes in {@code E'it\'s'} as {@code E'it''s'}: the library's lexer knows only these.
 * A text keeps its length, so that places in it stay what they were.
 */
final class EscapedQuotes {
  private final StringBuilder text;
  private int at;

  private EscapedQuotes(String text) {
    this.text = new StringBuilder(text);
  }

  /** The same statement, with every such quote doubled. */
  static String doubled(String text) {
    return text.contains("\\'") ? new EscapedQuotes(text).doubled() : text;
  }

  private String doubled() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\'') {
        skipString(isAfterE());
      } else if (c == '"') {
        skipTo("\"", 1);
      } else if (starts("--")) {
        skipTo("\n", 2);
      } else if (starts("/*")) {
        skipComment();
      } else if (c == '$') {
        skipDollar();
      } else {
        at++;
      }
    }
    return text.toString();
  }

  private boolean starts(String what) {
    int end = at + what.length();
    return end <= text.length() && what.contentEquals(text.subSequence(at, end));
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c >= 0x80;
  }

  private boolean isAfterE() {
    boolean e = at > 0 && Character.toLowerCase(text.charAt(at - 1)) == 'e';
    return e && (at < 2 || !isWord(text.charAt(at - 2)));
  }

  /** From its opening quote; one that goes on after a line break keeps its way of escaping. */
  private void skipString(boolean escapes) {
    boolean more = true;
    while (more) {
      at++;
      while (at < text.length() && !endsHere(escapes)) {
        at++;
      }
      at++;
      int next = at;
      boolean line = false;
      while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
        line |= text.charAt(next) == '\n' || text.charAt(next) == '\r';
        next++;
      }
      more = line && next < text.length() && text.charAt(next) == '\'';
      at = more ? next : Math.min(at, text.length());
    }
  }

  private boolean endsHere(boolean escapes) {
    char c = text.charAt(at);
    boolean pair = at + 1 < text.length();
    if (escapes && c == '\\' && pair) {
      if (text.charAt(at + 1) == '\'') {
        text.setCharAt(at, '\'');
      }
      at++;
      return false;
    }
    if (c == '\'' && pair && text.charAt(at + 1) == '\'') {
      at++;
      return false;
    }
    return c == '\'';
  }

  private void skipTo(String end, int from) {
    int found = text.indexOf(end, at + from);
    at = found < 0 ? text.length() : found + end.length();
  }

  private void skipComment() {
    int depth = 0;
    do {
      if (starts("/*")) {
        depth++;
        at += 2;
      } else if (starts("*/")) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < text.length());
  }

  /** What stands between dollars is a text of its own. */
  private void skipDollar() {
    int end = at + 1;
    while (end < text.length() && isWord(text.charAt(end)) && text.charAt(end) != '$') {
      end++;
    }
    boolean tag =
        end < text.length()
            && text.charAt(end) == '$'
            && (at == 0 || !isWord(text.charAt(at - 1)))
            && !Character.isDigit(text.charAt(at + 1));
    if (tag) {
      skipTo(text.substring(at, end + 1), end + 1 - at);
    } else {
      at++;
    }
  }
}
