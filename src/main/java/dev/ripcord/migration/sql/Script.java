package dev.ripcord.migration.sql;

import java.util.List;

/**
 * A file of SQL cut into its statements.
 *
 * @param text the file without a byte order mark
 * @param statements in the order of the file, empty ones included
 * @param flaws why it cannot be run; empty when it can
 */
public record Script(String text, List<Statement> statements, List<ScriptError> flaws) {
  /** What some editors write at the beginning of a file. */
  public static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Copies the lists. */
  public Script {
    statements = List.copyOf(statements);
    flaws = List.copyOf(flaws);
  }

  /** Cuts a file. Never fails: what is wrong with it stands in {@link #flaws()}. */
  public static Script parse(String file) {
    String text =
        file.startsWith(BYTE_ORDER_MARK) ? file.substring(BYTE_ORDER_MARK.length()) : file;
    return new Splitter(text).split();
  }

  /** What there is to send: the statements without the empty ones. */
  public List<Statement> work() {
    return statements.stream().filter(statement -> !statement.isEmpty()).toList();
  }

  /** Whether it holds a statement that PostgreSQL refuses in a transaction, or runs in batches. */
  public boolean runsOutsideTransaction() {
    return Batch.size(this).isPresent()
        || work().stream().anyMatch(each -> NonTransactional.of(each).isPresent());
  }

  /** Where in the file a place is, given as PostgreSQL gives it. */
  public SourcePosition place(Statement statement, int position) {
    int points = statement.text().codePointCount(0, statement.text().length());
    int ahead = Math.clamp(position - 1, 0, points);
    return SourcePosition.of(
        text, statement.offset() + statement.text().offsetByCodePoints(0, ahead));
  }
}
