package dev.ripcord.cli.migrate.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The migrations of Ripcord's own journal, which lie in {@code migrations} of its sources: where
 * they would be taken for a project's when a command is tried in a clone.
 */
public final class JournalMigrations {
  private static final String FIRST = "01_create_journal_up.sql";

  private JournalMigrations() {}

  /** Whether a folder holds them. */
  public static boolean areIn(Path folder) {
    Path file = folder.resolve(FIRST);
    try (InputStream own = JournalMigrations.class.getResourceAsStream("/migrations/" + FIRST)) {
      return own != null
          && Files.isRegularFile(file)
          && Arrays.equals(own.readAllBytes(), Files.readAllBytes(file));
    } catch (IOException unreadable) {
      return false; // whoever reads the folder says so
    }
  }
}
