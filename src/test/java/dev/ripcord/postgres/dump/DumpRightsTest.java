package dev.ripcord.postgres.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.HostPostgres;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.dump.DumpFile.Part;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said before a backup, beside what a real pg_dump then does. */
final class DumpRightsTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String ROLE = "Reads dumps";

  @TempDir private Path folder;
  private PgConnectOptions options = new PgConnectOptions();
  private Database owner = bench.database("postgres");
  private Optional<Pool> pool = Optional.empty();

  @BeforeEach
  void fresh() {
    options = HostPostgres.freshDatabase("dump_rights_" + COUNT.incrementAndGet());
    owner = Database.of(new Secret(HostPostgres.url(options)));
    bench.run(
        owner,
        "DO $$ BEGIN CREATE ROLE \"Reads dumps\" LOGIN; EXCEPTION WHEN duplicate_object THEN END"
            + " $$",
        "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY, total int)",
        "INSERT INTO orders (total) VALUES (1)",
        "CREATE VIEW totals AS SELECT total FROM orders",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO \"Reads dumps\"",
        "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO \"Reads dumps\"");
  }

  @AfterEach
  void close() {
    pool.ifPresent(each -> MigrationBench.wait(each.close()));
  }

  private DumpFile dumps() {
    Database reader =
        Database.of(
            new Secret(
                "postgresql://Reads%20dumps@127.0.0.1:" + options.getPort() + "/" + owner.name()));
    Pool made = PgBuilder.pool().connectingTo(reader.options()).using(bench.vertx).build();
    pool = Optional.of(made);
    return new DumpFile(bench.vertx, reader, made, System::nanoTime);
  }

  private Optional<String> blocker(DumpFile dumps, List<Part> parts) {
    Optional<String> found = MigrationBench.wait(dumps.blocker(parts, Optional.empty()));
    assumeTrue(
        found.filter(text -> text.contains("client programs")).isEmpty(),
        "pg_dump is missing or older than the server");
    return found;
  }

  private boolean isDumped(DumpFile dumps, List<Part> parts) {
    Future<String> written =
        dumps.write(folder.resolve("shop.dump"), parts, Promise.<Void>promise().future());
    return MigrationBench.wait(written.map(true).otherwise(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1 |",
        "CREATE VIEW mine AS SELECT 1 |",
        "CREATE MATERIALIZED VIEW mine AS SELECT 1 |",
        "CREATE SCHEMA empty |",
        "CREATE TABLE mine (id int) | table public.mine (GRANT SELECT ON public.mine TO ROLE)",
        "CREATE TABLE mine (id int); GRANT SELECT (id) ON mine TO ROLE"
            + " | table public.mine (GRANT SELECT ON public.mine TO ROLE)",
        "CREATE TABLE mine (id int) PARTITION BY LIST (id); GRANT SELECT ON mine TO ROLE;"
            + " CREATE TABLE part PARTITION OF mine DEFAULT"
            + " | table public.part (GRANT SELECT ON public.part TO ROLE)",
        "CREATE TABLE mine (id serial); GRANT SELECT ON mine TO ROLE | sequence public.mine_id_seq"
            + " (GRANT SELECT ON SEQUENCE public.mine_id_seq TO ROLE)",
        "CREATE TABLE mine (id int GENERATED ALWAYS AS IDENTITY); GRANT SELECT ON mine TO ROLE |"
            + " sequence public.mine_id_seq (GRANT SELECT ON SEQUENCE public.mine_id_seq TO ROLE)",
        "CREATE SEQUENCE \"a b\""
            + " | sequence public.\"a b\" (GRANT SELECT ON SEQUENCE public.\"a b\" TO ROLE)",
        "CREATE SCHEMA \"Apart\"; CREATE TABLE \"Apart\".t (id int);"
            + " GRANT SELECT ON \"Apart\".t TO ROLE"
            + " | schema \"Apart\" (GRANT USAGE ON SCHEMA \"Apart\" TO ROLE)",
        "ALTER TABLE orders ENABLE ROW LEVEL SECURITY"
            + " | the rows of public.orders that its policies hide (ALTER ROLE ROLE BYPASSRLS)",
        "SELECT lo_create(4711)"
            + " | large object 4711 (GRANT SELECT ON LARGE OBJECT 4711 TO ROLE)",
        "SELECT lo_create(4711); GRANT SELECT ON LARGE OBJECT 4711 TO ROLE |",
        "SELECT lo_create(4711); GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC |",
        "CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c (); CREATE TABLE d (); CREATE TABLE e"
            + " () | table public.a (GRANT SELECT ON public.a TO ROLE), table public.b (GRANT"
            + " SELECT ON public.b TO ROLE), table public.c (GRANT SELECT ON public.c TO ROLE) and"
            + " 2 more",
      })
  void whatIsSaid_isWhatPgDumpDoes(String setUp, String missing) {
    for (String statement : setUp.split(";", -1)) {
      bench.run(owner, statement.replaceAll("ROLE$", "\"Reads dumps\""));
    }
    DumpFile dumps = dumps();

    Optional<String> said = blocker(dumps, List.of());

    assertThat(said)
        .isEqualTo(
            Optional.ofNullable(missing)
                .map(
                    text ->
                        "pg_dump could not read as "
                            + ROLE
                            + ": "
                            + text.replaceAll("(TO|ALTER ROLE) ROLE", "$1 \"" + ROLE + "\"")));
    assertThat(isDumped(dumps, List.of())).isEqualTo(said.isEmpty());
  }

  @Test
  void backupOfTables_needsThoseAndTheirSequences_nothingElse() {
    bench.run(
        owner,
        "CREATE TABLE other (id int)",
        "SELECT lo_create(4711)",
        "CREATE SCHEMA apart",
        "CREATE TABLE apart.t (id serial)");
    DumpFile dumps = dumps();
    List<Part> orders = List.of(new Part("public", "orders", true));

    assertThat(blocker(dumps, orders)).isEmpty();
    assertThat(isDumped(dumps, orders)).isTrue();

    List<Part> apart = List.of(new Part("apart", "t", true));
    assertThat(blocker(dumps, apart).orElseThrow())
        .contains("schema apart", "table apart.t", "sequence apart.t_id_seq")
        .doesNotContain("other", "4711");
  }

  @Test
  void lockOfATable_standsInTheWayOfABackupThatHoldsIt_andOfNoOther() {
    bench.run(owner, "CREATE TABLE other (id int)", "GRANT SELECT ON other TO \"Reads dumps\"");
    DumpFile dumps = dumps();
    List<Part> orders = List.of(new Part("public", "orders", true));
    try (MigrationSession person = bench.session(owner)) {
      person.run("BEGIN; LOCK TABLE other");

      assertThat(blocker(dumps, orders)).isEmpty();
      assertThat(isDumped(dumps, orders)).isTrue();
      assertThat(blocker(dumps, List.of()).orElseThrow()).startsWith("other is locked");
    }
  }

  @Test
  void tablesOfAnExtension_areNotAskedFor_thoseThatItNamesAre() {
    bench.run(
        owner,
        "CREATE TABLE inner_state (id int)",
        "CREATE TABLE settings (id int)",
        "CREATE EXTENSION pg_trgm",
        "ALTER EXTENSION pg_trgm ADD TABLE inner_state",
        "ALTER EXTENSION pg_trgm ADD TABLE settings");
    DumpFile dumps = dumps();
    assertThat(blocker(dumps, List.of())).isEmpty();
    assertThat(isDumped(dumps, List.of())).isTrue();

    bench.run(
        owner,
        "UPDATE pg_extension SET extconfig = ARRAY['settings'::regclass::oid], extcondition ="
            + " ARRAY['']");
    assertThat(blocker(dumps, List.of()).orElseThrow())
        .contains("table public.settings")
        .doesNotContain("inner_state");
  }
}
