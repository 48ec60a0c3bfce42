package dev.ripcord.migration.sql;

/**
 * A place in a file.
 *
 * @param line from 1
 * @param column from 1, in characters as people count them
 * @param source the whole line, without its end
 */
public record SourcePosition(int line, int column, String source) {
  /** The place at an offset in characters. */
  static SourcePosition of(String text, int offset) {
    int start = text.lastIndexOf('\n', offset - 1) + 1;
    int end = text.indexOf('\n', offset);
    int line = 1 + (int) text.substring(0, start).chars().filter(c -> c == '\n').count();
    String source = text.substring(start, end < 0 ? text.length() : end).stripTrailing();
    return new SourcePosition(line, 1 + text.codePointCount(start, offset), source);
  }

  /** The line with its number, and a caret under the column. */
  public String drawn() {
    String number = "    " + line + " | ";
    StringBuilder caret = new StringBuilder(" ".repeat(number.length()));
    source.codePoints().limit(column - 1L).forEach(c -> caret.append(c == '\t' ? '\t' : ' '));
    return number + source + "\n" + caret + "^";
  }
}
