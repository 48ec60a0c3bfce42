package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.TestPostgres;
import dev.ripcord.TodaysCases;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A disk without room and a clock that jumps: the rollback ends as on a good day. */
@Order(1)
final class HostBadDaysTest {
  private static final String HOUR_BACK = "-3600s";
  private static final String HOUR_FORWARD = "+3600s";

  private final PgConnectOptions shop = TestPostgres.freshDatabase();
  private final Sql shopSql = new Sql(shop);
  private final List<AutoCloseable> open = new ArrayList<>();
  @TempDir private Path folder;

  @BeforeEach
  void begin() throws IOException {
    write("image", "shop:2");
    write("served", "shop:1");
    write(
        "switch.sh",
        "echo \"$RIPCORD_IMAGE\" > '%s'\ncp '%s' '%s'"
            .formatted(path("image"), path("image"), path("served")));
    TestPostgres.execute(shop, "CREATE TABLE told (version int)");
    Path files = Files.createDirectory(folder.resolve("migrations"));
    for (int version = 1; version <= 2; version++) {
      String table = "t" + version;
      Files.writeString(
          files.resolve("0%d_%s_up.sql".formatted(version, table)),
          "CREATE TABLE %s (id int PRIMARY KEY);".formatted(table));
      Files.writeString(
          files.resolve("0%d_%s_down.sql".formatted(version, table)),
          "INSERT INTO told VALUES (%d);\nSELECT pg_sleep(%d);\nDROP TABLE %s;"
              .formatted(version, version == 2 ? 6 : 0, table));
    }
    Ripcord migrate =
        opened(
            Ripcord.run(
                folder,
                "migrate",
                "up",
                "--release",
                "v2",
                "--dir",
                files.toString(),
                "--database-url",
                TestPostgres.url(shop)));
    assertThat(migrate.exit()).as(migrate.said()).isZero();
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    shopSql.close();
  }

  @Test
  void diskFullInARollback_isWaitedFor_andTheRollbackFinishedWhenThereIsRoom() throws Exception {
    Path disk = smallDiskOrSkip();
    Path data = disk.resolve("data");
    Path file = configuration("data: \"" + data + "\"");
    Ripcord daemon = opened(Ripcord.daemon(folder, file));
    release(daemon);
    write("served", "shop:2");
    daemon.await("the first down runs", this::isDownRunning);

    Path filler = disk.resolve("filler");
    fill(filler);
    fillWal(journal(data));
    daemon.await("it says so", () -> daemon.err().contains("is started again when there is room"));
    assertThat(daemon.err()).contains("the journal cannot be written", "the disk of " + data);
    daemon.await("the down is undone", () -> !isDownRunning());
    assertThat(shopSql.rows("SELECT version FROM told"))
        .as("nothing is done that cannot be written down\n" + daemon.said())
        .isEmpty();
    Files.delete(filler);

    daemon.await("it has ended", () -> hasEnded(data));
    assertThat(outcomes(journal(data))).as(daemon.said()).containsExactly("v2|rolled-back");
    assertRolledBack(daemon);
  }

  @Test
  void diskFullAtTheStart_isSaid_andWaitedFor() throws Exception {
    Path disk = smallDiskOrSkip();
    Path data = Files.createDirectory(disk.resolve("data"));
    Path filler = disk.resolve("filler");
    fill(filler);

    Ripcord daemon =
        opened(
            Ripcord.begin(
                folder, "start", "-c", configuration("data: \"" + data + "\"").toString()));
    daemon.await("it says so", () -> daemon.err().contains("Waiting for room."));
    assertThat(daemon.err()).contains("the disk of " + data + " is full", "make room on it");
    Files.delete(filler);

    daemon.await("it runs", () -> daemon.out().contains("watching 1 service"));
  }

  /** While the server is away its file is too. */
  private static boolean hasEnded(Path data) {
    return Files.exists(data.resolve("postgres/postmaster.pid"))
        && !outcomes(journal(data)).isEmpty();
  }

  static List<String> jumps() {
    return TodaysCases.oneIn(2, HOUR_BACK, HOUR_FORWARD);
  }

  @ParameterizedTest
  @MethodSource("jumps")
  void clockJumpsInAWatch_isJudgedAsBefore(String jump) throws IOException {
    PgConnectOptions journal = TestPostgres.freshJournal();
    LoopbackService service = opened(service());
    Ripcord daemon = daemonWithAClock(journal, service);
    release(daemon);
    awaitPolls(daemon, service, 3);

    write("clock", jump);
    awaitPolls(daemon, service, 8);
    assertThat(outcomes(journal)).as("neither healthy nor condemned\n" + daemon.said()).isEmpty();
    write("served", "shop:2");

    daemon.await("it is rolled back", () -> !outcomes(journal).isEmpty());
    assertThat(outcomes(journal)).containsExactly("v2|rolled-back");
    assertRolledBack(daemon);
  }

  @ParameterizedTest
  @MethodSource("jumps")
  void clockJumpsInARollback_endsAsOnAGoodDay(String jump) throws IOException {
    PgConnectOptions journal = TestPostgres.freshJournal();
    Ripcord daemon = daemonWithAClock(journal, opened(service()));
    release(daemon);
    write("served", "shop:2");
    daemon.await("the first down runs", this::isDownRunning);

    write("clock", jump);

    daemon.await("it has ended", () -> !outcomes(journal).isEmpty());
    assertThat(outcomes(journal)).as(daemon.said()).containsExactly("v2|rolled-back");
    assertRolledBack(daemon);
  }

  private void assertRolledBack(Ripcord daemon) throws IOException {
    assertThat(shopSql.rows("SELECT version, count(*) FROM told GROUP BY 1 ORDER BY 1"))
        .as(daemon.said())
        .containsExactly("1|1", "2|1");
    assertThat(
            shopSql.rows(
                "SELECT migration_version, count(*) FROM ripcord.migration_audit"
                    + " WHERE direction = 'down' AND success GROUP BY 1 ORDER BY 1"))
        .containsExactly("01|1", "02|1");
    assertThat(Files.readString(path("image")).strip()).isEqualTo("shop:1");
  }

  private static void awaitPolls(Ripcord daemon, LoopbackService service, int more) {
    int now = service.asked();
    daemon.await(more + " more polls", () -> service.asked() >= now + more);
  }

  private static List<String> outcomes(PgConnectOptions journal) {
    try (Sql sql = new Sql(journal)) {
      String ended =
          "SELECT release, outcome FROM ripcord_journal.watch WHERE ended_at IS NOT NULL";
      return sql.finds(ended) ? sql.rows(ended) : List.of();
    }
  }

  private boolean isDownRunning() {
    return shopSql.finds(
        "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'"
            + " AND datname = current_database()");
  }

  /** A disk of its own in memory, or a skipped test. */
  private Path smallDiskOrSkip() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    boolean mounted = ran("mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", disk.toString());
    if (!mounted) {
      System.out.println("skipped: a small disk needs root, who may mount a tmpfs");
    }
    assumeTrue(mounted, "a small disk needs root, who may mount a tmpfs");
    opened(() -> ran("umount", "--lazy", disk.toString()));
    return disk;
  }

  private static boolean ran(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  private static void fill(Path filler) throws IOException {
    byte[] piece = new byte[64 * 1024];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(piece);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  /** Has the server write until it has no room for what it must write first. */
  private static void fillWal(PgConnectOptions journal) {
    try (Sql sql = Sql.connected(journal)) {
      String much = "SELECT pg_logical_emit_message(true, 'x', repeat('x', 1000000))";
      for (int i = 0; i < 500; i++) {
        sql.rows(much);
      }
    } catch (RuntimeException e) {
      return;
    }
    throw new AssertionError("the disk has room left");
  }

  /** The server that the daemon runs in its data folder. */
  private static PgConnectOptions journal(Path data) {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postgres/postmaster.pid"));
      return new PgConnectOptions()
          .setHost("127.0.0.1")
          .setPort(Integer.parseInt(lines.get(3).strip()))
          .setUser("postgres")
          .setDatabase("postgres")
          .setPassword(Files.readString(data.resolve("postgres.password")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ripcord daemonWithAClock(PgConnectOptions journal, LoopbackService service)
      throws IOException {
    Optional<Path> library = faketime();
    if (library.isEmpty()) {
      System.out.println("skipped: no libfaketime (Debian: libfaketime)");
    }
    assumeTrue(library.isPresent(), "no libfaketime (Debian: libfaketime)");
    write("clock", "+0");
    Map<String, String> environment =
        Map.of(
            "LD_PRELOAD",
            library.orElseThrow().toString(),
            "FAKETIME_TIMESTAMP_FILE",
            path("clock").toString(),
            "FAKETIME_NO_CACHE",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1");
    String places =
        "database: \"%s\"\ndata: \"%s\"".formatted(TestPostgres.url(journal), path("data"));
    return opened(Ripcord.daemon(folder, environment, configuration(places, service)));
  }

  private static Optional<Path> faketime() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
      return folders
          .map(each -> each.resolve("faketime/libfaketime.so.1"))
          .filter(Files::exists)
          .findFirst();
    }
  }

  private LoopbackService service() throws IOException {
    return new LoopbackService(Mode.AS_THE_FILE_SAYS, path("served"));
  }

  private void release(Ripcord daemon) {
    daemon.announce(
        "{\"service\":\"shop\",\"release\":\"v2\",\"image\":\"shop:2\",\"previousImage\":\"shop:1\"}");
  }

  private Path configuration(String places) throws IOException {
    return configuration(places, opened(service()));
  }

  private Path configuration(String places, LoopbackService service) throws IOException {
    write(
        "ripcord.yaml",
        """
        %s
        listen: 127.0.0.1:0
        interval: 500ms
        timeout: 400ms
        bake: 15m
        order: image-first
        alerts: {slack: ""}
        services:
          shop:
            metrics: http://127.0.0.1:%d/metrics
            platform: {command: {switch: [sh, "%s"], current: [cat, "%s"]}}
            migrations: {dir: migrations, database: "%s", backup: off}
        """
            .formatted(
                places, service.port(), path("switch.sh"), path("image"), TestPostgres.url(shop)));
    return path("ripcord.yaml");
  }

  private Path path(String name) {
    return folder.resolve(name);
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  /** In one step, for those who read it all the time. */
  private void write(String name, String text) throws IOException {
    Path half = path(name + ".new");
    Files.writeString(half, text + "\n");
    Files.move(half, path(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
