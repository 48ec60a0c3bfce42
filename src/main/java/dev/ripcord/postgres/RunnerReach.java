package dev.ripcord.postgres;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Batch;
import dev.ripcord.migration.Choice;
import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Script;
import dev.ripcord.migration.SourceFile;
import dev.ripcord.migration.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
    Script script = Script.parse(file.text());
    OptionalInt size = Batch.size(script);
    return script.work().stream()
        .flatMap(each -> hindrance(each, size).stream().map(why -> told(file, each, why)));
  }

  private static String told(SourceFile file, Statement statement, String why) {
    return file.name() + ":" + statement.line() + ": " + why;
  }

  private static Optional<String> hindrance(Statement statement, OptionalInt size) {
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
