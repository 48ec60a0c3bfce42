package dev.ripcord.postgres.migrate.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationSetup.Blockers;
import dev.ripcord.release.Secret;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said before anybody is in the way, beside what the server allows then. */
final class BlockerRightsTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private static final Optional<String> SHOP = Optional.of("the shop");

  private Database database = bench.database("postgres");

  @BeforeAll
  static void roles() {
    bench.run(
        bench.database("postgres"),
        "CREATE ROLE visitor LOGIN",
        "CREATE ROLE nobody LOGIN",
        "CREATE ROLE signals LOGIN IN ROLE pg_signal_backend",
        "CREATE ROLE sees LOGIN IN ROLE pg_read_all_stats",
        "CREATE ROLE either LOGIN IN ROLE pg_signal_backend, pg_read_all_stats",
        "CREATE ROLE member LOGIN IN ROLE visitor",
        "CREATE ROLE aside LOGIN NOINHERIT IN ROLE visitor",
        "CREATE ROLE master LOGIN SUPERUSER");
  }

  @BeforeEach
  void table() {
    database = bench.fresh();
    bench.run(database, "CREATE TABLE busy (id int)", "GRANT ALL ON busy TO visitor");
  }

  private MigrationSession as(String role) {
    return bench.session(
        Database.of(
            new Secret(
                "postgresql://%s@127.0.0.1:%d/%s".formatted(role, bench.port(), database.name()))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nobody  | nobody may not cancel sessions of visitor: GRANT pg_signal_backend,"
            + " pg_read_all_stats TO \"nobody\"",
        "signals | signals may not see what is needed to cancel sessions of visitor: GRANT"
            + " pg_read_all_stats TO \"signals\"",
        "sees    | sees may not cancel sessions of visitor: GRANT pg_signal_backend TO \"sees\"",
        "aside   | aside may not cancel sessions of visitor: GRANT pg_signal_backend,"
            + " pg_read_all_stats TO \"aside\"",
        "either  |",
        "member  |",
        "visitor |",
        "master  |",
      })
  void whatIsSaid_isWhatTheServerAllows(String role, String missing) {
    try (MigrationSession application = as("visitor");
        MigrationSession waits = as("master");
        MigrationSession asking = as(role)) {
      application.run("SET application_name = 'the shop'");
      application.run("BEGIN; LOCK TABLE busy");
      Optional<String> said = BlockerRights.missing(asking, Blockers.TERMINATE, SHOP);

      assertThat(said)
          .isEqualTo(
              Optional.ofNullable(missing)
                  .map(text -> "migrations.lock.blockers is terminate, but " + text));
      waits.run("BEGIN");
      var waiting = waits.send("LOCK TABLE busy");
      bench.until(
          database, "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND pid = " + waits.pid());
      List<Blocker> seen = MigrationBench.wait(BlockerReader.read(asking, waits.pid()));
      boolean told =
          seen.getFirst().identity().isPresent()
              && asking.tryRun("SELECT pg_cancel_backend(" + application.pid() + ")");
      assertThat(told).isEqualTo(said.isEmpty());
      application.runIgnoringErrors("ROLLBACK");
      MigrationBench.wait(waiting.otherwiseEmpty());
    }
  }

  @Test
  void serviceThatIsASuperuser_isSaid_otherSuperusersAreNot() {
    try (MigrationSession person = as("master");
        MigrationSession asking = as("either")) {
      person.run("SET application_name = 'psql'");
      assertThat(BlockerRights.missing(asking, Blockers.CANCEL, SHOP)).isEmpty();
      person.run("SET application_name = 'the shop'");
      assertThat(BlockerRights.missing(asking, Blockers.CANCEL, SHOP))
          .contains(
              "migrations.lock.blockers is cancel, but the service's sessions are of master, a"
                  + " superuser, and those are left alone: give it a role that is none");
    }
  }

  @Test
  void nobodyIsToBeCancelled_orNobodyIsThere_nothingIsSaid() {
    try (MigrationSession asking = as("nobody")) {
      assertThat(BlockerRights.missing(asking, Blockers.TERMINATE, SHOP)).isEmpty();
      try (MigrationSession application = as("visitor")) {
        application.run("SELECT 1");
        assertThat(BlockerRights.missing(asking, Blockers.SHOW, SHOP)).isEmpty();
      }
    }
  }
}
