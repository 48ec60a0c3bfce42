package dev.ripcord.migration.selection;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.MigrationFile;
import java.util.List;

/**
 * What is to be run, or why nothing may be.
 *
 * @param <T> {@link MigrationFile} on the way up, {@link Applied} on the way down
 */
public sealed interface MigrationSelection<T> {
  /**
   * To be run in this order; nothing to do when empty.
   *
   * @param <T> as in {@link MigrationSelection}
   */
  record Chosen<T>(List<T> items) implements MigrationSelection<T> {
    /** Copies the list. */
    public Chosen {
      items = List.copyOf(items);
    }
  }

  /**
   * Nothing may be run.
   *
   * @param reasons each names the migration, what was found and what to do
   * @param <T> as in {@link MigrationSelection}
   */
  record Refused<T>(List<String> reasons) implements MigrationSelection<T> {
    /** Copies the list. */
    public Refused {
      reasons = List.copyOf(reasons);
    }
  }

  /** The items when there is no reason against them. */
  static <T> MigrationSelection<T> of(List<T> items, List<String> reasons) {
    return reasons.isEmpty() ? new Chosen<>(items) : new Refused<>(reasons);
  }
}
