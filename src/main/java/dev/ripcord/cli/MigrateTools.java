package dev.ripcord.cli;

import dev.ripcord.config.MigrationSettings;
import dev.ripcord.migration.Folder;
import dev.ripcord.migration.SourceFile;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationNote;
import dev.ripcord.postgres.MigrationOutcome;
import dev.ripcord.postgres.MigrationRunner;
import dev.ripcord.postgres.MigrationSetup;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What every migrate verb needs: the folder, the database, a runner, and the way from an outcome to
 * words and an exit code.
 *
 * @param console where to write
 * @param configured the migrations of the configuration, where there is one
 */
record MigrateTools(
    Console console, Function<CommonOptions, Optional<MigrationSettings>> configured) {
  static final int DONE = 0;
  static final int BROKEN = 1;
  static final int USAGE = 2;
  static final int PENDING = 3;
  static final int REFUSED = 4;
  static final int FAILED = 5;

  /** The schema of the history in the migrated database. */
  static final String SCHEMA = "ripcord";

  /** Runs a verb and turns what goes wrong into words and an exit code. */
  int call(Callable<Integer> verb) throws Exception {
    try {
      return verb.call();
    } catch (MigrateStop stop) {
      console.err().println(stop.getMessage());
      return stop.exitCode();
    } catch (SchemaException failure) {
      console.err().println("✖ " + failure.getMessage());
      return BROKEN;
    }
  }

  /** Reads the folder of migrations. */
  Folder folder(CommonOptions common, MigrateOptions options) {
    Path dir =
        Optional.ofNullable(options.dir)
            .or(() -> configured.apply(common).flatMap(MigrationSettings::dir))
            .orElse(Path.of("migrations"));
    return folder(dir);
  }

  /** Reads the folder that all of these files are in. */
  Folder folderOf(List<Path> chosen) {
    List<Path> parents =
        chosen.stream()
            .map(file -> Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file))
            .distinct()
            .toList();
    if (parents.size() != 1) {
      throw new MigrateStop(USAGE, "the files are of several folders; name files of one");
    }
    return folder(parents.getFirst());
  }

  private Folder folder(Path dir) {
    if (!Files.isDirectory(dir)) {
      throw new MigrateStop(
          USAGE, "there is no folder " + dir + "; name the folder of migrations with --dir");
    }
    List<SourceFile> files = new ArrayList<>();
    try (Stream<Path> paths = Files.list(dir)) {
      paths.filter(Files::isRegularFile).sorted().forEach(path -> files.add(read(path)));
    } catch (IOException e) {
      throw new MigrateStop(USAGE, dir + " cannot be read: " + e.getMessage());
    }
    return Folder.of(files);
  }

  /** Reads one file of SQL; others are taken by name only. */
  SourceFile read(Path path) {
    String name = String.valueOf(path.getFileName());
    if (!name.endsWith(".sql")) {
      return new SourceFile(name, "");
    }
    return new SourceFile(name, text(path));
  }

  /** The text of a file. */
  String text(Path path) {
    try {
      return Files.readString(path);
    } catch (MalformedInputException e) {
      throw new MigrateStop(REFUSED, path + ": not UTF-8; save it as UTF-8");
    } catch (IOException e) {
      throw new MigrateStop(USAGE, path + " cannot be read: " + e.getMessage());
    }
  }

  /** Which database: the option, the environment, the configuration. */
  Database database(CommonOptions common, MigrateOptions options) {
    try {
      return Optional.ofNullable(options.databaseUrl)
          .map(url -> Database.of(new Secret(url)))
          .or(() -> Database.ofEnvironment(console.environment()))
          .or(() -> configured.apply(common).flatMap(MigrationSettings::database).map(Database::of))
          .orElseThrow(
              () ->
                  new MigrateStop(
                      USAGE,
                      "no database is named: give --database-url, or set DATABASE_URL, or DB_HOST,"
                          + " DB_NAME, DB_USER and DB_PASSWORD"));
    } catch (IllegalArgumentException e) {
      throw new MigrateStop(USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** Opens a runner for one piece of work and waits for its end. */
  <T> T withRunner(Database database, Consumer<MigrationOutcome.Step> progress, Work<T> work) {
    Vertx vertx = Vertx.vertx();
    try {
      MigrationSetup setup = MigrationSetup.of(SCHEMA);
      return work.on(new MigrationRunner(vertx, database, setup, System::nanoTime, progress))
          .await();
    } finally {
      vertx.close().otherwiseEmpty().await();
    }
  }

  /**
   * A piece of work on a runner.
   *
   * @param <T> what comes of it
   */
  interface Work<T> {
    /** Begins the work. */
    Future<T> on(MigrationRunner runner);
  }

  /** Who runs it, for the audit. */
  MigrationNote note(Optional<String> release) {
    String user = Optional.ofNullable(System.getProperty("user.name")).orElse("unknown");
    return MigrationNote.by(user).release(release);
  }
}
