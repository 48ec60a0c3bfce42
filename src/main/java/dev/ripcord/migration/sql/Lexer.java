package dev.ripcord.migration.sql;

import dev.ripcord.migration.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts SQL text into tokens by the rules of PostgreSQL's lexer with {@code
 * standard_conforming_strings} on: block comments nest, a backslash escapes in {@code E''} only, a
 * {@code $} inside a word belongs to the word.
 */
final class Lexer {
  private final String text;
  private int at;

  Lexer(String text, int from) {
    this.text = text;
    this.at = from;
  }

  /** The tokens of a statement without white space and comments. */
  static List<Token> words(String statement) {
    List<Token> tokens = new ArrayList<>();
    Lexer lexer = new Lexer(statement, 0);
    while (lexer.hasMore()) {
      Token token = lexer.next();
      if (!token.isBlank()) {
        tokens.add(token);
      }
    }
    return tokens;
  }

  /** The first word of a statement, in lower case; empty where something else comes first. */
  static String firstWord(String text, int from) {
    Lexer lexer = new Lexer(text, from);
    while (lexer.hasMore()) {
      Token token = lexer.next();
      if (!token.isBlank()) {
        return token.kind() == Kind.WORD ? token.text() : "";
      }
    }
    return "";
  }

  boolean hasMore() {
    return at < text.length();
  }

  int at() {
    return at;
  }

  void jumpTo(int position) {
    at = position;
  }

  /** The next token; there must be more. */
  Token next() {
    int start = at;
    char c = text.charAt(at);
    if (isSpace(c)) {
      while (hasMore() && isSpace(text.charAt(at))) {
        at++;
      }
      return token(Kind.SPACE, start, true);
    }
    if (text.startsWith("--", at)) {
      skipLine();
      return token(Kind.COMMENT, start, true);
    }
    if (text.startsWith("/*", at)) {
      return token(Kind.COMMENT, start, skipBlockComment());
    }
    return switch (c) {
      case '\'' -> token(Kind.STRING, start, skipString(false));
      case '"' -> token(Kind.QUOTED, start, skipQuoted('"', false));
      case '$' -> dollar(start);
      case ';' -> single(Kind.SEMICOLON, start);
      case '\\' -> single(Kind.BACKSLASH, start);
      default -> startsWord(c) ? word(start) : numberOrSymbol(c, start);
    };
  }

  private Token token(Kind kind, int start, boolean closed) {
    return new Token(kind, text.substring(start, at), start, at, closed);
  }

  private Token single(Kind kind, int start) {
    at++;
    return token(kind, start, true);
  }

  private Token word(int start) {
    while (hasMore() && continuesWord(text.charAt(at))) {
      at++;
    }
    String word = FoldedName.of(text.substring(start, at));
    boolean quoteFollows = hasMore() && text.charAt(at) == '\'';
    if (quoteFollows && word.equals("e")) {
      return token(Kind.STRING, start, skipString(true));
    }
    if (quoteFollows && (word.equals("b") || word.equals("x") || word.equals("n"))) {
      return token(Kind.STRING, start, skipString(false));
    }
    return word.equals("u") ? unicode(word, start) : new Token(Kind.WORD, word, start, at, true);
  }

  /** {@code U&'…'} and {@code U&"…"}: the backslash there does not escape the quote. */
  private Token unicode(String word, int start) {
    if (text.startsWith("&'", at)) {
      at++;
      return token(Kind.STRING, start, skipString(false));
    }
    if (text.startsWith("&\"", at)) {
      at++;
      return token(Kind.QUOTED, start, skipQuoted('"', false));
    }
    return new Token(Kind.WORD, word, start, at, true);
  }

  private Token numberOrSymbol(char c, int start) {
    at++;
    if (c < '0' || c > '9') {
      return token(Kind.SYMBOL, start, true);
    }
    boolean hasLetters = false;
    while (hasMore()
        && (continuesNumber(text.charAt(at)) || (hasLetters && text.charAt(at) == '$'))) {
      hasLetters |= startsWord(text.charAt(at));
      at++;
    }
    return token(Kind.NUMBER, start, true);
  }

  private Token dollar(int start) {
    int tagEnd = at + 1;
    if (tagEnd < text.length() && startsWord(text.charAt(tagEnd))) {
      while (tagEnd < text.length() && continuesTag(text.charAt(tagEnd))) {
        tagEnd++;
      }
    }
    if (tagEnd >= text.length() || text.charAt(tagEnd) != '$') {
      at++;
      while (hasMore() && isDigit(text.charAt(at))) {
        at++;
      }
      boolean junk = at > start + 1 && hasMore() && startsWord(text.charAt(at));
      while (junk && hasMore() && continuesWord(text.charAt(at))) {
        at++; // $1a is one piece, as 1a is; the server refuses it
      }
      return token(Kind.SYMBOL, start, true);
    }
    String tag = text.substring(at, tagEnd + 1);
    int close = text.indexOf(tag, tagEnd + 1);
    at = close < 0 ? text.length() : close + tag.length();
    return token(Kind.STRING, start, close >= 0);
  }

  /**
   * Skips a string from its opening quote. One that goes on after a line break ({@code 'a'} newline
   * {@code 'b'}) is one string, and keeps its way of escaping.
   */
  private boolean skipString(boolean escapes) {
    boolean closed = skipQuoted('\'', escapes);
    while (closed && escapes) {
      int next = continuation();
      if (next < 0) {
        return true;
      }
      at = next;
      closed = skipQuoted('\'', true);
    }
    return closed;
  }

  private boolean skipQuoted(char quote, boolean escapes) {
    at++;
    while (hasMore()) {
      char c = text.charAt(at);
      boolean pair = at + 1 < text.length();
      if (escapes && c == '\\' && pair) {
        at += 2;
      } else if (c == quote && pair && text.charAt(at + 1) == quote) {
        at += 2;
      } else {
        at++;
        if (c == quote) {
          return true;
        }
      }
    }
    return false;
  }

  private int continuation() {
    boolean newLine = false;
    int i = at;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (text.startsWith("--", i)) {
        i = endOfLine(i);
      } else if (isSpace(c)) {
        newLine |= c == '\n' || c == '\r';
        i++;
      } else {
        return newLine && c == '\'' ? i : -1;
      }
    }
    return -1;
  }

  private void skipLine() {
    at = endOfLine(at);
  }

  private int endOfLine(int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    return end;
  }

  private boolean skipBlockComment() {
    int depth = 0;
    while (hasMore()) {
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
        if (depth == 0) {
          return true;
        }
      } else {
        at++;
      }
    }
    return false;
  }

  /** The non-breaking spaces of Unicode are none: PostgreSQL takes them for letters. */
  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean startsWord(char c) {
    return isLetter(c) || c == '_' || c >= 0x80;
  }

  private static boolean continuesWord(char c) {
    return startsWord(c) || isDigit(c) || c == '$';
  }

  private static boolean continuesTag(char c) {
    return startsWord(c) || isDigit(c);
  }

  private static boolean continuesNumber(char c) {
    return isDigit(c) || isLetter(c) || c == '.' || c == '_';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
