package dev.ripcord.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.security.auth.module.UnixSystem;
import dev.ripcord.Program;
import dev.ripcord.TestPostgres;
import dev.ripcord.Waiting;
import dev.ripcord.port.JournalException;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(1)
class EmbeddedServerTest {
  /** A data folder whose server was stopped: copied, which is quicker than made anew. */
  private static Path template = Path.of("unset");

  private final Vertx vertx = Vertx.vertx();
  private Path data = Path.of("unset");

  @BeforeAll
  static void makeTemplate() throws IOException {
    template = Files.createTempDirectory("ripcord-template");
    EmbeddedServer.startThrowaway(template).stop();
  }

  @AfterAll
  static void removeTemplate() {
    TestPostgres.delete(template);
  }

  private void copyTemplate() throws IOException {
    TestPostgres.copy(template, data);
  }

  @BeforeEach
  void makeFolder() throws IOException {
    data = Files.createTempDirectory("ripcord embedded");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void removeFolder() {
    vertx.close().await();
    TestPostgres.delete(data);
  }

  @Test
  void start_newFolder_servesAndKeepsWhatIsWritten() throws Exception {
    EmbeddedServer first = EmbeddedServer.start(data.resolve("new"));
    assertThat(first.version()).isEqualTo("PostgreSQL 18");
    query(first.options(), "CREATE TABLE kept AS SELECT 42 AS answer");
    assertThat(query(first.options(), "SHOW fsync")).isEqualTo("on");
    first.stop();
    first.stop();
    assertThat(data.resolve("new/postgres/postmaster.pid")).doesNotExist();

    EmbeddedServer second = EmbeddedServer.start(data.resolve("new"));
    try {
      assertThat(query(second.options(), "SELECT answer FROM kept")).isEqualTo("42");
    } finally {
      second.stop();
    }
  }

  @Test
  void password_isRandomPrivateAndNeeded() throws Exception {
    copyTemplate();
    EmbeddedServer server = EmbeddedServer.startThrowaway(data);
    try {
      Path file = data.resolve("postgres.password");
      assertThat(Files.readString(file).strip()).hasSize(48);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(server.url("x").toString()).isEqualTo("***");
      assertThatThrownBy(() -> query(server.options().setPassword("wrong"), "SELECT 1"))
          .hasMessageContaining("password authentication failed");
    } finally {
      server.stop();
    }
  }

  @Test
  void start_folderOfALivingProcess_isRefusedWithItsNumberAndAttachWorks() throws Exception {
    copyTemplate();
    Process owner = child();
    try {
      String port = answer(owner);
      assertThatThrownBy(() -> EmbeddedServer.startThrowaway(data))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("is in use by process " + owner.pid())
          .asInstanceOf(type(JournalException.class))
          .matches(JournalException::isLeaseHeld);

      EmbeddedServer attached = EmbeddedServer.attach(data);
      assertThat(port).isEqualTo("port " + attached.port());
      attached.stop();
      assertThat(query(attached.options(), "SELECT 1")).isEqualTo("1");
    } finally {
      owner.getOutputStream().close();
      assertThat(owner.waitFor(120, TimeUnit.SECONDS)).isTrue();
    }
    assertThatThrownBy(() -> EmbeddedServer.attach(data))
        .hasMessageContaining("no ripcord runs on the data folder");
  }

  @Test
  void start_afterItsProcessWasKilled_takesTheOrphanOverAndStopsIt() throws Exception {
    copyTemplate();
    Process killed = child();
    String port = answer(killed);
    killed.destroyForcibly();
    assertThat(killed.waitFor(120, TimeUnit.SECONDS)).isTrue();

    EmbeddedServer heir = EmbeddedServer.startThrowaway(data);
    assertThat("port " + heir.port()).isEqualTo(port);
    assertThat(query(heir.options(), "SELECT 1")).isEqualTo("1");
    heir.stop();
    assertThatThrownBy(() -> query(heir.options(), "SELECT 1"))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void stop_whileAnotherProcessUsesIt_leavesItToThatOne_andTheLastOneStopsIt() throws Exception {
    copyTemplate();
    Process owner = child();
    answer(owner);
    EmbeddedServer attached = EmbeddedServer.attach(data);

    owner.getOutputStream().close();
    assertThat(owner.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(query(attached.options(), "SELECT 1")).isEqualTo("1");

    attached.stop();
    assertThatThrownBy(() -> query(attached.options(), "SELECT 1"))
        .isInstanceOf(ConnectException.class);
    EmbeddedServer.startThrowaway(data).stop(); // The folder is free.
  }

  @Test
  void c10_attachedServerEndsWithItsProcess_runsAgainOnTheSamePort() throws Exception {
    copyTemplate();
    Process owner = child();
    answer(owner);
    EmbeddedServer attached = EmbeddedServer.attach(data);
    try {
      List<String> lost = new CopyOnWriteArrayList<>();
      attached.keepRunning(System::nanoTime, false, lost::add);
      Path cluster = data.toRealPath().resolve("postgres");
      long pid = Postmaster.read(cluster).orElseThrow().pid();
      owner.destroyForcibly();
      assertThat(owner.waitFor(120, TimeUnit.SECONDS)).isTrue();
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();

      assertThat(Waiting.until(30, () -> serves(attached, cluster, pid))).isTrue();
      assertThat(lost).isEmpty();
    } finally {
      attached.stop();
    }
    assertThat(Postmaster.read(data.toRealPath().resolve("postgres"))).isEmpty();
  }

  @Test
  void start_halfMadeCluster_isMadeAnew() throws IOException {
    Path half = Files.createDirectories(data.resolve("postgres.half-4711/base"));
    Files.writeString(half.resolve("1"), "half");
    EmbeddedServer server = EmbeddedServer.startThrowaway(data);
    server.stop();
    assertThat(half).doesNotExist();
    assertThat(data.resolve("postgres/PG_VERSION")).exists();
  }

  @Test
  void start_numberOfADeadServerIsTakenByAnotherProgram_startsAllTheSame() throws Exception {
    copyTemplate();
    long other = ProcessHandle.current().parent().orElseThrow().pid();
    Files.write(
        data.resolve("postgres/postmaster.pid"),
        List.of(other + "", data.resolve("postgres") + "", "1", "1", "", "127.0.0.1", "", "ready"));
    EmbeddedServer server = EmbeddedServer.startThrowaway(data);
    try {
      assertThat(query(server.options(), "SELECT 1")).isEqualTo("1");
    } finally {
      server.stop();
    }
  }

  @Test
  void start_foreignFolderNamedPostgres_isLeftAlone() throws IOException {
    Path foreign = Files.createDirectories(data.resolve("postgres")).resolve("precious");
    Files.writeString(foreign, "x");
    assertThatThrownBy(() -> EmbeddedServer.startThrowaway(data))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("is not a PostgreSQL cluster: move it away");
    assertThat(foreign).exists();
  }

  @Test
  void start_aFileInPlaceOfTheFolder_saysWhatToDo() throws IOException {
    Path file = Files.writeString(data.resolve("file"), "x");
    assertThatThrownBy(() -> EmbeddedServer.start(file))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("set `database`");
  }

  @Test
  void start_passwordGone_saysWhatToDo() throws IOException {
    copyTemplate();
    Files.delete(data.resolve("postgres.password"));
    assertThatThrownBy(() -> EmbeddedServer.startThrowaway(data))
        .hasMessageContaining("postgres.password")
        .hasMessageContaining("begin with an empty memory");
    Files.writeString(data.resolve("postgres.password"), "x");
    EmbeddedServer.startThrowaway(data).stop(); // The refusal has freed the folder.
  }

  @Test
  void start_brokenSettings_showsWhatPostgresSaid() throws IOException {
    copyTemplate();
    Files.writeString(data.resolve("postgres/postgresql.auto.conf"), "shared_buffers = nonsense\n");
    assertThatThrownBy(() -> EmbeddedServer.startThrowaway(data))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("nonsense")
        .hasMessageContaining("postgres.log");
  }

  @Test
  void start_nameThatAShellWouldRead_isRefused() {
    assertThatThrownBy(() -> EmbeddedServer.start(data.resolve("a$b")))
        .hasMessageContaining("set `data` to another folder");
  }

  @Test
  void start_asRootOnAnotherAccountsCluster_runsAsThatAccount() throws Exception {
    Assumptions.assumeTrue(new UnixSystem().getUid() == 0, "only root can give files away");
    copyTemplate();
    for (String given : List.of("postgres", "postgres.password")) {
      try (Stream<Path> files = Files.walk(data.resolve(given))) {
        for (Path file : files.toList()) {
          Files.setAttribute(file, "unix:uid", 4711);
        }
      }
    }
    EmbeddedServer server = EmbeddedServer.startThrowaway(data);
    try {
      assertThat(query(server.options(), "SELECT 1")).isEqualTo("1");
      long pid = Postmaster.read(data.toRealPath().resolve("postgres")).orElseThrow().pid();
      assertThat(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid")).isEqualTo(4711);
    } finally {
      server.stop();
    }
  }

  @Test
  void s9_clusterOfNobody_isRefused() throws Exception {
    Assumptions.assumeTrue(new UnixSystem().getUid() == 0, "only root can give files away");
    copyTemplate();
    Path cluster = data.resolve("postgres");
    Files.setAttribute(cluster, "unix:uid", 65_534);
    assertThatThrownBy(() -> EmbeddedServer.startThrowaway(data))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("belongs to the account nobody")
        .hasMessageContaining("chown -R postgres");
  }

  @Test
  void s9_folderAndLockThatOthersCouldRead_areForTheirOwnerOnly() throws Exception {
    copyTemplate();
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path lock = data.resolve("lock");
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
    EmbeddedServer server = EmbeddedServer.startThrowaway(data);
    try {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
          .isEqualTo("rwx------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
          .isEqualTo("rw-------");
    } finally {
      server.stop();
    }
  }

  @Test
  void c10_postmasterIsKilled_runsAgainOnTheSamePort() throws Exception {
    copyTemplate();
    EmbeddedServer server = EmbeddedServer.startThrowaway(data);
    try {
      List<String> lost = new CopyOnWriteArrayList<>();
      server.keepRunning(System::nanoTime, true, lost::add);
      int port = server.port();
      Path cluster = data.toRealPath().resolve("postgres");
      for (int kill = 1; kill <= 2; kill++) {
        long pid = Postmaster.read(cluster).orElseThrow().pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        assertThat(Waiting.until(30, () -> serves(server, cluster, pid))).isTrue();
      }
      assertThat(server.port()).isEqualTo(port);
      assertThat(lost).isEmpty();
    } finally {
      server.stop();
    }
    assertThat(Postmaster.read(data.toRealPath().resolve("postgres"))).isEmpty();
  }

  private boolean serves(EmbeddedServer server, Path cluster, long before) {
    try {
      return Postmaster.read(cluster).filter(p -> p.ready() && p.pid() != before).isPresent()
          && query(server.options(), "SELECT 1").equals("1");
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  @Test
  void c10_serverCannotBeStartedAgain_isReportedOnce() {
    AtomicInteger starts = new AtomicInteger();
    CompletableFuture<String> lost = new CompletableFuture<>();
    ServerGuard guard =
        new ServerGuard(
            System::nanoTime,
            Duration.ofMillis(1),
            () -> {
              starts.incrementAndGet();
              throw new JournalException("the disk is gone");
            },
            Optional::empty,
            ServerGuard.WhenFull.WAITS,
            lost::complete);
    guard.watch(new Postmaster(data, Long.MAX_VALUE, 1, true));
    assertThat(lost.orTimeout(120, TimeUnit.SECONDS).join())
        .isEqualTo("the embedded PostgreSQL ended and cannot be started again: the disk is gone");
    assertThat(starts).hasValue(5);
  }

  @Test
  void c10_serverEndsAgainAndAgain_isGivenUp() {
    AtomicInteger starts = new AtomicInteger();
    CompletableFuture<String> lost = new CompletableFuture<>();
    Postmaster dead = new Postmaster(data, Long.MAX_VALUE, 1, true);
    ServerGuard guard =
        new ServerGuard(
            System::nanoTime,
            Duration.ofMillis(1),
            () -> {
              starts.incrementAndGet();
              return Optional.of(dead);
            },
            Optional::empty,
            ServerGuard.WhenFull.WAITS,
            lost::complete);
    guard.watch(dead);
    assertThat(lost.orTimeout(120, TimeUnit.SECONDS).join())
        .isEqualTo("the embedded PostgreSQL ended 6 times within ten minutes");
    assertThat(starts).hasValue(6);
  }

  @Test
  void c10_diskIsFull_isWaitedFor_andTheServerStartedWhenThereIsRoom() {
    AtomicInteger starts = new AtomicInteger();
    CompletableFuture<String> lost = new CompletableFuture<>();
    CompletableFuture<Integer> runs = new CompletableFuture<>();
    Postmaster alive = new Postmaster(data, ProcessHandle.current().pid(), 1, true);
    ServerGuard guard =
        new ServerGuard(
            System::nanoTime,
            Duration.ofMillis(1),
            () -> {
              if (starts.incrementAndGet() < 20) {
                throw new JournalException("PostgreSQL did not start: No space left on device");
              }
              runs.complete(starts.get());
              return Optional.of(alive);
            },
            () -> starts.get() < 10 ? Optional.of("the disk of data is full") : Optional.empty(),
            ServerGuard.WhenFull.WAITS,
            lost::complete);
    guard.watch(new Postmaster(data, Long.MAX_VALUE, 1, true));
    assertThat(runs.orTimeout(120, TimeUnit.SECONDS).join()).isEqualTo(20);
    assertThat(lost).isNotDone();
  }

  @Test
  void c10_diskIsFull_andNobodyWaits_isReportedWithTheDisk() {
    CompletableFuture<String> lost = new CompletableFuture<>();
    ServerGuard guard =
        new ServerGuard(
            System::nanoTime,
            Duration.ofMillis(1),
            () -> {
              throw new JournalException("PostgreSQL did not start");
            },
            () -> Optional.of("the disk of data is full"),
            ServerGuard.WhenFull.GIVES_UP,
            lost::complete);
    guard.watch(new Postmaster(data, Long.MAX_VALUE, 1, true));
    assertThat(lost.orTimeout(120, TimeUnit.SECONDS).join())
        .isEqualTo(
            "the embedded PostgreSQL ended and cannot be started again: the disk of data is full."
                + " PostgreSQL did not start");
  }

  @Test
  void unpacked_cacheCannotBeWritten_goesIntoTheOtherFolder() throws IOException {
    Path file = Files.writeString(data.resolve("file"), "x");
    ServerBinaries binaries = ServerBinaries.unpacked(file.resolve("cache"), data.resolve("b"));
    assertThat(binaries.folder().getParent()).isEqualTo(data.resolve("b"));
    assertThat(Path.of(binaries.program("initdb"))).isExecutable();
  }

  @Test
  void s11_unpackedProgramsThatOthersMayChange_areUnpackedAnew() throws IOException {
    ServerBinaries first = ServerBinaries.unpacked(data.resolve("a"), data.resolve("b"));
    assertThat(ServerBinaries.unpacked(data.resolve("a"), data.resolve("b"))).isEqualTo(first);
    Files.setPosixFilePermissions(
        Path.of(first.program("postgres")), PosixFilePermissions.fromString("rwxr-xrwx"));

    ServerBinaries second = ServerBinaries.unpacked(data.resolve("a"), data.resolve("b"));

    assertThat(second.folder()).isNotEqualTo(first.folder());
    assertThat(ServerBinaries.unpacked(data.resolve("a"), data.resolve("b"))).isEqualTo(second);
    Files.setPosixFilePermissions(
        second.folder().resolve("bin"), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> ServerBinaries.unpacked(data.resolve("a"), data.resolve("b")))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("may be changed by others: remove it");
  }

  private String query(PgConnectOptions options, String sql) {
    return PgConnection.connect(vertx, options)
        .compose(
            connection ->
                connection
                    .query(sql)
                    .execute()
                    .map(rows -> rows.size() == 0 ? "" : "" + rows.iterator().next().getValue(0))
                    .eventually(() -> connection.close()))
        .timeout(10, TimeUnit.SECONDS)
        .await();
  }

  private Process child() throws IOException {
    return new ProcessBuilder(
            Stream.concat(Program.command(ServerChild.class).stream(), Stream.of(data.toString()))
                .toList())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The line that a child prints; what logback writes before it is skipped. */
  private static String answer(Process child) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (line != null && !line.startsWith("port ") && !line.startsWith("refused ")) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }
}
