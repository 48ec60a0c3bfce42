package dev.ripcord.cli.migrate.context;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the migrations and their database are. */
public final class MigrateOptions {
  @Option(
      names = "--dir",
      paramLabel = "FOLDER",
      description = "folder of up and down files (default: the configuration's, then ./migrations)")
  @Nullable
  public Path dir;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "postgresql://user:password@host:port/name (default: DATABASE_URL, DB_*, POSTGRES_*, the"
              + " configuration's)")
  @Nullable
  public String databaseUrl;

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = "the service whose migrations are meant, where several are configured")
  @Nullable
  public String service;
}
