package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.file.UnsupportedStatement;
import dev.ripcord.migration.selection.MigrationSelection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Refuses, before anything runs, what this runner cannot send: rows that travel beside a {@code
 * COPY}, for which the PostgreSQL client has no protocol, and statements that a batch cannot be
 * made of. On the way up the downs are looked through too, since they must be able to run one day.
 */
final class RunnableCheck {
  private RunnableCheck() {}

  static MigrationSelection<MigrationFile> up(MigrationSelection<MigrationFile> choice) {
    return within(
        choice,
        file ->
            Stream.concat(Stream.of(file.up()), file.down().stream())
                .flatMap(RunnableCheck::blockers));
  }

  static MigrationSelection<Applied> down(MigrationSelection<Applied> choice) {
    return within(
        choice,
        applied ->
            applied.down().stream()
                .map(text -> new SourceFile("down of " + applied.label(), text))
                .flatMap(RunnableCheck::blockers));
  }

  private static <T> MigrationSelection<T> within(
      MigrationSelection<T> choice, Function<T, Stream<String>> reasons) {
    return choice instanceof MigrationSelection.Chosen<T>(List<T> items)
        ? MigrationSelection.of(items, items.stream().flatMap(reasons).toList())
        : choice;
  }

  private static Stream<String> blockers(SourceFile file) {
    return UnsupportedStatement.in(file).stream();
  }
}
