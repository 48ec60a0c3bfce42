package dev.ripcord.config;

import dev.ripcord.release.Secret;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The migrations of one service.
 *
 * @param dir the folder of up and down files
 * @param database the URL of the database they change
 * @param application the {@code application_name} that the service's own sessions carry, by which a
 *     rollback waits for the last of them to go
 * @param backup when a rollback takes a backup before the first down
 */
public record MigrationSettings(
    Optional<Path> dir, Optional<Secret> database, Optional<String> application, Backup backup) {
  /** When a rollback takes a backup before the first down. */
  public enum Backup {
    /** Where pg_dump is found. */
    AUTO,
    /** Always: without pg_dump the rollback is refused. */
    REQUIRED,
    /** Never. */
    OFF
  }
}
