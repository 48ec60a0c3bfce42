package dev.ripcord.postgres.journal;

import dev.ripcord.migration.History;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.port.JournalException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Brings the journal's own schema up to date, with the runner that migrates any other database. The
 * history of it lies in the journal's schema: a database may be journal and migrated database both.
 */
final class JournalSchema {
  /** Where the journal is, and the history of its migrations. */
  static final String SCHEMA = "ripcord_journal";

  private static final List<String> MIGRATIONS =
      List.of(
          "01_create_journal",
          "02_create_samples",
          "03_create_outbox",
          "04_create_identity",
          "05_one_open_watch",
          "06_create_lease_session",
          "07_create_asks",
          "08_add_sample_details",
          "09_share_services",
          "10_add_outbox_firing",
          "11_create_silences",
          "12_add_outbox_delivered");
  private static final String UNDEFINED_TABLE = "42P01";
  private static final String APPLIED =
      """
      SELECT version, name, checksum FROM ripcord_journal.migration_history
      WHERE success AND reverted_at IS NULL
      """;

  private final MigrationRunner runner;
  private final Folder folder;
  private final String place;

  JournalSchema(Vertx vertx, Database database, LongSupplier nanos) {
    this.runner =
        new MigrationRunner(vertx, database, MigrationSetup.of(SCHEMA), nanos, step -> {});
    this.folder = Folder.of(files());
    this.place = JournalPool.where(database.options());
  }

  /**
   * Applies what is missing; fails with a {@link JournalException} when the journal is newer than
   * this program. One query when nothing is missing, which is nearly always.
   */
  Future<Void> bringUp(JournalPool pool) {
    return pool.run("open the journal", APPLIED, Tuple.tuple())
        .map(this::isCurrent)
        .recover(
            failure ->
                isMissing(failure) ? Future.succeededFuture(false) : Future.failedFuture(failure))
        .compose(current -> current ? Future.succeededFuture() : migrate());
  }

  private static boolean isMissing(Throwable failure) {
    return failure.getCause() instanceof PgException e && UNDEFINED_TABLE.equals(e.getSqlState());
  }

  private boolean isCurrent(RowSet<Row> applied) {
    Set<String> checksums = new HashSet<>();
    for (Row row : applied) {
      Version version = new Version(row.getString("version"));
      if (folder.migration(version).isEmpty()) {
        throw new JournalException(newer(version + "_" + row.getString("name")));
      }
      checksums.add(row.getString("checksum"));
    }
    return folder.migrations().stream().map(MigrationFile::checksum).allMatch(checksums::contains);
  }

  private Future<Void> migrate() {
    return runner
        .up(this::choose, RunMetadata.by(Database.APPLICATION))
        .compose(
            this::ended,
            failure ->
                Future.failedFuture(
                    new JournalException(couldNot(String.valueOf(failure.getMessage())), failure)));
  }

  /** Looks again, under the lock: another process may have been quicker, and be newer. */
  private MigrationSelection<MigrationFile> choose(History past) {
    Optional<String> unknown =
        past.applied().stream()
            .filter(each -> folder.migration(each.version()).isEmpty())
            .map(each -> newer(each.label()))
            .findFirst();
    return unknown.isPresent()
        ? new MigrationSelection.Refused<>(List.of(unknown.get()))
        : new PendingSelection(folder, past).all();
  }

  private Future<Void> ended(MigrationOutcome outcome) {
    return switch (outcome) {
      case MigrationOutcome.Done done -> Future.succeededFuture();
      case MigrationOutcome.Refused refused ->
          Future.failedFuture(new JournalException(couldNot(String.join("; ", refused.reasons()))));
      case MigrationOutcome.Failed failed ->
          Future.failedFuture(new JournalException(couldNot(failed.message())));
    };
  }

  private String couldNot(String why) {
    return "could not bring the journal at " + place + " up to date: " + why;
  }

  private static String newer(String migration) {
    return "the journal is newer than this ripcord: its migration "
        + migration
        + " is not known here; use the newer ripcord that applied it";
  }

  /** The files of the folder migrations, from the class path. */
  static List<SourceFile> files() {
    return MIGRATIONS.stream()
        .flatMap(name -> Stream.of(name + "_up.sql", name + "_down.sql"))
        .map(file -> new SourceFile(file, text(file)))
        .toList();
  }

  private static String text(String file) {
    try (InputStream in = JournalSchema.class.getResourceAsStream("/migrations/" + file)) {
      if (in == null) {
        throw new IllegalStateException("migrations/" + file + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("migrations/" + file + " cannot be read", e);
    }
  }
}
