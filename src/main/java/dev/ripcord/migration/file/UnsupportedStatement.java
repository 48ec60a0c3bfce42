package dev.ripcord.migration.file;

import dev.ripcord.migration.sql.Batch;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the runner cannot send: rows that travel beside a {@code COPY}, for which the PostgreSQL
 * client has no protocol, and statements that a batch cannot be made of.
 */
public final class UnsupportedStatement {
  private UnsupportedStatement() {}

  /** Every such statement of a file, with its line and what to write instead. */
  public static List<String> in(SourceFile file) {
    Script script = file.script();
    OptionalInt size = Batch.size(script);
    return script.work().stream()
        .flatMap(
            each ->
                blocker(each, size)
                    .map(why -> file.name() + ":" + each.line() + ": " + why)
                    .stream())
        .toList();
  }

  private static Optional<String> blocker(Statement statement, OptionalInt size) {
    if (statement.copies()) {
      return Optional.of("COPY … FROM stdin and TO stdout cannot be run yet; write rows as INSERT");
    }
    try {
      size.ifPresent(rows -> Batch.of(statement, rows));
      return Optional.empty();
    } catch (IllegalArgumentException cannot) {
      return Optional.of(String.valueOf(cannot.getMessage()));
    }
  }
}
