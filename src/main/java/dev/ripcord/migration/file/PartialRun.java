package dev.ripcord.migration.file;

import dev.ripcord.migration.Version;
import dev.ripcord.migration.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A file that broke off outside a transaction, so that a part of its statements has run.
 *
 * @param version of which migration
 * @param direction {@code up} or {@code down}
 * @param done how many statements have run
 * @param start the checksum of these, as {@link #start} makes it
 */
public record PartialRun(Version version, String direction, int done, String start) {
  /** The checksum of the first statements of a file. */
  public static String start(List<Statement> work, int done) {
    return Checksum.of(
        work.subList(0, done).stream().map(Statement::text).collect(Collectors.joining("\n")));
  }

  /** Why an up cannot go on where this broke off; empty when it can. */
  public Optional<String> againstUp(MigrationFile file) {
    if (!direction.equals("up")) {
      return Optional.of(
          file.label()
              + ": its down broke off after "
              + done
              + " statements; finish that first: ripcord migrate down");
    }
    List<Statement> work = file.script().work();
    return done <= work.size() && start(work, done).equals(start)
        ? Optional.empty()
        : Optional.of(
            file.up().name()
                + ": changed in the "
                + done
                + " statements that have run already, outside a transaction. Put them back as"
                + " they were, and change only what follows");
  }
}
