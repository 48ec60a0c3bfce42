package dev.ripcord.migration.file;

import dev.ripcord.migration.Version;
import dev.ripcord.migration.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A file that broke off outside a transaction, so that a part of its statements has run.
 *
 * @param version of which migration
 * @param direction {@code up} or {@code down}
 * @param done how many statements have run
 * @param start the checksum of these, as {@link Checksum.OfLines} makes it of their texts
 */
public record PartialRun(Version version, String direction, int done, String start) {
  /** Why an up cannot go on where this broke off; empty when it can. */
  public Optional<String> againstUp(MigrationFile file) {
    List<Statement> work = file.script().work();
    return against("up", file.label(), file.up().name(), work.size(), count -> start(work, count));
  }

  /**
   * Why a text cannot go on where this broke off; empty when it can.
   *
   * @param wanted the direction in which it is to go on
   * @param label version and name of the migration
   * @param file the text's file
   * @param total how many statements the text has
   * @param starts gives the checksum of so many of its first statements
   */
  public Optional<String> against(
      String wanted, String label, String file, int total, IntFunction<String> starts) {
    if (!direction.equals(wanted)) {
      return Optional.of(
          label
              + ": its "
              + direction
              + " broke off after "
              + done
              + " statements; finish that first: ripcord migrate "
              + direction);
    }
    return done <= total && starts.apply(done).equals(start)
        ? Optional.empty()
        : Optional.of(
            file
                + ": changed in the "
                + done
                + " statements that have run already, outside a transaction. Put them back as"
                + " they were, and change only what follows");
  }

  private static String start(List<Statement> work, int count) {
    Checksum.OfLines lines = new Checksum.OfLines();
    work.subList(0, count).forEach(statement -> lines.add(statement.text()));
    return lines.soFar();
  }
}
