package dev.ripcord.postgres.journal;

import dev.ripcord.postgres.Database;
import dev.ripcord.release.Secret;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A process of its own that opens a journal and ends: the database's URL is its argument. */
final class JournalChild {
  private JournalChild() {}

  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx();
    Database database = Database.of(new Secret(arguments[0]));
    PostgresJournal.open(vertx, database, Set.of(), Duration.ofDays(1), System::nanoTime)
        .compose(PostgresJournal::close)
        .timeout(60, TimeUnit.SECONDS)
        .await();
    vertx.close().await();
  }
}
