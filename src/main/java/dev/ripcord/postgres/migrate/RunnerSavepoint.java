package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.History;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.HistoryWriter;
import dev.ripcord.postgres.migrate.execution.RunContext;
import java.util.List;
import java.util.OptionalLong;

/** Sets the savepoint of a run before its first migration. */
final class RunnerSavepoint {
  private RunnerSavepoint() {}

  /** Sets it where something will be run and it was not set for this release before. */
  static MigrationSelection<MigrationFile> before(
      MigrationSelection<MigrationFile> choice,
      History past,
      RunContext context,
      RunMetadata note) {
    if (choice instanceof MigrationSelection.Chosen<MigrationFile>(List<MigrationFile> files)
        && !files.isEmpty()
        && note.savepoint().isPresent()
        && !isOwn(past, note)) {
      new HistoryWriter(context.tables(), note, OptionalLong.empty())
          .savepoint(context.lockSession(), note.savepoint().get());
    }
    return choice;
  }

  /** Whether the savepoint was set for this same release, in a run that broke off. */
  private static boolean isOwn(History past, RunMetadata note) {
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
