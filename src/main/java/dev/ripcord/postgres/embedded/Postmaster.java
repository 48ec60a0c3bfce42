package dev.ripcord.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server as it describes itself in the file {@code postmaster.pid} of its cluster.
 *
 * @param cluster its folder
 * @param pid its process
 * @param port where it listens
 * @param ready whether it takes connections
 */
record Postmaster(Path cluster, long pid, int port, boolean ready) {
  /** What the file says; it may be left over from a server that is gone. */
  static Optional<Postmaster> read(Path cluster) throws IOException {
    try {
      List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
      return lines.size() < 4
          ? Optional.empty()
          : Optional.of(
              new Postmaster(
                  cluster,
                  Long.parseLong(lines.get(0).strip()),
                  Integer.parseInt(lines.get(3).strip()),
                  lines.size() > 7 && lines.get(7).strip().equals("ready")));
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether it still runs: a process of this number that was started for this very folder. */
  boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(process -> commandLine(process).map(c -> c.contains(cluster + "")).orElse(true))
        .isPresent();
  }

  /** Read from /proc where there is one: the JDK gives none for processes of other accounts. */
  private static Optional<String> commandLine(ProcessHandle process) {
    try {
      byte[] words = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
      return Optional.of(new String(words, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return process.info().commandLine();
    }
  }

  /**
   * Removes the file when its number belongs to another program by now, as happens in a container,
   * where numbers begin anew: PostgreSQL itself would take that program for a server and not start.
   * The file stays while any process works in the folder.
   */
  void removeIfStale() throws IOException {
    boolean numberTaken = ProcessHandle.of(pid).isPresent();
    if (numberTaken && !isAlive() && !isFolderInUse()) {
      Files.deleteIfExists(cluster.resolve("postmaster.pid"));
    }
  }

  private boolean isFolderInUse() {
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      return processes.anyMatch(process -> worksIn(process.pid()));
    }
  }

  private boolean worksIn(long process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + process + "/cwd")).equals(cluster);
    } catch (IOException e) {
      return false; // It ended meanwhile, or is not ours to look at.
    }
  }
}
