package dev.ripcord.bench;

import dev.ripcord.Permits;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.port.Schema;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.schema.PostgresSchema;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a rollback costs its database: how long writers wait while the values of an added column are
 * kept and the column is dropped, and what a down costs beyond its SQL.
 */
public final class RollbackBenchmark {
  private static final int WRITERS = 4;
  private static final int DOWNS = 30;
  private static final Duration LOCK = Duration.ofSeconds(2);

  private final MigrationBench bench;
  private final PrintStream out = System.out;

  private RollbackBenchmark(MigrationBench bench) {
    this.bench = bench;
  }

  /** Takes {@code rows=N}, ten million when left out. */
  public static void main(String[] args) throws IOException {
    int rows =
        Arrays.stream(args)
            .filter(each -> each.startsWith("rows="))
            .map(each -> Integer.parseInt(each.substring(5)))
            .findFirst()
            .orElse(10_000_000);
    try (MigrationBench bench = MigrationBench.started()) {
      RollbackBenchmark benchmark = new RollbackBenchmark(bench);
      benchmark.overhead(false);
      benchmark.overhead(true);
      benchmark.writers(rows);
    }
  }

  private PostgresSchema schema(Database database) {
    return schema(database, true);
  }

  private PostgresSchema schema(Database database, boolean keeps) {
    return new PostgresSchema(
        bench.vertx,
        database,
        MigrationBench.limits(Duration.ofSeconds(60)),
        Optional.empty(),
        System::nanoTime,
        Optional.of(
            new SalvageRule(
                8L << 30, Duration.ofSeconds(30), new SqlParser()::read, keeps, entry -> {})));
  }

  private static <T> T get(Future<T> future) {
    return future.timeout(10, TimeUnit.MINUTES).await();
  }

  /** The same down by a rollback, and as a bare statement. */
  private void overhead(boolean keeps) {
    Database database = bench.fresh();
    PostgresSchema schema = schema(database, keeps);
    Folder folder =
        MigrationBench.folder("01_t", "CREATE TABLE t (id int PRIMARY KEY);", "DROP TABLE t;");
    List<Double> rollback = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    for (int i = 0; i < DOWNS; i++) {
      bench.up(database, folder);
      Applied newest = get(schema.applied()).getLast();
      long began = System.nanoTime();
      var _ = get(schema.down(newest, "v2", Permits.granted()).map(Schema.Reverted::line));
      rollback.add((System.nanoTime() - began) / 1e6);
      bench.run(database, "CREATE TABLE t (id int PRIMARY KEY)");
      try (MigrationSession session = bench.session(database)) {
        long start = System.nanoTime();
        session.run("DROP TABLE t");
        bare.add((System.nanoTime() - start) / 1e6);
      }
    }
    get(schema.close());
    out.printf(
        Locale.ROOT,
        "a down beyond its SQL, %s: median %.0f ms, first %.0f ms (its SQL: median %.1f ms)%n",
        keeps ? "with salvage" : "without",
        median(rollback) - median(bare),
        rollback.getFirst() - bare.getFirst(),
        median(bare));
  }

  private static double median(List<Double> all) {
    return all.stream().sorted().skip(all.size() / 2).findFirst().orElse(0.0);
  }

  private void writers(int rows) {
    Database database = bench.fresh();
    bench.run(
        database,
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer int, total numeric, placed"
            + " timestamptz DEFAULT now())",
        "INSERT INTO orders SELECT g, g % 1000, g % 97 FROM generate_series(1, " + rows + ") g");
    bench.up(
        database,
        MigrationBench.folder(
            "01_note",
            "ALTER TABLE orders ADD COLUMN note text;",
            "ALTER TABLE orders DROP COLUMN note;"));
    bench.run(
        database, "UPDATE orders SET note = 'n' || id WHERE id % 10 = 0", "VACUUM ANALYZE orders");
    PostgresSchema schema = schema(database);
    Applied newest = get(schema.applied()).getLast();
    AtomicBoolean ended = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    List<List<Double>> waits = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      List<Double> own = new ArrayList<>();
      waits.add(own);
      int seed = i;
      threads.add(Thread.startVirtualThread(() -> write(database, rows, seed, own, ended)));
    }
    get(bench.vertx.timer(2, TimeUnit.SECONDS));
    long began = System.nanoTime();
    String line = get(schema.down(newest, "v2", Permits.granted()).map(Schema.Reverted::line));
    double took = (System.nanoTime() - began) / 1e9;
    get(bench.vertx.timer(1, TimeUnit.SECONDS));
    ended.set(true);
    threads.forEach(RollbackBenchmark::join);
    get(schema.close());
    List<Double> all = waits.stream().flatMap(List::stream).sorted().toList();
    out.printf(Locale.ROOT, "%,d rows, %d writers: %s%n", rows, WRITERS, line);
    out.printf(
        Locale.ROOT,
        "the down took %.1f s; %,d writes: median %.1f ms, p99 %.1f ms, longest %.0f ms (lock"
            + " timeout %d ms)%n",
        took,
        all.size(),
        all.get(all.size() / 2),
        all.get((int) (all.size() * 0.99)),
        all.getLast(),
        LOCK.toMillis());
  }

  private void write(
      Database database, int rows, int seed, List<Double> waits, AtomicBoolean ended) {
    Random random = new Random(seed);
    try (MigrationSession session = bench.session(database)) {
      while (!ended.get()) {
        long began = System.nanoTime();
        session.run("UPDATE orders SET total = total + 1 WHERE id = " + (1 + random.nextInt(rows)));
        waits.add((System.nanoTime() - began) / 1e6);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
