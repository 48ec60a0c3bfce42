package dev.ripcord.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The connection over which a database is asked whether it answers. */
final class DatabasePingTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();

  private static String sessions(int count, Database database) {
    return "SELECT count(*) = %d FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = '%s'"
        .formatted(count, database.name());
  }

  @Test
  void connection_isKeptForTheNextPoll() {
    Database database = bench.fresh();
    Database other = bench.database("postgres");
    DatabasePing ping = new DatabasePing(bench.vertx, database, System::nanoTime);

    assertThat(MigrationBench.wait(ping.state()).up()).isTrue();
    assertThat(MigrationBench.wait(ping.state()).up()).isTrue();
    assertThat(bench.ask(other, sessions(1, database))).isEqualTo("true");

    MigrationBench.wait(ping.close());
  }

  @Test
  void connectionThatNobodyUsesAnyMore_isClosed_andMadeAnew() {
    Database database = bench.fresh();
    Database other = bench.database("postgres");
    DatabasePing ping =
        new DatabasePing(bench.vertx, database, System::nanoTime, Duration.ofMillis(1));

    assertThat(MigrationBench.wait(ping.state()).up()).isTrue();
    bench.until(other, sessions(0, database));

    assertThat(MigrationBench.wait(ping.state()).up()).isTrue();
    MigrationBench.wait(ping.close());
  }
}
