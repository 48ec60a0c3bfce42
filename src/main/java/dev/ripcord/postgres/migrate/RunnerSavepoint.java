package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.History;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.selection.Choice;
import dev.ripcord.postgres.history.MigrationNote;
import dev.ripcord.postgres.migrate.execution.RunnerBooks;
import dev.ripcord.postgres.migrate.execution.RunnerDesk;
import java.util.List;
import java.util.OptionalLong;

/** Sets the savepoint of a run before its first migration. */
final class RunnerSavepoint {
  private RunnerSavepoint() {}

  /** Sets it where something will be run and it was not set for this release before. */
  static Choice<MigrationFile> before(
      Choice<MigrationFile> choice, History past, RunnerDesk desk, MigrationNote note) {
    if (choice instanceof Choice.Chosen<MigrationFile>(List<MigrationFile> files)
        && !files.isEmpty()
        && note.savepoint().isPresent()
        && !isOwn(past, note)) {
      new RunnerBooks(desk.tables(), note, OptionalLong.empty())
          .savepoint(desk.door(), note.savepoint().get());
    }
    return choice;
  }

  /** Whether the savepoint was set for this same release, in a run that broke off. */
  private static boolean isOwn(History past, MigrationNote note) {
    return note.release().isPresent()
        && past.savepoint(note.savepoint().orElse(""))
            .filter(set -> set.release().equals(note.release()))
            .filter(
                set ->
                    past.applied().stream()
                        .filter(each -> each.order() > set.order())
                        .allMatch(each -> each.release().equals(note.release())))
            .isPresent();
  }
}
