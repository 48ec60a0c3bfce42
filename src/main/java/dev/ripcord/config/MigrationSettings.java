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
 * @param backup whether a backup is taken before a rollback that stops the application
 */
public record MigrationSettings(
    Optional<Path> dir, Optional<Secret> database, Optional<String> application, Backup backup) {
  /** When a backup is taken before a rollback that stops the application. */
  public enum Backup {
    /** Where pg_dump is found. */
    AUTO,
    /** Always: without pg_dump the rollback is refused. */
    REQUIRED,
    /** Never. */
    OFF
  }
}
