package dev.ripcord.postgres.migrate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A session of the migrated database that runs migrations, waits, or is waited for.
 *
 * @param pid the server's number of the session
 * @param program its {@code application_name}
 * @param state as {@code pg_stat_activity} has it, such as {@code idle in transaction}
 * @param since how long its statement, or its idleness, has lasted
 * @param query what it runs or ran last, in one line
 * @param migrates whether it is the session that runs the statements of migrations
 * @param waitsFor the sessions that keep it from a lock
 * @param progress how far an index build is, where the server tells
 */
public record MigrationActivity(
    int pid,
    String program,
    String state,
    Duration since,
    String query,
    boolean migrates,
    List<Integer> waitsFor,
    Optional<String> progress) {
  /** Copies the list. */
  public MigrationActivity {
    waitsFor = List.copyOf(waitsFor);
  }
}
