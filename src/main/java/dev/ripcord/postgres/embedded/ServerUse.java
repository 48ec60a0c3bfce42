package dev.ripcord.postgres.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * That this process uses the server of a data folder: a shared lock on the file {@code users} in
 * it, which the system takes back when the process ends, however it ends. Who would stop the server
 * asks for the whole lock first, so that nobody's server is stopped while they use it.
 */
final class ServerUse {
  /** What this process uses: a process that closes a file loses all its locks on it. */
  private static final Map<Path, ServerUse> USED = new HashMap<>();

  /** Where this process has the whole lock. */
  private static final Set<Path> STOPPING = new HashSet<>();

  private final Path data;
  private final FileChannel channel;
  private int times = 1;

  private ServerUse(Path data, FileChannel channel) {
    this.data = data;
    this.channel = channel;
  }

  /**
   * Begins; {@link #end} for each.
   *
   * @param data the data folder, as its real path
   * @return empty while somebody stops the server
   */
  static Optional<ServerUse> begin(Path data) throws IOException {
    synchronized (USED) {
      if (STOPPING.contains(data)) {
        return Optional.empty();
      }
      ServerUse use = USED.get(data);
      if (use != null) {
        use.times++;
        return Optional.of(use);
      }
      FileChannel channel = open(data);
      if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
        channel.close();
        return Optional.empty();
      }
      use = new ServerUse(data, channel);
      USED.put(data, use);
      return Optional.of(use);
    }
  }

  void end() throws IOException {
    synchronized (USED) {
      times--;
      if (times == 0) {
        USED.remove(data);
        channel.close();
      }
    }
  }

  /**
   * Does something while nobody uses the server, and nobody can begin to. Only who holds the {@link
   * DataLock} may ask.
   *
   * @return whether it was done; not where somebody uses it
   */
  static boolean ifUnused(Path data, Stop stop) throws IOException {
    synchronized (USED) {
      if (USED.containsKey(data)) {
        return false;
      }
      STOPPING.add(data);
    }
    try (FileChannel channel = open(data)) {
      if (channel.tryLock() == null) {
        return false;
      }
      stop.run();
      return true;
    } finally {
      synchronized (USED) {
        STOPPING.remove(data);
      }
    }
  }

  private static FileChannel open(Path data) throws IOException {
    return FileChannel.open(
        data.resolve("users"),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PrivateFiles.FILE);
  }

  /** Stops the server. */
  interface Stop {
    void run() throws IOException;
  }
}
