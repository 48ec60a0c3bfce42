package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.file.Unsupported;
import dev.ripcord.migration.selection.Choice;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Refuses, before anything runs, what this runner cannot send: rows that travel beside a {@code
 * COPY}, for which the PostgreSQL client has no protocol, and statements that a batch cannot be
 * made of. On the way up the downs are looked through too, since they must be able to run one day.
 */
final class RunnerReach {
  private RunnerReach() {}

  static Choice<MigrationFile> up(Choice<MigrationFile> choice) {
    return within(
        choice,
        file ->
            Stream.concat(Stream.of(file.up()), file.down().stream())
                .flatMap(RunnerReach::hindrances));
  }

  static Choice<Applied> down(Choice<Applied> choice) {
    return within(
        choice,
        applied ->
            applied.down().stream()
                .map(text -> new SourceFile("down of " + applied.label(), text))
                .flatMap(RunnerReach::hindrances));
  }

  private static <T> Choice<T> within(Choice<T> choice, Function<T, Stream<String>> reasons) {
    return choice instanceof Choice.Chosen<T>(List<T> items)
        ? Choice.of(items, items.stream().flatMap(reasons).toList())
        : choice;
  }

  private static Stream<String> hindrances(SourceFile file) {
    return Unsupported.in(file).stream();
  }
}
