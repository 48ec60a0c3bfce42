package dev.ripcord.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the migrations and their database are. */
final class MigrateOptions {
  @Option(
      names = "--dir",
      paramLabel = "FOLDER",
      description = "folder of up and down files (default: the configuration's, then ./migrations)")
  @Nullable Path dir;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "postgresql://user:password@host:port/name (default: DATABASE_URL, DB_*, POSTGRES_*, the"
              + " configuration's)")
  @Nullable String databaseUrl;

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = "the service whose migrations are meant, where several are configured")
  @Nullable String service;
}
