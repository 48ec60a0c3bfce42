package dev.ripcord.postgres.embedded;

import dev.ripcord.port.JournalException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The files of one embedded server: made once, started and stopped with PostgreSQL's own programs.
 * Blocks; not for event loops. Only who holds the {@link DataLock} may use it.
 */
final class Cluster {
  private static final Duration INITDB_DEADLINE = Duration.ofMinutes(2);
  private static final int START_SECONDS = 60;
  private static final int STOP_SECONDS = 5;
  private static final int START_ATTEMPTS = 3;
  private static final int TAIL_LINES = 5;
  private static final String HALF = "postgres.half-";
  private static final long LOG_MAX_BYTES = 5_000_000;

  private static final String SETTINGS =
      """
      # Written by Ripcord at each start.
      listen_addresses = '127.0.0.1'
      unix_socket_directories = ''
      max_connections = 50
      # The leases of ten thousand services are as many advisory locks.
      max_locks_per_transaction = 400
      shared_buffers = 32MB
      max_wal_size = 128MB
      min_wal_size = 32MB
      wal_level = minimal
      max_wal_senders = 0
      max_logical_replication_workers = 0
      max_parallel_workers_per_gather = 0
      autovacuum_max_workers = 1
      jit = off
      timezone = 'UTC'
      log_timezone = 'UTC'
      log_checkpoints = off
      """;

  /** What servers before PostgreSQL 18 do not know. */
  private static final String NEW =
      """
      io_method = sync
      """;

  private static final String THROWAWAY =
      """
      fsync = off
      full_page_writes = off
      synchronous_commit = off
      """;

  private final Path data;
  private final Path folder;
  private final ServerAccount account;
  private final ServerBinaries binaries;
  private final boolean throwaway;

  /**
   * Touches nothing yet.
   *
   * @param data the data folder, absolute
   * @param throwaway whether a crash of the machine may cost the data
   */
  Cluster(Path data, ServerAccount account, ServerBinaries binaries, boolean throwaway) {
    this.data = data;
    this.folder = folder(data);
    this.account = account;
    this.binaries = binaries;
    this.throwaway = throwaway;
  }

  /** Where the files of a data folder's server are. */
  static Path folder(Path data) {
    return data.resolve("postgres");
  }

  /** Whether it was made, to the end. */
  boolean exists() {
    return Files.exists(folder.resolve("PG_VERSION"));
  }

  /**
   * Makes it. Under another name first, and renamed once it is whole: what a killed process left
   * half-made is thrown away here.
   *
   * @param password the file with the administrator's password
   */
  void create(Path password) throws IOException {
    if (Files.exists(folder)) {
      throw new JournalException(
          folder + " is there and is not a PostgreSQL cluster: move it away, or set `data`");
    }
    removeLeftovers();
    Path half = data.resolve(HALF + ProcessHandle.current().pid());
    Files.createDirectory(half);
    account.give(half);
    initdb(half, password);
    Files.writeString(
        half.resolve("postgresql.conf"), "include 'ripcord.conf'\n", StandardOpenOption.APPEND);
    Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private void initdb(Path half, Path password) throws IOException {
    List<String> initdb =
        account.command(
            binaries.program("initdb"),
            "--pgdata=" + half,
            "--username=" + EmbeddedServer.USER,
            "--auth=scram-sha-256",
            "--pwfile=" + password,
            "--encoding=UTF8");
    initdb.addAll(
        binaries.own()
            ? List.of("--locale-provider=builtin", "--locale=C.UTF-8")
            : List.of("--locale=C"));
    if (throwaway) {
      initdb.add("--no-sync");
    }
    Program.Result result = Program.run(initdb, INITDB_DEADLINE);
    if (!result.isGood()) {
      ServerBinaries.deleteTree(half);
      throw new JournalException(
          "a PostgreSQL cluster could not be made in "
              + data
              + ": "
              + tail(result.output())
              + "; make room or choose another `data`, "
              + EmbeddedServer.OR_YOUR_OWN);
    }
  }

  /** What processes that were killed while they made a cluster have left. */
  private void removeLeftovers() throws IOException {
    try (DirectoryStream<Path> halves = Files.newDirectoryStream(data, HALF + "*")) {
      for (Path half : halves) {
        ServerBinaries.deleteTree(half);
      }
    }
  }

  /**
   * The server if one runs on these files, whoever started it; one that is not ready is stopped.
   */
  Optional<Postmaster> running() throws IOException {
    Optional<Postmaster> found = Postmaster.read(folder).filter(Postmaster::isAlive);
    if (found.isPresent() && !found.get().ready()) {
      stop();
      return Optional.empty();
    }
    return found;
  }

  /** Starts it on a port that is free and waits until it takes connections. */
  Postmaster start() throws IOException {
    return start(OptionalInt.empty());
  }

  /**
   * Starts it and waits until it takes connections.
   *
   * @param wanted the port, where sessions know it already; one that is free otherwise
   */
  Postmaster start(OptionalInt wanted) throws IOException {
    Optional<Postmaster> left = Postmaster.read(folder);
    if (left.isPresent()) {
      left.get().removeIfStale();
    }
    Path log = log();
    for (int attempt = 1; ; attempt++) {
      long logged = Files.size(log);
      settings(wanted.isPresent() ? wanted.getAsInt() : freePort());
      Program.Result result =
          pgCtl("start", "--timeout=" + START_SECONDS, "--log=" + log, "--silent");
      if (result.isGood()) {
        return Postmaster.read(folder)
            .orElseThrow(() -> new JournalException(folder + "/postmaster.pid is not there"));
      }
      String written = logTail(log, logged);
      boolean portTaken = written.contains("Address already in use");
      if (!portTaken || wanted.isPresent() || attempt == START_ATTEMPTS) {
        stop();
        throw new JournalException(
            "PostgreSQL did not start in "
                + folder
                + ": "
                + tail(written.isBlank() ? result.output() : written)
                + "; see "
                + log
                + ", "
                + EmbeddedServer.OR_YOUR_OWN);
      }
    }
  }

  /** Stops it: open sessions are ended, and after five seconds it is not asked any more. */
  void stop() throws IOException {
    if (Postmaster.read(folder).filter(Postmaster::isAlive).isEmpty()) {
      return;
    }
    String timeout = "--timeout=" + STOP_SECONDS;
    if (!pgCtl("stop", "--mode=fast", timeout, "--silent").isGood()) {
      Program.Result result = pgCtl("stop", "--mode=immediate", timeout, "--silent");
      if (!result.isGood() && Postmaster.read(folder).filter(Postmaster::isAlive).isPresent()) {
        throw new JournalException(
            "PostgreSQL in " + folder + " does not stop: " + tail(result.output()));
      }
    }
  }

  private Program.Result pgCtl(String verb, String... options) {
    List<String> command =
        account.command(binaries.program("pg_ctl"), verb, "--pgdata=" + folder, "--wait");
    command.addAll(List.of(options));
    return Program.run(command, Duration.ofSeconds(START_SECONDS + 10));
  }

  private void settings(int port) throws IOException {
    Path file = folder.resolve("ripcord.conf");
    String more = (binaries.own() ? NEW : "") + (throwaway ? THROWAWAY : "");
    Files.writeString(file, SETTINGS + "port = " + port + "\n" + more);
    account.give(file);
  }

  /** The server's log, which the account may write; a long one is put aside. */
  private Path log() throws IOException {
    Path log = data.resolve("postgres.log");
    if (Files.exists(log) && Files.size(log) > LOG_MAX_BYTES) {
      Files.move(log, data.resolve("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    if (Files.notExists(log)) {
      Files.createFile(log, PrivateFiles.FILE);
    }
    account.give(log);
    return log;
  }

  private static String logTail(Path log, long from) throws IOException {
    byte[] all = Files.readAllBytes(log);
    int start = (int) Math.min(from, all.length);
    return new String(all, start, all.length - start, StandardCharsets.UTF_8);
  }

  /** The last lines, on one line. */
  private static String tail(String text) {
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
