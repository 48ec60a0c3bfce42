package dev.ripcord.postgres.embedded;

import dev.ripcord.port.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to run the server of a data folder: a lock on the file {@code lock} in it, which the
 * system reverts when the process ends, however it ends. The file holds the process's number.
 *
 * @param data the data folder
 * @param channel the open, locked file
 */
record DataLock(Path data, FileChannel channel) {
  /** Of this process: on most systems a process that closes a file loses all its locks on it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /**
   * Takes the lock.
   *
   * @param data the data folder, as its real path
   * @throws JournalException naming the process that has it
   */
  static DataLock take(Path data) throws IOException {
    if (!HELD.add(data)) {
      throw inUse(data, "this process itself");
    }
    try {
      return new DataLock(data, locked(data));
    } catch (IOException | RuntimeException e) {
      HELD.remove(data);
      throw e;
    }
  }

  private static FileChannel locked(Path data) throws IOException {
    Path file = data.resolve("lock");
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PrivateFiles.FILE);
    PrivateFiles.tighten(file, PrivateFiles.FILE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      String holder = Files.readString(file).strip();
      channel.close();
      throw inUse(data, holder.isEmpty() ? "another process" : "process " + holder);
    }
    channel.truncate(0);
    String pid = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    return channel;
  }

  private static JournalException inUse(Path data, String holder) {
    return new JournalException(
        "the data folder "
            + data
            + " is in use by "
            + holder
            + ": stop that ripcord first, or set `data` to another folder",
        true);
  }

  /** Gives it back. The file stays: to delete it would let two processes lock two files. */
  void release() throws IOException {
    channel.truncate(0);
    channel.close();
    HELD.remove(data);
  }
}
