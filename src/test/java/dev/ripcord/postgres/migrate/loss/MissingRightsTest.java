package dev.ripcord.postgres.migrate.loss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Applied;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a role may not do of a down, beside what PostgreSQL says when it is run. */
final class MissingRightsTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private static final String ROLES =
      """
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rights_owner') THEN
          CREATE ROLE rights_owner; CREATE ROLE rights_member IN ROLE rights_owner;
          CREATE ROLE rights_other;
        END IF;
      END $$;
      """;
  private static final String TABLES =
      """
      CREATE TABLE public.orders (id int PRIMARY KEY);
      CREATE INDEX orders_id ON public.orders (id);
      ALTER TABLE public.orders OWNER TO rights_owner;
      GRANT ALL ON SCHEMA public TO rights_owner, rights_other;
      GRANT SELECT, DELETE ON public.orders TO rights_other;
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE orders DROP COLUMN id",
        "DROP TABLE orders",
        "DROP TABLE public.orders",
        "DROP INDEX orders_id",
        "CREATE INDEX more ON orders (id)",
        "TRUNCATE orders",
        "UPDATE orders SET id = 1",
        "INSERT INTO orders VALUES (1)",
        "DELETE FROM orders WHERE id = 1",
        "CREATE TABLE carts (id int); DROP TABLE carts",
      })
  void whatIsSaid_isWhatPostgresSays(String down) {
    Database database = bench.fresh();
    bench.run(database, ROLES + TABLES);
    Applied applied = applied(database, down);

    for (String role : new String[] {"rights_owner", "rights_member", "rights_other"}) {
      try (MigrationSession session = bench.session(database)) {
        session.run("SET ROLE " + role);
        boolean said = new MissingRights(session, new SqlParser()::read).of(applied).isPresent();
        session.run("BEGIN");
        boolean refused = !session.tryRun(down);
        session.runIgnoringErrors("ROLLBACK");
        assertThat(said).as("%s by %s", down, role).isEqualTo(refused);
      }
    }
  }

  private static Applied applied(Database database, String down) {
    bench.up(database, MigrationBench.folder("01_nothing", "SELECT 1;", down + ";"));
    return bench.history(database).applied().getLast();
  }

  @Test
  void theTextNamesTheOwnerAndWhatToDo_andASetRoleEndsTheClaims() {
    Database database = bench.fresh();
    bench.run(database, ROLES + TABLES);
    Applied applied = applied(database, "DROP TABLE orders");
    Applied other = applied(bench.fresh(), "SET ROLE rights_owner; DROP TABLE orders");

    try (MigrationSession session = bench.session(database)) {
      session.run("SET ROLE rights_other");
      MissingRights rights = new MissingRights(session, new SqlParser()::read);

      assertThat(rights.of(applied))
          .contains(
              "orders belongs to rights_owner, and rights_other is no member of it: GRANT"
                  + " \"rights_owner\" TO \"rights_other\"");
      assertThat(rights.of(other)).isEqualTo(Optional.empty());
    }
  }
}
