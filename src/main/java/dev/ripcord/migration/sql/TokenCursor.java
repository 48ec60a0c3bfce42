package dev.ripcord.migration.sql;

import dev.ripcord.migration.sql.Token.Kind;
import java.util.List;
import java.util.Optional;

/** A reader over the tokens of one statement, from left to right. */
final class TokenCursor {
  private final List<Token> tokens;
  private int at;

  TokenCursor(String statement) {
    this.tokens =
        Lexer.words(statement).stream().filter(token -> token.kind() != Kind.SEMICOLON).toList();
  }

  private TokenCursor(List<Token> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  boolean isAtEnd() {
    return at >= tokens.size();
  }

  /** Skips a word when it comes next. */
  boolean skip(String word) {
    if (isAtEnd() || !tokens.get(at).isWord(word)) {
      return false;
    }
    at++;
    return true;
  }

  /** Skips whatever comes next. */
  void skipOne() {
    at++;
  }

  /** Skips several words when all of them come next. */
  boolean skipAll(String... words) {
    int before = at;
    for (String word : words) {
      if (!skip(word)) {
        at = before;
        return false;
      }
    }
    return true;
  }

  /** Skips one of several words when it comes next. */
  boolean skipAny(String... words) {
    for (String word : words) {
      if (skip(word)) {
        return true;
      }
    }
    return false;
  }

  boolean skipSymbol(char symbol) {
    if (isAtEnd() || !tokens.get(at).isSymbol(symbol)) {
      return false;
    }
    at++;
    return true;
  }

  /** Skips parentheses with all that is in them when they come next. */
  void skipParentheses() {
    int depth = 0;
    while (!isAtEnd() && (depth > 0 || tokens.get(at).isSymbol('('))) {
      depth += tokens.get(at).isSymbol('(') ? 1 : tokens.get(at).isSymbol(')') ? -1 : 0;
      at++;
    }
  }

  /** A name as written, with its schema; empty when no name comes next. */
  Optional<String> name() {
    StringBuilder name = new StringBuilder();
    while (!isAtEnd() && tokens.get(at).isName()) {
      name.append(tokens.get(at).text());
      at++;
      if (!skipSymbol('.')) {
        return Optional.of(plain(name.toString()));
      }
      name.append('.');
    }
    return Optional.empty();
  }

  /** A name that is quoted without need is the same name. */
  private static String plain(String name) {
    return name.matches("\"[a-z_][a-z0-9_]*\"") ? name.substring(1, name.length() - 1) : name;
  }

  /** Whether a word stands anywhere in what is left. */
  boolean has(String word) {
    return tokens.subList(at, tokens.size()).stream().anyMatch(token -> token.isWord(word));
  }

  /** Whether a symbol stands anywhere in what is left. */
  boolean hasSymbol(char symbol) {
    return tokens.subList(at, tokens.size()).stream().anyMatch(token -> token.isSymbol(symbol));
  }

  /** Whether one word follows another directly, anywhere in what is left. */
  boolean has(String first, String second) {
    for (int i = at; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).isWord(first) && tokens.get(i + 1).isWord(second)) {
        return true;
      }
    }
    return false;
  }

  /** What is left. */
  List<Token> rest() {
    return tokens.subList(Math.min(at, tokens.size()), tokens.size());
  }

  /** Whether what is left calls a function that is not known to change nothing. */
  boolean callsUnknown() {
    return FunctionCalls.unknown(tokens.subList(at, tokens.size())).isPresent();
  }

  /**
   * Skips what comes before a word outside of parentheses, and the word; false when it is absent.
   */
  boolean skipTo(String word) {
    int depth = 0;
    for (int i = at; i < tokens.size(); i++) {
      depth += tokens.get(i).isSymbol('(') ? 1 : tokens.get(i).isSymbol(')') ? -1 : 0;
      if (depth == 0 && tokens.get(i).isWord(word)) {
        at = i + 1;
        return true;
      }
    }
    return false;
  }

  /** Skips what is left of a part: up to a comma outside of parentheses and brackets. */
  void skipPart() {
    int depth = 0;
    while (!isAtEnd()) {
      Token token = tokens.get(at);
      if (depth == 0 && token.isSymbol(',')) {
        return;
      }
      depth += token.isSymbol('(') || token.isSymbol('[') ? 1 : 0;
      depth -= token.isSymbol(')') || token.isSymbol(']') ? 1 : 0;
      at++;
    }
  }

  /** What is left of a part, as a reader of its own. */
  TokenCursor part() {
    int from = at;
    skipPart();
    return new TokenCursor(tokens.subList(from, at));
  }

  /** Cuts what is left at a word outside of parentheses, and gives what stood before it. */
  TokenCursor before(String word) {
    int depth = 0;
    for (int i = at; i < tokens.size(); i++) {
      depth += tokens.get(i).isSymbol('(') ? 1 : tokens.get(i).isSymbol(')') ? -1 : 0;
      if (depth == 0 && tokens.get(i).isWord(word)) {
        return new TokenCursor(tokens.subList(at, i));
      }
    }
    return new TokenCursor(tokens.subList(at, tokens.size()));
  }
}
