package dev.ripcord.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Permits;
import dev.ripcord.json.DownImpactJson;
import dev.ripcord.json.Json;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.migration.risk.DownImpact.Basis;
import dev.ripcord.migration.risk.DownImpact.Keeping;
import dev.ripcord.migration.risk.DownImpact.Rows;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.port.Schema;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a plan says of its downs, on a real PostgreSQL. */
final class DownImpactsTest {
  private static final long PLENTY = 1L << 30;

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;
  private Optional<PostgresSchema> schema = Optional.empty();

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(
        database,
        "CREATE TABLE customers (id int PRIMARY KEY, name text);"
            + "INSERT INTO customers SELECT n, 'name ' || n FROM generate_series(1, 300) n");
  }

  @AfterEach
  void close() {
    schema.ifPresent(each -> MigrationBench.wait(each.close()));
  }

  private PostgresSchema schema(long maxBytes, boolean keeps) {
    PostgresSchema made = bench.schema(database, maxBytes, keeps);
    schema = Optional.of(made);
    return made;
  }

  /** Newest first. */
  private List<DownImpact> impacts(PostgresSchema of) {
    List<Applied> applied = MigrationBench.wait(of.applied());
    return MigrationBench.wait(of.impacts(applied.reversed()));
  }

  @Test
  void downs_sayLocksRowsTimeAndWhatIsKept_inTheirOrder() {
    bench.up(
        database,
        MigrationBench.folder(
            "01_orders",
            "CREATE TABLE orders (id int PRIMARY KEY, customer int);",
            "DROP TABLE orders;",
            "02_email",
            "ALTER TABLE customers ADD COLUMN email text;",
            "ALTER TABLE customers DROP COLUMN email;"));
    bench.run(database, "INSERT INTO orders VALUES (1, 1), (2, 1)");
    bench.run(database, "UPDATE customers SET email = 'a' WHERE id < 42");

    List<DownImpact> impacts = impacts(schema(PLENTY, true));

    assertThat(impacts).extracting(DownImpact::version).containsExactly("02", "01");
    DownImpact email = impacts.getFirst();
    assertThat(email.tables())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.table()).isEqualTo("customers");
              assertThat(each.lock()).contains(LockMode.ACCESS_EXCLUSIVE);
              assertThat(each.rewritten()).isFalse();
              assertThat(each.rows()).isEqualTo(new Rows(OptionalLong.of(300), true));
              assertThat(each.bytes()).isPositive();
            });
    assertThat(email.time().basis()).isEqualTo(Basis.ASSUMED);
    assertThat(email.time().text()).startsWith("under 1 s");
    assertThat(email.keeps())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.what()).isEqualTo("customers.email");
              assertThat(each.copied()).isTrue();
              assertThat(each.fits()).isTrue();
            });
    assertThat(impacts.getLast().keeps())
        .extracting(Keeping::text)
        .containsExactly("orders is moved whole, which needs no copy");
  }

  @Test
  void changeOfAType_isARewrite_andWhatExceedsTheLimitsIsSaid() {
    bench.up(
        database,
        MigrationBench.folder(
            "01_widen",
            "ALTER TABLE customers ALTER COLUMN id TYPE bigint;",
            "ALTER TABLE customers ALTER COLUMN id TYPE int;"));

    DownImpact impact = impacts(schema(1, true)).getFirst();

    assertThat(impact.tables().getFirst().rewritten()).isTrue();
    assertThat(impact.keeps()).singleElement().matches(each -> !each.fits());
    assertThat(impact.keeps().getFirst().text()).contains("so the down would not be run");
    assertThat(impacts(schema(1, false)).getFirst().keeps()).isEmpty();
  }

  @Test
  void manyRows_areEstimated_orNotKnownUntilTheTableIsAnalysed() {
    bench.run(
        database,
        "ALTER TABLE customers SET (autovacuum_enabled = off);"
            + "INSERT INTO customers SELECT n, 'x' FROM generate_series(301, 100001) n");
    bench.up(
        database,
        MigrationBench.folder(
            "01_note",
            "ALTER TABLE customers ADD COLUMN note text;",
            "ALTER TABLE customers DROP COLUMN note;"));
    PostgresSchema made = schema(PLENTY, true);

    assertThat(impacts(made).getFirst().tables().getFirst().rows().count()).isEmpty();
    bench.run(database, "ANALYZE customers");
    Rows rows = impacts(made).getFirst().tables().getFirst().rows();

    assertThat(rows.exact()).isFalse();
    assertThat(rows.count().getAsLong()).isBetween(90_000L, 110_000L);
  }

  @Test
  void downThatRanBefore_isMeasured() {
    var folder =
        MigrationBench.folder(
            "01_a", "CREATE TABLE a (id int);", "SELECT pg_sleep(0.3); DROP TABLE a;");
    bench.up(database, folder);
    PostgresSchema made = schema(PLENTY, true);
    MigrationBench.wait(
        made.down(MigrationBench.wait(made.applied()).getLast(), "v2", Permits.granted())
            .map(Schema.Reverted::line));
    bench.up(database, folder);

    DownImpact.Time time = impacts(made).getFirst().time();

    assertThat(time.basis()).isEqualTo(Basis.MEASURED);
    assertThat(time.seconds().getAsDouble()).isGreaterThanOrEqualTo(0.3);
  }

  @Test
  void blockOfCode_isNotKnown_andItsJsonSaysSo() {
    bench.up(
        database,
        MigrationBench.folder(
            "01_a",
            "CREATE TABLE a (id int);",
            "DO $$ BEGIN EXECUTE 'DROP TABLE ' || chr(97); END $$;"));

    List<DownImpact> impacts = impacts(schema(PLENTY, true));

    assertThat(impacts.getFirst().unknown()).isNotEmpty();
    assertThat(impacts.getFirst().time().basis()).isEqualTo(Basis.UNKNOWN);
    var plan = Json.object();
    plan.putArray("steps").addObject().put("version", "01");
    DownImpactJson.add(plan, impacts);
    JsonObject json =
        new JsonObject(plan.toString())
            .getJsonArray("steps")
            .getJsonObject(0)
            .getJsonObject("impact");
    assertThat(json.getValue("seconds")).isNull();
    assertThat(json.getString("secondsFrom")).isEqualTo("unknown");
    assertThat(json.getJsonArray("unknown")).isNotEmpty();
  }
}
