package dev.ripcord.migration.sql;

/**
 * One SQL statement of a file, from its first word to its semicolon.
 *
 * @param text as it is sent to the server; comments before the first word are left out
 * @param offset where it begins, in characters from the start of the file (without a byte order
 *     mark)
 * @param line the line where it begins, from 1
 * @param copiesFromInput whether it is a {@code COPY … FROM stdin}, whose data stood in the file
 */
public record Statement(String text, int offset, int line, boolean copiesFromInput) {
  /** Whether rows travel beside it, to the server or from it, by {@code COPY}. */
  public boolean copies() {
    return copiesFromInput
        || (firstWord().equals("copy") && new TokenCursor(text).has("to", "stdout"));
  }

  /** Its first word, in lower case; empty where it begins with something else. */
  public String firstWord() {
    return Lexer.firstWord(text);
  }

  /** Whether there is nothing to send but a semicolon. */
  public boolean isEmpty() {
    return text.equals(";");
  }
}
