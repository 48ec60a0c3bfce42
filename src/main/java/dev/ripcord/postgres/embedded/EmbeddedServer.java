package dev.ripcord.postgres.embedded;

import dev.ripcord.port.JournalException;
import dev.ripcord.postgres.DiskRoom;
import dev.ripcord.release.Secret;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL that lives in a data folder and needs nothing installed.
 *
 * <p>In the data folder: {@code postgres} (the cluster), {@code postgres.password} (of its only
 * user, for the owner's eyes), {@code postgres.log}, {@code lock}, which the process that runs the
 * server holds, and {@code users}, of which each process that uses it has a share. It listens on
 * 127.0.0.1, on a port that is free at the start, and asks for the password. The last process that
 * uses it stops it. A server whose process was killed runs on and is taken over by the next start;
 * one that ends by itself is started again where {@link #keepRunning} was called.
 *
 * <p>Every call blocks, up to some seconds: not for event loops. Every failure is a {@link
 * JournalException} that names the folder and what to do.
 */
public final class EmbeddedServer {
  /** The only user, the owner of everything. */
  public static final String USER = "postgres";

  /** How each message ends that can be answered by not using the embedded server. */
  static final String OR_YOUR_OWN = "or set `database` to use a PostgreSQL of your own";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
  private static final String HOST = "127.0.0.1";
  private static final String DATABASE = "postgres";
  // pg_ctl hands the folder to a shell in double quotes.
  private static final Pattern UNQUOTABLE = Pattern.compile("[\"$`\\\\\\p{Cntrl}]");

  private static final int GONE_SECONDS = 3;

  private final Path data;
  private volatile Postmaster postmaster;
  private final Secret password;
  private final ServerUse use;
  private @Nullable Owned owned;
  private boolean stopped;

  /** What the process has that runs the server, and one that is only attached has not. */
  private record Owned(Cluster cluster, DataLock lock) {}

  private EmbeddedServer(
      Path data, Postmaster postmaster, Secret password, ServerUse use, @Nullable Owned owned) {
    this.data = data;
    this.postmaster = postmaster;
    this.password = password;
    this.use = use;
    this.owned = owned;
  }

  /**
   * Starts the server of a data folder, which is made if need be. What it holds survives a crash of
   * the machine. Call it once per folder and process.
   *
   * @throws JournalException {@link JournalException#isLeaseHeld()} when another process runs it
   */
  public static EmbeddedServer start(Path data) {
    return start(data, false, Optional.empty());
  }

  /** The same for data that may be lost with the machine, which is faster: demos and tests. */
  public static EmbeddedServer startThrowaway(Path data) {
    return start(data, true, Optional.empty());
  }

  /** The same by other programs than those that come with Ripcord. */
  public static EmbeddedServer startThrowaway(Path data, ServerBinaries programs) {
    return start(data, true, Optional.of(programs));
  }

  /**
   * Stops the server of a process that was killed, if one still runs there.
   *
   * @throws JournalException when the process lives and holds the folder
   */
  public static void stopOrphan(Path data) {
    try {
      DataLock lock = DataLock.take(data.toRealPath());
      try {
        Postmaster.read(Cluster.folder(data))
            .filter(Postmaster::isAlive)
            .flatMap(orphan -> ProcessHandle.of(orphan.pid()))
            .ifPresent(ProcessHandle::destroyForcibly);
      } finally {
        lock.release();
      }
    } catch (IOException e) {
      throw failure("stop PostgreSQL in " + data, e);
    }
  }

  /**
   * The server that another process runs on a data folder.
   *
   * @throws JournalException when none runs there
   */
  public static EmbeddedServer attach(Path data) {
    return attachIfRunning(data)
        .orElseThrow(() -> new JournalException("no ripcord runs on the data folder " + data));
  }

  /** The same; empty where none runs there, or it is being started or stopped. */
  public static Optional<EmbeddedServer> attachIfRunning(Path data) {
    try {
      Path real = data.toRealPath();
      Optional<ServerUse> use = ServerUse.begin(real);
      if (use.isEmpty()) {
        return Optional.empty();
      }
      Optional<Postmaster> running =
          Postmaster.read(Cluster.folder(real)).filter(found -> found.ready() && found.isAlive());
      if (running.isEmpty()) {
        use.get().end();
        return Optional.empty();
      }
      return Optional.of(
          new EmbeddedServer(real, running.get(), readPassword(real), use.get(), null));
    } catch (IOException e) {
      throw failure("attach to the data folder " + data, e);
    }
  }

  /**
   * Why no server can run in a data folder, where its disk is full; empty where there is room, and
   * where there is no such folder yet.
   */
  public static Optional<String> fullDisk(Path data) {
    return DiskRoom.trouble(data, DiskRoom.LEAST_BYTES);
  }

  private static EmbeddedServer start(
      Path data, boolean throwaway, Optional<ServerBinaries> given) {
    try {
      Path real = folder(data);
      DataLock lock = DataLock.take(real);
      try {
        return start(real, lock, throwaway, given);
      } catch (IOException | RuntimeException e) {
        lock.release();
        throw e;
      }
    } catch (IOException e) {
      throw failure("start PostgreSQL in " + data, e);
    }
  }

  private static EmbeddedServer start(
      Path data, DataLock lock, boolean throwaway, Optional<ServerBinaries> given)
      throws IOException {
    ServerAccount account = ServerAccount.forCluster(Cluster.folder(data));
    PrivateFiles.tighten(
        data, account.other().isPresent() ? PrivateFiles.PASSAGE : PrivateFiles.FOLDER);
    account.checkReach(data);
    Cluster cluster = cluster(data, account, throwaway, given);
    if (!cluster.exists()) {
      Path password = makePassword(data);
      account.give(password);
      cluster.create(password);
    }
    Secret password = readPassword(data);
    Optional<Postmaster> orphan = cluster.running();
    Postmaster postmaster = orphan.isPresent() ? orphan.get() : cluster.start();
    ServerUse use =
        ServerUse.begin(data)
            .orElseThrow(() -> new IOException(data.resolve("users") + " is locked"));
    EmbeddedServer server =
        new EmbeddedServer(data, postmaster, password, use, new Owned(cluster, lock));
    LOG.info(
        "{} {} on {}:{}, data in {}",
        server.version(),
        orphan.isPresent() ? "was running and is taken over" : "started",
        HOST,
        postmaster.port(),
        data);
    return server;
  }

  private static Cluster cluster(
      Path data, ServerAccount account, boolean throwaway, Optional<ServerBinaries> given) {
    // Another account does not get into root's home, where the cache is.
    Path cache = account.other().isPresent() ? data : ServerBinaries.cache();
    ServerBinaries programs =
        given.filter(found -> !found.own()).orElseGet(() -> ServerBinaries.unpacked(cache, data));
    return new Cluster(data, account, programs, throwaway);
  }

  /** Whether another process ran it when this one came to it. */
  public synchronized boolean isJoined() {
    return owned == null;
  }

  /** Where it listens. */
  public String host() {
    return HOST;
  }

  /** Where it listens; another one after each start. */
  public int port() {
    return postmaster.port();
  }

  /** How to connect, as its owner, to its database {@code postgres}. */
  public PgConnectOptions options() {
    return new PgConnectOptions()
        .setHost(HOST)
        .setPort(port())
        .setUser(USER)
        .setPassword(password.reveal())
        .setDatabase(DATABASE);
  }

  /** The same as a URL, for one of its databases. */
  public Secret url(String database) {
    return new Secret(
        "postgresql://%s:%s@%s:%d/%s".formatted(USER, password.reveal(), HOST, port(), database));
  }

  /** What it is, for people: {@code PostgreSQL 18}. */
  public String version() {
    try {
      return "PostgreSQL " + Files.readString(Cluster.folder(data).resolve("PG_VERSION")).strip();
    } catch (IOException e) {
      throw failure("read the version of " + data, e);
    }
  }

  /**
   * Ends the use of it. The last process that uses it stops it and frees the data folder. Done
   * already: does nothing.
   */
  public synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    try {
      use.end();
      Owned mine = owned;
      if (mine == null) {
        inherited().ifPresent(this::leave);
      } else {
        leave(mine);
      }
    } catch (IOException e) {
      throw failure("stop PostgreSQL in " + data, e);
    }
  }

  private void leave(Owned mine) {
    try {
      Optional<Postmaster> running = Postmaster.read(Cluster.folder(data));
      boolean last =
          ServerUse.ifUnused(
              data,
              () -> {
                mine.cluster().stop();
                running.ifPresent(found -> awaitGone(found.pid()));
              });
      mine.lock().release();
      LOG.info(
          "{} in {} {}",
          version(),
          data,
          last ? "stopped" : "goes on: another ripcord still uses it");
    } catch (IOException e) {
      throw failure("stop PostgreSQL in " + data, e);
    }
  }

  /** What the process that ran the server has left; empty while another one has it. */
  private Optional<Owned> inherited() throws IOException {
    try {
      return Optional.of(inherit());
    } catch (JournalException e) {
      if (e.isLeaseHeld()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Owned inherit() throws IOException {
    DataLock lock = DataLock.take(data);
    try {
      ServerAccount account = ServerAccount.forCluster(Cluster.folder(data));
      return new Owned(cluster(data, account, false, Optional.empty()), lock);
    } catch (RuntimeException e) {
      lock.release();
      throw e;
    }
  }

  /**
   * From now on starts the server again, on the same port, when it ends without having been told
   * to: killed by the system for its memory, or by a person. Only attached: where the process that
   * ran it has ended too.
   *
   * @param nanos a clock for durations, as {@code System::nanoTime}
   * @param waits whether it is waited for room where its disk is full, for as long as that takes
   * @param lost is called, from a thread of its own, when it could not be started again or ended
   *     too often; it stays down then
   */
  public void keepRunning(LongSupplier nanos, boolean waits, Consumer<String> lost) {
    new ServerGuard(
            nanos,
            Duration.ofSeconds(1),
            this::startAgain,
            () -> fullDisk(data),
            waits ? ServerGuard.WhenFull.WAITS : ServerGuard.WhenFull.GIVES_UP,
            lost)
        .watch(postmaster);
  }

  /** The server on the port it had; nothing when it was stopped on purpose. */
  private synchronized Optional<Postmaster> startAgain() {
    if (stopped) {
      return Optional.empty();
    }
    int port = postmaster.port();
    try {
      Owned mine = owned;
      if (mine == null) {
        Optional<Postmaster> again = running(port);
        if (again.isPresent()) {
          postmaster = again.get(); // By the process that runs it.
          return again;
        }
        mine = inherit();
        owned = mine;
      }
      Cluster cluster = mine.cluster();
      Optional<Postmaster> other = cluster.running().filter(found -> found.port() == port);
      if (other.isEmpty()) {
        cluster.stop();
      }
      postmaster = other.isPresent() ? other.get() : cluster.start(OptionalInt.of(port));
      LOG.warn("PostgreSQL in {} had ended by itself and runs again on port {}", data, port);
      return Optional.of(postmaster);
    } catch (IOException e) {
      throw failure("start PostgreSQL again in " + data, e);
    }
  }

  private Optional<Postmaster> running(int port) throws IOException {
    return Postmaster.read(Cluster.folder(data))
        .filter(found -> found.port() == port && found.ready() && found.isAlive());
  }

  /** Its process is an orphan: whoever adopted it may take a moment to let it go. */
  private static void awaitGone(long pid) {
    CompletableFuture<?> gone =
        ProcessHandle.of(pid)
            .<CompletableFuture<?>>map(ProcessHandle::onExit)
            .orElseGet(() -> CompletableFuture.completedFuture(null));
    gone.completeOnTimeout(null, GONE_SECONDS, TimeUnit.SECONDS).join();
  }

  private static Path folder(Path data) throws IOException {
    if (UNQUOTABLE.matcher(data.toAbsolutePath().toString()).find()) {
      throw new JournalException(
          "the data folder "
              + data
              + " has one of the characters \" $ ` \\ in its name, which PostgreSQL's own programs"
              + " cannot handle: set `data` to another folder");
    }
    return Files.createDirectories(data, PrivateFiles.FOLDER).toRealPath();
  }

  /** A new password in a file that nobody else can read. */
  private static Path makePassword(Path data) throws IOException {
    Path file = data.resolve("postgres.password");
    Files.deleteIfExists(file);
    Files.createFile(file, PrivateFiles.FILE);
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    Files.writeString(
        file, HexFormat.of().formatHex(random) + "\n", StandardOpenOption.TRUNCATE_EXISTING);
    return file;
  }

  private static Secret readPassword(Path data) {
    Path file = data.resolve("postgres.password");
    try {
      return new Secret(Files.readString(file).strip());
    } catch (IOException e) {
      throw new JournalException(
          file
              + ", the password of the embedded PostgreSQL, cannot be read ("
              + e.getMessage()
              + "): put it back, or move "
              + Cluster.folder(data)
              + " away to begin with an empty memory",
          e);
    }
  }

  /** A failure of the file system, for people. */
  static JournalException failure(String doing, IOException cause) {
    return new JournalException(
        "could not "
            + doing
            + ": "
            + message(cause)
            + "; check that `data` is a folder that can be written and has room, "
            + OR_YOUR_OWN,
        cause);
  }

  private static String message(IOException cause) {
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case FileAlreadyExistsException e -> message + " is there already and is no folder";
      case AccessDeniedException e -> "no right to use " + message;
      case NoSuchFileException e -> message + " is not there";
      default -> message;
    };
  }
}
