package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.History;
import dev.ripcord.migration.selection.Choice;
import dev.ripcord.migration.selection.Reckoning;
import dev.ripcord.postgres.history.MigrationHistory;
import dev.ripcord.postgres.history.MigrationNote;
import dev.ripcord.postgres.migrate.execution.RunnerBooks;
import dev.ripcord.postgres.migrate.execution.RunnerDesk;
import dev.ripcord.postgres.tool.Kept;
import dev.ripcord.postgres.tool.ToolLedger;
import dev.ripcord.postgres.tool.ToolReckoner;
import dev.ripcord.postgres.tool.ToolSavepoints;
import dev.ripcord.postgres.tool.ToolTable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run has to do with another tool's own table; nothing where the files are Ripcord's.
 *
 * @param desk the run
 * @param kept the tool and its files
 */
record RunnerTool(RunnerDesk desk, Optional<Kept> kept) {
  /** What is applied, after what the tool did by itself was recorded. */
  History past(MigrationHistory history, MigrationNote note) {
    return kept.map(
            files -> new ToolTableSync(desk, files.tool(), reckoner(files)).record(history, note))
        .orElseGet(() -> history.history(desk.door().client()).await());
  }

  /** The choice, unless the tool's table stands against it. */
  <T> Choice<T> within(Choice<T> choice, String direction) {
    boolean up = direction.equals("up");
    if (kept.isEmpty()
        || !(choice instanceof Choice.Chosen<T>(List<T> items))
        || (items.isEmpty() && !up)) {
      return choice;
    }
    MigrationHistory history = new MigrationHistory(desk.tables());
    Reckoning reckoning =
        reckoner(kept.get()).reckon(desk.door(), history.history(desk.door().client()).await());
    return Choice.of(items, up ? reckoning.hindrances() : reckoning.problems());
  }

  /** The history tables of the run, with the tool's table beside them. */
  RunnerBooks books(MigrationNote note, long attempt) {
    return new RunnerBooks(
        desk.tables(),
        note,
        OptionalLong.of(attempt),
        kept.map(files -> ToolLedger.made(desk.door(), files.tool(), desk.tables())));
  }

  /** Where the tool stands as a release begins, by which what it does then is known as its own. */
  void savepoint(String name, MigrationNote note) {
    if (kept.isPresent() && note.release().isPresent()) {
      ToolSavepoints.set(
          desk.door(), desk.tables(), name, ToolTable.read(desk.door(), kept.get().tool()), note);
    }
  }

  private ToolReckoner reckoner(Kept files) {
    return new ToolReckoner(desk.tables(), files);
  }
}
