package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.sql.Statement;
import java.util.List;

/**
 * A checksum of the first statements of a text that runs statement by statement, by which a later
 * run knows that they are still the same. It only goes on, so each statement is read once. Used by
 * one thread.
 */
final class RunnerCount {
  /** That of no statement at all. */
  static final String NONE = Checksum.of("");

  private final List<Statement> work;
  private final Checksum.OfLines lines = new Checksum.OfLines();
  private int added;

  RunnerCount(List<Statement> work) {
    this.work = work;
  }

  /**
   * The checksum of so many statements.
   *
   * @param statements not less than the last time
   */
  String upTo(int statements) {
    while (added < statements) {
      lines.add(work.get(added++).text());
    }
    return lines.soFar();
  }
}
