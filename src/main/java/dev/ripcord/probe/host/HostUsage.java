package dev.ripcord.probe.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What Linux says of CPU and memory at one moment. Where this program's cgroup (version 1 or 2) has
 * a limit, the figure is the cgroup's against its limit; else it is the machine's.
 *
 * @param cpuUsed CPU time used, in the unit of {@code cpuAvailable}
 * @param cpuAvailable CPU time that could have been used; NaN where it follows from the time passed
 * @param cores how many cores may be used, for a cgroup
 * @param memory share of the memory in use, without file cache that can be given up; empty where it
 *     cannot be read
 * @param how where each came from, for people
 */
record HostUsage(
    double cpuUsed, double cpuAvailable, double cores, OptionalDouble memory, String how) {
  /** A limit beyond a petabyte is how "no limit" is written. */
  private static final double UNLIMITED = 1L << 50;

  /** Reads the files below a root; throws where {@code /proc} cannot be read. */
  static HostUsage read(Path root) throws IOException {
    Cgroup cgroup = Cgroup.of(root);
    OptionalDouble quota = cgroup.cores();
    OptionalDouble used = cgroup.cpuSeconds();
    OptionalDouble limited = cgroup.memory();
    OptionalDouble memory = limited.isPresent() ? limited : machineMemory(root);
    String memoryHow = limited.isPresent() ? "memory of the cgroup" : "memory of the machine";
    if (quota.isPresent() && used.isPresent()) {
      return new HostUsage(
          used.getAsDouble(),
          Double.NaN,
          quota.getAsDouble(),
          memory,
          "CPU of the cgroup (" + quota.getAsDouble() + " cores), " + memoryHow);
    }
    double[] ticks = machineTicks(root);
    return new HostUsage(
        ticks[0], ticks[1], Double.NaN, memory, "CPU of the machine, " + memoryHow);
  }

  /** The share of the CPU used since an earlier reading. */
  OptionalDouble cpuSince(HostUsage before, double seconds) {
    double available =
        Double.isNaN(cpuAvailable) ? seconds * cores : cpuAvailable - before.cpuAvailable();
    double used = cpuUsed - before.cpuUsed();
    return available > 0 && used >= 0
        ? OptionalDouble.of(Math.min(1, used / available))
        : OptionalDouble.empty();
  }

  /** Busy and all ticks since the machine began; waiting for a disk is idle. */
  private static double[] machineTicks(Path root) throws IOException {
    String line = Files.readAllLines(root.resolve("proc/stat")).getFirst();
    String[] words = line.strip().split("\\s+", -1);
    double all = 0;
    // Guest time is part of user time already.
    for (int i = 1; i < Math.min(words.length, 9); i++) {
      all += Double.parseDouble(words[i]);
    }
    double idle = Double.parseDouble(words[4]) + Double.parseDouble(words[5]);
    return new double[] {all - idle, all};
  }

  private static OptionalDouble machineMemory(Path root) throws IOException {
    double total = Double.NaN;
    double available = Double.NaN;
    for (String line : Files.readAllLines(root.resolve("proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        total = Double.parseDouble(line.replaceAll("\\D", ""));
      } else if (line.startsWith("MemAvailable:")) {
        available = Double.parseDouble(line.replaceAll("\\D", ""));
      }
    }
    return total > 0 && available >= 0
        ? OptionalDouble.of(1 - available / total)
        : OptionalDouble.empty();
  }

  /** The cgroup of this process. */
  private record Cgroup(Optional<Path> unified, Optional<Path> cpu, Optional<Path> memoryV1) {
    static Cgroup of(Path root) throws IOException {
      Path mount = root.resolve("sys/fs/cgroup");
      Optional<Path> unified = Optional.empty();
      Optional<Path> cpu = Optional.empty();
      Optional<Path> memory = Optional.empty();
      Path own = root.resolve("proc/self/cgroup");
      for (String line : Files.exists(own) ? Files.readAllLines(own) : List.<String>of()) {
        String[] parts = line.split(":", 3);
        if (parts.length == 3 && parts[1].isEmpty()) {
          unified = Optional.of(folder(mount, parts[2], "cpu.stat"));
        } else if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains("cpuacct")) {
          cpu = Optional.of(folder(mount.resolve(parts[1]), parts[2], "cpuacct.usage"));
        } else if (parts.length == 3 && parts[1].equals("memory")) {
          memory = Optional.of(folder(mount.resolve("memory"), parts[2], "memory.limit_in_bytes"));
        }
      }
      return new Cgroup(unified, cpu, memory);
    }

    /** In a container the path is the host's, and the container sees its own as the root. */
    private static Path folder(Path mount, String path, String file) {
      Path own = mount.resolve(path.replaceFirst("^/+", ""));
      return Files.exists(own.resolve(file)) ? own : mount;
    }

    OptionalDouble cores() {
      if (unified.isPresent()) {
        String[] max = text(unified.get(), "cpu.max").orElse("max").split(" ", -1);
        if (max.length == 2 && !max[0].equals("max")) {
          return OptionalDouble.of(Double.parseDouble(max[0]) / Double.parseDouble(max[1]));
        }
      }
      OptionalDouble quota =
          cpu.map(p -> number(p, "cpu.cfs_quota_us")).orElse(OptionalDouble.empty());
      OptionalDouble period =
          cpu.map(p -> number(p, "cpu.cfs_period_us")).orElse(OptionalDouble.empty());
      return quota.isPresent() && quota.getAsDouble() > 0 && period.isPresent()
          ? OptionalDouble.of(quota.getAsDouble() / period.getAsDouble())
          : OptionalDouble.empty();
    }

    OptionalDouble cpuSeconds() {
      OptionalDouble micros =
          unified.map(p -> field(p, "cpu.stat", "usage_usec")).orElse(OptionalDouble.empty());
      if (micros.isPresent()) {
        return OptionalDouble.of(micros.getAsDouble() / 1e6);
      }
      OptionalDouble nanos =
          cpu.map(p -> number(p, "cpuacct.usage")).orElse(OptionalDouble.empty());
      return nanos.isPresent() ? OptionalDouble.of(nanos.getAsDouble() / 1e9) : nanos;
    }

    /** Without file cache that can be given up at once. */
    OptionalDouble memory() {
      OptionalDouble second =
          unified
              .map(p -> share(p, "memory.max", "memory.current", "inactive_file"))
              .orElse(OptionalDouble.empty());
      return second.isPresent()
          ? second
          : memoryV1
              .map(
                  p ->
                      share(
                          p,
                          "memory.limit_in_bytes",
                          "memory.usage_in_bytes",
                          "total_inactive_file"))
              .orElse(OptionalDouble.empty());
    }

    private static OptionalDouble share(Path folder, String max, String now, String cache) {
      OptionalDouble limit = number(folder, max);
      OptionalDouble used = number(folder, now);
      if (limit.isEmpty() || used.isEmpty() || limit.getAsDouble() >= UNLIMITED) {
        return OptionalDouble.empty();
      }
      double idle = field(folder, "memory.stat", cache).orElse(0);
      double held = idle < used.getAsDouble() ? used.getAsDouble() - idle : used.getAsDouble();
      return OptionalDouble.of(held / limit.getAsDouble());
    }

    private static OptionalDouble number(Path folder, String file) {
      return text(folder, file)
          .filter(text -> text.matches("-?\\d+"))
          .map(text -> OptionalDouble.of(Double.parseDouble(text)))
          .orElse(OptionalDouble.empty());
    }

    private static OptionalDouble field(Path folder, String file, String name) {
      return text(folder, file).stream()
          .flatMap(String::lines)
          .map(line -> line.split(" ", -1))
          .filter(words -> words.length == 2 && words[0].equals(name))
          .mapToDouble(words -> Double.parseDouble(words[1]))
          .findFirst();
    }

    private static Optional<String> text(Path folder, String file) {
      try {
        return Optional.of(Files.readString(folder.resolve(file)).strip());
      } catch (IOException absent) {
        return Optional.empty();
      }
    }
  }
}
