package dev.ripcord.migration.sql;

/**
 * One piece of SQL text as PostgreSQL's own lexer would cut it.
 *
 * @param kind what it is
 * @param text as written; unquoted words in lower case
 * @param start where it begins, in characters from the start of the text
 * @param end where it ends, exclusive
 * @param closed whether what was opened was closed: false for a string, quoted name or comment that
 *     runs to the end of the text
 */
record Token(Kind kind, String text, int start, int end, boolean closed) {
  /** What a piece of SQL text is. */
  enum Kind {
    SPACE,
    COMMENT,
    WORD,
    QUOTED,
    STRING,
    NUMBER,
    SEMICOLON,
    BACKSLASH,
    SYMBOL
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  boolean isSymbol(char symbol) {
    return kind == Kind.SYMBOL && text.charAt(0) == symbol;
  }

  /** Whether it says nothing to the server. */
  boolean isBlank() {
    return kind == Kind.SPACE || kind == Kind.COMMENT;
  }

  /** Whether it can name something: a word or a quoted name. */
  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }
}
