package dev.ripcord.postgres.tool;

import dev.ripcord.migration.Tool;
import dev.ripcord.migration.file.Folder;
import java.util.function.Supplier;

/**
 * Another tool's plain SQL migrations that Ripcord runs, and keeps that tool's own table true.
 *
 * @param tool one with {@link Tool#isPlainSql()}
 * @param folder reads the tool's files; may wait, and is called from a thread that may
 */
public record ManagedToolFiles(Tool tool, Supplier<Folder> folder) {
  /** Refuses a tool whose migrations are no plain SQL. */
  public ManagedToolFiles {
    if (!tool.isPlainSql()) {
      throw new IllegalArgumentException(tool.text() + " has no plain SQL files");
    }
  }
}
