package dev.ripcord.migration.sql;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code INSERT … VALUES} with nothing but literals behind it, which files of data hold by the
 * thousand: two with the same beginning ask for the same.
 */
public final class LiteralRows {
  private static final Set<String> CONSTANTS = Set.of("null", "true", "false", "default");

  private LiteralRows() {}

  /** All up to the {@code VALUES} of such a statement; empty of any other. */
  public static Optional<String> beginning(Statement statement) {
    if (!statement.firstWord().equals("insert")) {
      return Optional.empty();
    }
    String text = statement.text();
    List<Token> tokens = Lexer.words(text);
    int at = 0;
    while (at < tokens.size() && !tokens.get(at).isWord("values")) {
      boolean queries = tokens.get(at).isWord("with") || tokens.get(at).isWord("select");
      if (queries || tokens.get(at).kind() == Token.Kind.STRING) {
        return Optional.empty();
      }
      at++;
    }
    return at < tokens.size() && areRows(tokens, at + 1)
        ? Optional.of(text.substring(0, tokens.get(at).end()))
        : Optional.empty();
  }

  private static boolean areRows(List<Token> tokens, int first) {
    int at = first;
    while (true) {
      if (!isSymbol(tokens, at++, '(')) {
        return false;
      }
      do {
        boolean signed = isSymbol(tokens, at, '-') || isSymbol(tokens, at, '+');
        at += signed ? 1 : 0;
        if (at >= tokens.size() || !isLiteral(tokens.get(at++), signed)) {
          return false;
        }
      } while (isSymbol(tokens, at++, ','));
      if (!isSymbol(tokens, at - 1, ')')) {
        return false;
      }
      if (!isSymbol(tokens, at++, ',')) {
        return at > tokens.size() || (at == tokens.size() && isEnd(tokens.getLast()));
      }
    }
  }

  private static boolean isSymbol(List<Token> tokens, int at, char symbol) {
    return at < tokens.size() && tokens.get(at).isSymbol(symbol);
  }

  private static boolean isLiteral(Token token, boolean signed) {
    return switch (token.kind()) {
      case NUMBER -> true;
      case STRING -> !signed && token.closed();
      case WORD -> !signed && CONSTANTS.contains(token.text());
      case SPACE, COMMENT, QUOTED, SEMICOLON, BACKSLASH, SYMBOL -> false;
    };
  }

  private static boolean isEnd(Token token) {
    return token.kind() == Token.Kind.SEMICOLON;
  }
}
