package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.TestPostgres;
import dev.ripcord.cli.console.Console;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code migrate check} on a real database. */
final class MigrateCheckTest {
  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String url = "";

  @BeforeEach
  void database() throws IOException {
    PgConnectOptions options = TestPostgres.freshDatabase();
    TestPostgres.execute(
        options,
        """
        CREATE TABLE customer (id int PRIMARY KEY, fax text);
        CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customer, note text);
        """);
    url = TestPostgres.url(options);
    file("01_add_email_up.sql", "ALTER TABLE customer ADD COLUMN email text;\n");
    file("01_add_email_down.sql", "ALTER TABLE customer DROP COLUMN email;\n");
    file("02_index_orders_up.sql", "SELECT 1;\nCREATE INDEX i ON orders (note);\n");
    file("02_index_orders_down.sql", "DROP INDEX i;\n");
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(dir.resolve(name), text);
  }

  private int run(String... arguments) {
    out.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--database-url", url));
    return MigrateLine.of(console, options -> Optional.empty())
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(all.toArray(String[]::new));
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(printed());
  }

  @Test
  void pending_bothWays_areToldForPeople() {
    assertThat(run("check", "--dir", dir.toString())).isEqualTo(3);
    assertThat(printed())
        .startsWith(
            """
            ✔ low       01_add_email_up.sql
                  line 1: ADD COLUMN blocks every read and write of customer, for a moment
            ✖ very high 01_add_email_down.sql
            """)
        .contains(
            """
            ▲ medium    02_index_orders_up.sql
                  line 2: CREATE INDEX blocks every write to orders while it works
                    safer: CREATE INDEX CONCURRENTLY; the file then runs outside a transaction
            """)
        .endsWith("2 migrations, highest risk medium: run it after review.\n")
        .doesNotContain("lock_timeout");
  }

  @Test
  void pending_asJson_hasUpAndDownOfEach() throws IOException {
    assertThat(run("check", "--dir", dir.toString(), "-o", "json")).isEqualTo(3);
    JsonNode second = json().at("/migrations/1");
    assertThat(second.at("/version").asText()).isEqualTo("02");
    assertThat(second.at("/kind").asText()).isEqualTo("schema_modify");
    assertThat(second.at("/up/risk").asText()).isEqualTo("medium");
    assertThat(second.at("/up/effects/0/code").asText()).isEqualTo("lock");
    assertThat(second.at("/up/effects/0/table").asText()).isEqualTo("orders");
    assertThat(second.at("/up/effects/0/lock").asText()).isEqualTo("SHARE");
    assertThat(second.at("/down/effects/0/lock").asText()).isEqualTo("ACCESS EXCLUSIVE");
    assertThat(json().at("/checks/downtime/0").asText()).isEqualTo("orders");
    assertThat(json().at("/checks/rollbackPlan").asBoolean()).isTrue();
  }

  @Test
  void check_changesNothing_andAfterTheUpNothingIsPending() {
    assertThat(run("check", "--dir", dir.toString())).isEqualTo(3);
    assertThat(run("up", "--dir", dir.toString())).isZero();
    assertThat(run("check", "--dir", dir.toString())).isZero();
    assertThat(printed()).isEqualTo("✔ nothing is pending\n");
  }

  @Test
  void givenFile_isLookedAtAlone_withItsDownWhereThereIsOne() throws IOException {
    file("07_drop_fax.sql", "ALTER TABLE customer DROP COLUMN fax;\n");
    String alone = dir.resolve("07_drop_fax.sql").toString();
    String paired = dir.resolve("02_index_orders_up.sql").toString();

    assertThat(run("check", alone, paired, "-o", "json")).isEqualTo(3);
    assertThat(json().at("/migrations/0/file").asText()).isEqualTo(alone);
    assertThat(json().at("/migrations/0/down").isNull()).isTrue();
    assertThat(json().at("/migrations/0/up/risk").asText()).isEqualTo("very-high");
    assertThat(json().at("/migrations/1/down/risk").asText()).isEqualTo("medium");
    assertThat(json().at("/checks/drops").asBoolean()).isTrue();
  }

  @Test
  void missingDown_isTold_andRefused() throws IOException {
    Files.delete(dir.resolve("02_index_orders_down.sql"));
    assertThat(run("check", "--dir", dir.toString())).isEqualTo(4);
    assertThat(printed()).contains("✖ 02_index_orders_up.sql: there is no down file");
  }

  @Test
  void irreversible_isNoWayBack_inWords() throws IOException {
    file("02_index_orders_down.sql", "-- down: none, because it may stay\n");
    assertThat(run("check", "--dir", dir.toString())).isEqualTo(3);
    assertThat(printed()).contains("▲ irreversible: it may stay", "Rollback plan:   no, see above");
  }

  @Test
  void whatCannotBeTold_isSaid_andNotCalledSafe() throws IOException {
    file("03_odd_up.sql", "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'x'); END $$;\n");
    file("03_odd_down.sql", "SELECT 1;\n");
    assertThat(run("check", "--dir", dir.toString())).isEqualTo(3);
    assertThat(printed())
        .contains(
            "? unknown   03_odd_up.sql",
            "? the DO block executes text that it builds",
            "Drops something: unknown",
            "highest risk unknown: treat it as very high");
  }

  @Test
  void unreachableDatabase_isNamed_withoutItsPassword() {
    url = "postgresql://ann:secret@127.0.0.1:1/shop";
    assertThat(run("check", dir.resolve("01_add_email_up.sql").toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("cannot reach database shop at 127.0.0.1:1")
        .doesNotContain("secret");
  }
}
