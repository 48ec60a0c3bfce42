package dev.ripcord.postgres.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.HostPostgres;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.Fingerprint;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.catalog.FingerprintReader;
import dev.ripcord.postgres.catalog.TableCatalogSql;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.SchemaInspection;
import dev.ripcord.postgres.history.SchemaInspector;
import dev.ripcord.postgres.verify.ProofCase;
import dev.ripcord.postgres.verify.ProofCasesTest;
import dev.ripcord.postgres.verify.ProofRunner;
import dev.ripcord.release.Secret;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a copy that pg_dump made is other than the live database, on the host's own server. */
final class ProofOfCopiesTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final AtomicInteger COUNT = new AtomicInteger();

  @AfterAll
  static void stop() {
    MigrationBench.wait(VERTX.close());
  }

  private static Database fresh() {
    String name = "copies" + ProcessHandle.current().pid() + "_" + COUNT.incrementAndGet();
    return Database.of(new Secret(HostPostgres.url(HostPostgres.freshDatabase(name))));
  }

  private static void run(Database database, String... statements) {
    try (MigrationSession session = MigrationSession.open(VERTX, database)) {
      for (String sql : statements) {
        session.run(sql);
      }
    }
  }

  private static List<Proof> proofs(Database live, Folder folder) {
    ProofRunner runner = new ProofRunner(VERTX, live, true, ShadowChoice.AUTO, what -> {});
    return MigrationBench.wait(runner.inOrder(folder.migrations()));
  }

  private static Proof proof(Database live, String up, String down) {
    return proofs(live, MigrationBench.folder("01_case", up, down)).getFirst();
  }

  private static String said(Proof proof) {
    List<String> said = new ArrayList<>(proof.lost());
    said.addAll(proof.unknown());
    return String.join("\n", said);
  }

  static List<ProofCase> cases() {
    return ProofCase.of("/proof/copies.txt");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void proof_whereTheCopyIsOther_hasItsVerdict(ProofCase each) {
    Database live = fresh();
    boolean foreign = (each.part("setup") + each.part("up")).contains("postgres_fdw");
    assumeTrue(
        !foreign || hasExtensions(live), "the host lacks extensions (Debian: postgresql-contrib)");
    run(live, ProofCasesTest.statements(ProofCase.text("/proof/base.sql")));
    run(live, ProofCasesTest.statements(each.part("setup")));
    Proof proof = proof(live, each.part("up"), each.part("down"));
    assertThat(proof.verdict().text())
        .as("%s: %s", proof.lost(), proof.unknown())
        .isEqualTo(each.verdict());
    assertThat(said(proof)).contains(each.part("lost"));
  }

  @Test
  void kind2_copyOfARichSchema_isOtherInWhatIsKnownOnly() {
    Database live = fresh();
    assumeTrue(hasExtensions(live), "the host lacks extensions (Debian: postgresql-contrib)");
    run(live, ProofCasesTest.statements(ProofCase.text("/proof/rich.sql")));
    try (MigrationSession session = MigrationSession.open(VERTX, live)) {
      assertThat(session.tryRun("CREATE UNIQUE INDEX CONCURRENTLY dup_u ON dup (a)")).isFalse();
    }
    try (ShadowServer server = ShadowServer.open(VERTX, live, ShadowChoice.SERVER)) {
      ShadowCopy.Shadow shadow = new ShadowCopy(VERTX, server, true).make();
      assertThat(shadow.gaps()).isEmpty();
      assertThat(shadow.differences().someRows()).isFalse();
      assertThat(shadow.differences().differences())
          .extracting(each -> each.sort() + " " + each.thing().text())
          .containsExactlyInAnyOrder(
              "MISSING large object 4711",
              "MISSING table ext_dep",
              "MISSING user mapping fs r_app",
              "MISSING user mapping s2 public",
              "MISSING index dup_u",
              "ORDER order child1",
              "ORDER order gchild");
    }

    Proof proof = proof(live, "CREATE INDEX adp_x ON adp (x);", "DROP INDEX adp_x;");
    assertThat(proof.verdict()).as(said(proof)).isEqualTo(Verdict.PROVEN);
  }

  private static boolean hasExtensions(Database live) {
    try (MigrationSession session = MigrationSession.open(VERTX, live)) {
      return session
              .ask(
                  "SELECT FROM pg_available_extensions WHERE name IN ('btree_gist', 'citext',"
                      + " 'pg_trgm', 'hstore', 'file_fdw', 'lo', 'pg_stat_statements')")
              .size()
          == 7;
    }
  }

  @Test
  void kind2_rowsOfAChildWithColumnsInAnotherOrder_areCopiedAsTheyAre() {
    Database live = fresh();
    run(
        live,
        "CREATE TABLE parent (a int)",
        "CREATE TABLE child (own text) INHERITS (parent)",
        "ALTER TABLE parent ADD COLUMN later text",
        "INSERT INTO child (a, own, later) VALUES (1, 'own', 'later')");
    try (ShadowServer server = ShadowServer.open(VERTX, live, ShadowChoice.SERVER)) {
      ShadowCopy.Shadow shadow = new ShadowCopy(VERTX, server, true).make();
      try (MigrationSession session = server.session(shadow.name())) {
        assertThat(session.ask("SELECT a || own || later FROM public.child").getFirst())
            .extracting(row -> row.getString(0))
            .isEqualTo("1ownlater");
      }
    }
  }

  @Test
  void kind2_upThatFailsForWantOfRows_isUnknownAndSoIsTheNext() {
    Database live = fresh();
    run(live, "CREATE TABLE t (a int)");
    run(
        live,
        "CREATE TABLE big (id int PRIMARY KEY)",
        "INSERT INTO big SELECT generate_series(1, 20000)",
        "CREATE TABLE other (id int, big int)",
        "INSERT INTO other SELECT i, 20001 - i FROM generate_series(1, 20000) i",
        "ANALYZE");
    Folder folder =
        MigrationBench.folder(
            "01_key",
            "DO $$ BEGIN IF (SELECT count(*) FROM big) < 20000 THEN RAISE 'rows are missing';"
                + " END IF; END $$; CREATE INDEX o ON other (big);",
            "DROP INDEX o;",
            "02_next",
            "CREATE INDEX t_a ON t (a);",
            "DROP INDEX t_a;");

    List<Proof> proofs = proofs(live, folder);

    assertThat(proofs).extracting(Proof::verdict).containsExactly(Verdict.GUARDED, Verdict.GUARDED);
    assertThat(proofs.getFirst().unknown().getFirst()).contains("the copy has not all rows");
  }

  @Test
  void kind2_settingsOfTheRoleInTheDatabase_holdInTheCopy() {
    Database live = fresh();
    run(
        live,
        "CREATE SCHEMA app",
        "CREATE TABLE app.own (id int)",
        "ALTER ROLE postgres IN DATABASE " + live.name() + " SET search_path = app, public");
    Proof proof = proof(live, "CREATE INDEX own_id ON own (id);", "DROP INDEX own_id;");
    assertThat(proof.verdict()).as(said(proof)).isEqualTo(Verdict.PROVEN);
  }

  @Test
  void b14_catalogQuestion_isNeverCompiled() {
    Database live = fresh();
    run(live, "CREATE TABLE t (id int PRIMARY KEY)", "CREATE PUBLICATION p FOR TABLE t");
    try (MigrationSession session = MigrationSession.open(VERTX, live)) {
      FingerprintReader reader = new FingerprintReader(session);
      Fingerprint found = reader.fingerprint();
      assertThat(found.things().keySet())
          .extracting(thing -> thing.text())
          .contains("published table p public.t");
      assertThat(session.ask("SHOW jit").getFirst().getString(0)).isEqualTo("off");
      session.run("SET jit = on; SET jit_above_cost = 100000");
      String plan =
          String.join(
              "\n",
              session.ask("EXPLAIN " + TableCatalogSql.question()).stream()
                  .map(row -> row.getString(0))
                  .toList());
      assertThat(plan).doesNotContain("JIT:");
    }
  }

  @Test
  void b14_sessionsForOwnQuestions_neverCompile_andThoseForStatementsAsTheDatabaseSays() {
    Database live = fresh();
    run(live, "ALTER DATABASE " + live.name() + " SET jit = on");
    try (MigrationSession own = MigrationSession.open(VERTX, live);
        MigrationSession teams =
            MigrationSession.forStatements(VERTX, live, Database.APPLICATION, Map.of())) {
      own.run("RESET ALL");
      assertThat(own.ask("SHOW jit").getFirst().getString(0)).isEqualTo("off");
      assertThat(teams.ask("SHOW jit").getFirst().getString(0)).isEqualTo("on");
    }
  }

  @Test
  void b19_guardOfAHashPartition_holdsOnTheLiveData() {
    Database live = fresh();
    run(
        live,
        "CREATE TABLE h (id int) PARTITION BY HASH (id)",
        "CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "INSERT INTO h SELECT generate_series(1, 6)");
    Proof proof =
        proof(
            live,
            "ALTER TABLE h DETACH PARTITION h0;",
            "ALTER TABLE h ATTACH PARTITION h0 FOR VALUES WITH (MODULUS 2, REMAINDER 0);");
    Check check =
        proof.checks().stream()
            .filter(each -> each.sql().contains("satisfies_hash_partition"))
            .findFirst()
            .orElseThrow();
    assertThat(check.sql()).contains("'public.h'::regclass");
    try (MigrationSession session = MigrationSession.open(VERTX, live)) {
      assertThat(session.ask(check.sql()).getFirst().getLong(0)).isZero();
    }
  }

  @Test
  void b20_forcedRowSecurity_leavesAVerdictWithoutTheTablesRows() {
    Database live = fresh();
    String role = live.name() + "_own";
    run(
        live,
        "CREATE ROLE " + role + " LOGIN CREATEDB",
        "ALTER DATABASE " + live.name() + " OWNER TO " + role,
        "SET ROLE " + role,
        "CREATE SCHEMA own",
        "CREATE TABLE own.acct (id int PRIMARY KEY, tenant text)",
        "CREATE TABLE own.plain (id int PRIMARY KEY)",
        "INSERT INTO own.acct VALUES (1, 'a'), (2, 'b')",
        "ALTER TABLE own.acct ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE own.acct FORCE ROW LEVEL SECURITY",
        "CREATE POLICY t ON own.acct USING (tenant = current_setting('app.tenant', true))");
    Database asOwner =
        Database.of(
            new Secret(
                "postgresql://%s@127.0.0.1:%d/%s".formatted(role, live.port(), live.name())));

    Proof named =
        proof(
            asOwner,
            "ALTER TABLE own.acct ADD COLUMN w int;",
            "ALTER TABLE own.acct DROP COLUMN w;");
    assertThat(named.verdict()).isEqualTo(Verdict.GUARDED);
    assertThat(said(named)).contains("the rows of own.acct were not compared");
    Proof other =
        proof(asOwner, "CREATE INDEX plain_i ON own.plain (id);", "DROP INDEX own.plain_i;");
    assertThat(other.verdict()).as(said(other)).isEqualTo(Verdict.PROVEN);

    SchemaInspector inspector = new SchemaInspector(VERTX, asOwner, MigrationSetup.of("ripcord"));
    SchemaInspection found =
        MigrationBench.wait(
            inspector.inspect(new SchemaInspector.Wish(List.of("own"), false, true)));
    assertThat(found.tables())
        .filteredOn(table -> table.name().equals("own.acct"))
        .allSatisfy(
            table -> {
              assertThat(table.rows().exact()).isEmpty();
              assertThat(table.rows().hidden()).isTrue();
            });
  }
}
