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

/** What is looked at after a migration, and the down that is written for it. */
final class MigrateAfterTest {
  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private PgConnectOptions options = new PgConnectOptions();

  @BeforeEach
  void database() {
    options = TestPostgres.freshDatabase();
    TestPostgres.execute(
        options,
        """
        CREATE TABLE customer (id int PRIMARY KEY, fax text DEFAULT 'none');
        INSERT INTO customer VALUES (1, '030 1'), (2, '030 2');
        CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL);
        INSERT INTO orders VALUES (1, 1), (2, 7);
        ALTER TABLE orders ADD CONSTRAINT theirs FOREIGN KEY (customer_id) REFERENCES customer
          NOT VALID;
        """);
  }

  private void file(String name, String text) throws IOException {
    Path path = dir.resolve(name);
    Path parent = path.getParent();
    Files.createDirectories(parent == null ? dir : parent);
    Files.writeString(path, text);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--database-url", TestPostgres.url(options)));
    return bare(all.toArray(String[]::new));
  }

  private int bare(String... arguments) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    return MigrateLine.of(console, o -> Optional.empty())
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(printed());
  }

  @Test
  void up_aCheckThatDoesNotHold_ends5AndDownWithoutChecks() throws IOException {
    file("01_add_email_up.sql", "ALTER TABLE customer ADD COLUMN email text;");
    file("01_add_email_down.sql", "ALTER TABLE customer DROP COLUMN email;");
    file("verify/01_filled.sql", "SELECT count(*) = 0 FROM customer WHERE email IS NULL;");

    assertThat(run("up", "--dir", dir.toString())).isEqualTo(5);
    assertThat(said())
        .contains("verify/01_filled.sql:1:1", "it gave: ?column? = false", "as before this file");

    assertThat(run("up", "--no-checks", "--dir", dir.toString())).isZero();
  }

  @Test
  void up_afterAChangeByHand_isToldOnTheScreenAndInJson() throws IOException {
    file("01_a_up.sql", "CREATE TABLE a (id int);");
    file("01_a_down.sql", "DROP TABLE a;");
    assertThat(run("up", "--dir", dir.toString())).isZero();
    TestPostgres.execute(options, "ALTER TABLE a ADD COLUMN mine int");
    file("02_b_up.sql", "CREATE TABLE b (id int);");
    file("02_b_down.sql", "DROP TABLE b;");

    assertThat(run("inspect")).isEqualTo(3);
    assertThat(printed())
        .contains("▲ the schema is not as recorded at version 01", "column a.mine");
    assertThat(run("up", "--dir", dir.toString(), "-o", "json")).isZero();

    assertThat(said()).contains("▲ the schema is not as it was recorded at version 01");
    assertThat(json().get("schema").toString()).contains("column a.mine is new");
  }

  @Test
  void inspect_rowsThatPointToNothing_areCounted() throws IOException {
    assertThat(run("inspect", "--count", "-o", "json")).isEqualTo(3);

    JsonNode json = json();
    assertThat(json.get("orphans").asInt()).isEqualTo(1);
    assertThat(json.get("recorded").asBoolean()).isFalse();
    JsonNode customer = json.get("tables").get(0);
    assertThat(customer.get("name").asText()).isEqualTo("public.customer");
    assertThat(customer.get("rows").get("exact").asInt()).isEqualTo(2);
    assertThat(customer.get("columns").get(1).get("default").asText()).isEqualTo("'none'::text");

    assertThat(run("inspect")).isEqualTo(3);
    assertThat(printed()).contains("✖ 1 row points to nothing", "✖ theirs FOREIGN KEY");
  }

  @Test
  void inspect_aSchemaThatIsNotThere_isSaid() {
    assertThat(run("inspect", "--schema", "nowhere")).isEqualTo(1);
    assertThat(said()).contains("has no schema nowhere");
  }

  @Test
  void generateDown_ofAnAddition_writesAndProves() throws IOException {
    file("01_add_email_up.sql", "ALTER TABLE customer ADD COLUMN email text;");
    String up = dir.resolve("01_add_email_up.sql").toString();

    assertThat(run("generate-down", up)).isZero();

    assertThat(dir.resolve("01_add_email_down.sql"))
        .content()
        .contains("ALTER TABLE public.customer DROP COLUMN email;");
    assertThat(printed()).contains("✔ wrote", "guarded");
    assertThat(run("generate-down", up)).isEqualTo(4);
    assertThat(said()).contains("is there already; --force overwrites it");
    assertThat(run("generate-down", up, "--force")).isZero();
  }

  @Test
  void generateDown_ofALoss_isNotRunUntilAPersonSaysSo() throws IOException {
    file("01_add_note_up.sql", "ALTER TABLE customer ADD COLUMN note text;");
    file("01_add_note_down.sql", "ALTER TABLE customer DROP COLUMN note;");
    file("02_drop_fax_up.sql", "ALTER TABLE customer DROP COLUMN fax;");

    assertThat(run("generate-down", dir.resolve("02_drop_fax_up.sql").toString(), "-o", "json"))
        .isEqualTo(3);

    assertThat(json().get("complete").asBoolean()).isFalse();
    assertThat(json().get("verdict").asText()).isEqualTo("lossy");
    assertThat(json().get("cannot").get(0).asText()).isEqualTo("the values of customer.fax");
    assertThat(run("up", "--dir", dir.toString())).isZero();
    assertThat(run("down", "--dir", dir.toString())).isEqualTo(4);
    assertThat(said()).contains("02_drop_fax is irreversible");
  }

  @Test
  void generateDown_withoutADatabase_takesBackWhatTheStatementsSay() throws IOException {
    file("01_x.up.sql", "CREATE TABLE \"Odd\" (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\n");

    assertThat(bare("generate-down", dir.resolve("01_x.up.sql").toString())).isZero();
    assertThat(said()).contains("no database is named");
    assertThat(dir.resolve("01_x.down.sql"))
        .content()
        .contains("DROP INDEX CONCURRENTLY i;", "DROP TABLE \"Odd\";", "no database was asked");

    file("02_y.up.sql", "ALTER TABLE a DROP COLUMN b, ALTER COLUMN c SET NOT NULL;\n");
    assertThat(bare("generate-down", "--stdout", dir.resolve("02_y.up.sql").toString()))
        .isEqualTo(3);
    assertThat(printed())
        .contains("-- down: none, because 2 things", "-- cannot be undone: the column b and its");
    assertThat(dir.resolve("02_y.down.sql")).doesNotExist();
  }
}
