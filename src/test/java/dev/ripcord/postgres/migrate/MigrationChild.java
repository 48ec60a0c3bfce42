package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** A run in a process of its own, for {@link MigrationKilledTest} to kill. */
final class MigrationChild {
  private MigrationChild() {}

  /**
   * Arguments: the database, {@code up} or {@code down}, and whether behind a fence. Ends with 0
   * when all was done.
   */
  public static void main(String[] arguments) {
    RunMetadata note = MigrationKilledTest.note(Boolean.parseBoolean(arguments[2]));
    Vertx vertx = Vertx.vertx();
    MigrationRunner runner =
        new MigrationRunner(
            vertx,
            Database.of(new Secret(arguments[0])),
            MigrationSetup.of("ripcord"),
            System::nanoTime,
            step -> {});
    Future<MigrationOutcome> run =
        arguments[1].equals("up")
            ? runner.upAll(MigrationKilledTest.FOLDER, note)
            : runner.down(past -> new RevertSelection(past).toBase(), note);
    MigrationOutcome outcome = MigrationBench.wait(run);
    System.out.println(outcome);
    MigrationBench.wait(vertx.close());
    System.exit(outcome instanceof MigrationOutcome.Done ? 0 : 1);
  }
}
