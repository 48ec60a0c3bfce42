package dev.ripcord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** CPU time and memory of processes, as Linux accounts for them in /proc. */
final class Usage {
  private static final double TICKS_PER_SECOND = 100;
  private static final int UTIME = 11;
  private static final int CSTIME = 14;
  private static final int PAGE_BYTES = 4096;

  private final Supplier<Stream<Long>> pids;

  private Usage(Supplier<Stream<Long>> pids) {
    this.pids = pids;
  }

  /** Of one process with all its threads. */
  static Usage of(long pid) {
    return new Usage(() -> Stream.of(pid));
  }

  /** Of a process and all that it started, those included that have ended. */
  static Usage ofTree(long pid) {
    return new Usage(
        () ->
            Stream.concat(
                Stream.of(pid),
                ProcessHandle.of(pid).stream()
                    .flatMap(ProcessHandle::descendants)
                    .map(ProcessHandle::pid)));
  }

  /** Seconds of CPU used so far, in user and kernel mode. */
  double cpuSeconds() {
    return sum(
        fields -> {
          double ticks = 0;
          for (int i = UTIME; i <= CSTIME; i++) {
            ticks += Double.parseDouble(fields.get(i));
          }
          return ticks / TICKS_PER_SECOND;
        });
  }

  /** Resident memory; pages that processes share are counted for each. */
  long residentBytes() {
    return (long) sum(fields -> Double.parseDouble(fields.get(21)) * PAGE_BYTES);
  }

  private double sum(ToDoubleFunction<List<String>> figure) {
    return pids.get()
        .mapToDouble(pid -> fields(pid).isEmpty() ? 0 : figure.applyAsDouble(fields(pid)))
        .sum();
  }

  /** The fields of /proc/PID/stat after the name; none when the process is gone. */
  private static List<String> fields(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return List.of(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      return List.of(); // It ended while it was read.
    }
  }
}
