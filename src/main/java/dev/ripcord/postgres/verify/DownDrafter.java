package dev.ripcord.postgres.verify;

import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.undo.DownDraft;
import dev.ripcord.migration.undo.Drafted;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.shadow.ShadowCopy;
import dev.ripcord.postgres.shadow.ShadowScript;
import dev.ripcord.postgres.shadow.ShadowServer;
import dev.ripcord.postgres.shadow.ShadowSession;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes the down of an up, on a scratch copy of the database: what each statement changes in the
 * catalog is reverted there, and what does not come back is said. The live database is only read.
 *
 * <p>A long sequence with branches, which runs on a virtual thread of its own. May be called from
 * any thread.
 */
public final class DownDrafter {
  private final Vertx vertx;
  private final Database database;
  private final ShadowChoice shadow;
  private final Consumer<String> progress;
  private final AtomicReference<@Nullable ShadowServer> running = new AtomicReference<>();

  private final AtomicReference<@Nullable ProofRunner> proving = new AtomicReference<>();

  /**
   * Opens nothing yet.
   *
   * @param progress is called with what is being done, in words, from the work's own thread
   */
  public DownDrafter(
      Vertx vertx, Database database, ShadowChoice shadow, Consumer<String> progress) {
    this.vertx = vertx;
    this.database = database;
    this.shadow = shadow;
    this.progress = progress;
  }

  /**
   * Writes a down. Fails with a {@link SchemaException} when the database cannot be reached or
   * copied, or an up fails on the copy.
   *
   * @param before what is pending below it, to be applied to the copy first
   * @param file the migration; the down that it may have is not looked at
   * @param reader what a statement asks for
   */
  public Future<DownDraft> draft(
      List<MigrationFile> before,
      MigrationFile file,
      Function<Statement, List<SqlOperation>> reader) {
    return database.onThread(
        "generate-down",
        () -> {
          try (ShadowServer server = ShadowServer.open(vertx, database, shadow)) {
            running.set(server);
            progress.accept("copying the schema of " + database.label() + " to a shadow");
            ShadowCopy.Shadow copy = new ShadowCopy(vertx, server, true).make();
            try (ShadowSession stage = new ShadowSession(server, copy.name())) {
              return draft(stage, before, file, reader);
            }
          } finally {
            running.set(null);
          }
        });
  }

  /**
   * Writes a down and tries it; fails as {@link #draft}.
   *
   * @param before what is pending below it
   * @param file the migration
   * @param downName the name that the down's file will have
   */
  public Future<Drafted> proved(
      List<MigrationFile> before,
      MigrationFile file,
      String downName,
      Function<Statement, List<SqlOperation>> reader) {
    return draft(before, file, reader)
        .compose(
            draft -> {
              if (draft.isEmpty()) {
                return Future.succeededFuture(new Drafted(draft, Optional.empty()));
              }
              MigrationFile pair =
                  file.withDown(new SourceFile(downName, draft.plain(file.up().name())));
              List<MigrationFile> all = new ArrayList<>(before);
              all.add(pair);
              ProofRunner prover = new ProofRunner(vertx, database, true, shadow, progress);
              proving.set(prover);
              return prover
                  .inOrder(all)
                  .map(proofs -> new Drafted(draft, Optional.of(proofs.getLast())));
            });
  }

  private DownDraft draft(
      ShadowSession stage,
      List<MigrationFile> before,
      MigrationFile file,
      Function<Statement, List<SqlOperation>> reader) {
    try {
      for (MigrationFile each : before) {
        progress.accept("applying " + each.label() + ", which is pending, to it");
        stage.run(ShadowScript.up(each));
      }
      progress.accept("trying what reverts each statement of " + file.up().name());
      return new DownDraft(
          new DownTrial(stage.session(), ShadowScript.up(file), reader).run(),
          "from its statements and the catalog of a copy of database " + database.name());
    } catch (StatementFailure failure) {
      throw new SchemaException(
          "an up fails on a copy of the database, so nothing was written (is it applied already?): "
              + failure.getMessage(),
          failure);
    }
  }

  /** Drops what there is of shadows, for a program that is interrupted. Blocks. */
  public void abandon() {
    ShadowServer server = running.get();
    if (server != null) {
      server.abandon();
    }
    ProofRunner prover = proving.get();
    if (prover != null) {
      prover.abandon();
    }
  }
}
