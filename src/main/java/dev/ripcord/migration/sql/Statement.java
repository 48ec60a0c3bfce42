package dev.ripcord.migration.sql;

/**
 * One SQL statement of a file, from its first word to its semicolon. It is a place in the file and
 * holds no text of its own, so that a file of a million statements takes little more than its text.
 */
public final class Statement {
  private final String file;
  private final int offset;
  private final int end;
  private final int line;
  private final boolean copiesFromInput;

  /**
   * A part of a file.
   *
   * @param file all of its text, without a byte order mark
   * @param offset where the statement begins, in characters from the start of the file
   * @param end behind its last character
   */
  Statement(String file, int offset, int end, int line, boolean copiesFromInput) {
    this.file = file;
    this.offset = offset;
    this.end = end;
    this.line = line;
    this.copiesFromInput = copiesFromInput;
  }

  /** As it is sent to the server; comments before the first word are left out. */
  public String text() {
    return file.substring(offset, end);
  }

  /** Where it begins, in characters from the start of the file (without a byte order mark). */
  public int offset() {
    return offset;
  }

  /** The line where it begins, from 1. */
  public int line() {
    return line;
  }

  /** Whether it is a {@code COPY … FROM stdin}, whose data stood in the file. */
  public boolean copiesFromInput() {
    return copiesFromInput;
  }

  /** Whether rows travel beside it, to the server or from it, by {@code COPY}. */
  public boolean copies() {
    return copiesFromInput
        || (firstWord().equals("copy") && new TokenCursor(text()).has("to", "stdout"));
  }

  /** Its first word, in lower case; empty where it begins with something else. */
  public String firstWord() {
    return Lexer.firstWord(file, offset);
  }

  /** Whether there is nothing to send but a semicolon. */
  public boolean isEmpty() {
    return end - offset == 1 && file.charAt(offset) == ';';
  }

  @Override
  public String toString() {
    return "line " + line + ": " + text();
  }
}
