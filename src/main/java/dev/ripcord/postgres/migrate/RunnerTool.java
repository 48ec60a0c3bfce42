package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.History;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.ToolReconciliation;
import dev.ripcord.postgres.history.MigrationHistory;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.HistoryWriter;
import dev.ripcord.postgres.migrate.execution.RunContext;
import dev.ripcord.postgres.tool.ManagedToolFiles;
import dev.ripcord.postgres.tool.ToolReconciler;
import dev.ripcord.postgres.tool.ToolSavepoints;
import dev.ripcord.postgres.tool.ToolTable;
import dev.ripcord.postgres.tool.ToolTableWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run has to do with another tool's own table; nothing where the files are Ripcord's.
 *
 * @param context the run
 * @param kept the tool and its files
 */
record RunnerTool(RunContext context, Optional<ManagedToolFiles> kept) {
  /** What is applied, after what the tool did by itself was recorded. */
  History past(MigrationHistory history, RunMetadata note) {
    return kept.map(
            files ->
                new ToolTableSync(context, files.tool(), reckoner(files)).record(history, note))
        .orElseGet(() -> history.history(context.lockSession().client()).await());
  }

  /** The choice, unless the tool's table stands against it. */
  <T> MigrationSelection<T> within(MigrationSelection<T> choice, String direction) {
    boolean up = direction.equals("up");
    if (kept.isEmpty()
        || !(choice instanceof MigrationSelection.Chosen<T>(List<T> items))
        || (items.isEmpty() && !up)) {
      return choice;
    }
    MigrationHistory history = new MigrationHistory(context.tables());
    ToolReconciliation reckoning =
        reckoner(kept.get())
            .reckon(context.lockSession(), history.history(context.lockSession().client()).await());
    return MigrationSelection.of(items, up ? reckoning.blockers() : reckoning.problems());
  }

  /** What writes the history of the run, and the tool's own table. */
  HistoryWriter books(RunMetadata note, long attempt) {
    return new HistoryWriter(
        context.tables(),
        note,
        OptionalLong.of(attempt),
        kept.map(
            files -> ToolTableWriter.made(context.lockSession(), files.tool(), context.tables())));
  }

  /** Where the tool stands as a release begins, by which what it does then is known as its own. */
  void savepoint(String name, RunMetadata note) {
    if (kept.isPresent() && note.release().isPresent()) {
      ToolSavepoints.set(
          context.lockSession(),
          context.tables(),
          name,
          ToolTable.read(context.lockSession(), kept.get().tool()),
          note);
    }
  }

  private ToolReconciler reckoner(ManagedToolFiles files) {
    return new ToolReconciler(context.tables(), files);
  }
}
