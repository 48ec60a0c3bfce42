package dev.ripcord.postgres.history;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A run of migrations that has no end yet: it is under way, or it broke off.
 *
 * @param direction {@code up} or {@code down}
 * @param migrations what it means to do, in its order, as the files are named
 * @param done how many of them are done
 * @param by who began it
 * @param release for which release, where it was said
 * @param begunAt when
 * @param pid the server process that works on it
 * @param running whether that process is there; else the run broke off
 */
public record MigrationAttempt(
    String direction,
    List<String> migrations,
    int done,
    String by,
    Optional<String> release,
    Instant begunAt,
    int pid,
    boolean running) {
  /** Copies the list. */
  public MigrationAttempt {
    migrations = List.copyOf(migrations);
  }

  /** The migration that is, or was, under way; empty when only the end is not written. */
  public Optional<String> current() {
    return migrations.stream().skip(done).findFirst();
  }
}
