package dev.ripcord.probe.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files of both versions of cgroup, as kernels write them, and those of this machine. */
final class HostUsageTest {
  private static final String MEMINFO =
      "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:   12000000 kB\n";

  @TempDir private Path root;

  private void files(Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  private HostUsage machine(String stat, String cgroup) throws IOException {
    files(
        Map.of(
            "proc/stat", stat + "\ncpu0 1 2 3\n",
            "proc/meminfo", MEMINFO,
            "proc/self/cgroup", cgroup));
    return HostUsage.read(root);
  }

  @Test
  void withoutLimits_itIsTheMachine_andWaitingForADiskIsIdle() throws IOException {
    HostUsage before = machine("cpu  100 0 100 700 100 0 0 0 0 0", "0::/\n");
    HostUsage now = machine("cpu  150 0 150 750 150 0 0 0 50 0", "0::/\n");

    assertThat(now.cpuSince(before, 30)).hasValue(0.5);
    assertThat(now.memory().orElseThrow()).isCloseTo(0.25, within(1e-9));
    assertThat(now.how()).isEqualTo("CPU of the machine, memory of the machine");
  }

  @Test
  void cgroup2_withLimits_isAgainstThem_withoutFileCache() throws IOException {
    String cgroup = "sys/fs/cgroup/system.slice/shop/";
    files(
        Map.of(
            cgroup + "cpu.max", "50000 100000\n",
            cgroup + "cpu.stat", "usage_usec 1000000\nuser_usec 1\n",
            cgroup + "memory.max", "104857600\n",
            cgroup + "memory.current", "62914560\n",
            cgroup + "memory.stat", "anon 1\ninactive_file 10485760\n"));
    HostUsage before = machine("cpu  0 0 0 0 0 0 0 0", "0::/system.slice/shop\n");
    files(Map.of(cgroup + "cpu.stat", "usage_usec 1900000\n"));
    HostUsage now = HostUsage.read(root);

    assertThat(now.cpuSince(before, 2).orElseThrow()).isCloseTo(0.9, within(1e-9));
    assertThat(now.memory()).hasValue(0.5);
    assertThat(now.how()).contains("CPU of the cgroup (0.5 cores), memory of the cgroup");
  }

  @Test
  void cgroup2_inAContainer_isItsRoot_andMaxIsNoLimit() throws IOException {
    files(
        Map.of(
            "sys/fs/cgroup/cpu.max", "max 100000\n",
            "sys/fs/cgroup/cpu.stat", "usage_usec 5\n",
            "sys/fs/cgroup/memory.max", "max\n",
            "sys/fs/cgroup/memory.current", "1\n"));
    HostUsage usage = machine("cpu  1 0 1 8 0 0 0 0", "0::/not/seen/from/here\n");
    assertThat(usage.how()).isEqualTo("CPU of the machine, memory of the machine");
  }

  @Test
  void cgroup1_withLimits_isAgainstThem_andAHugeOneIsNone() throws IOException {
    String cpu = "sys/fs/cgroup/cpu,cpuacct/docker/1/";
    String memory = "sys/fs/cgroup/memory/docker/1/";
    files(
        Map.of(
            cpu + "cpu.cfs_quota_us", "200000\n",
            cpu + "cpu.cfs_period_us", "100000\n",
            cpu + "cpuacct.usage", "1000000000\n",
            memory + "memory.limit_in_bytes", "9223372036854771712\n",
            memory + "memory.usage_in_bytes", "1\n"));
    String cgroup = "5:memory:/docker/1\n4:cpu,cpuacct:/docker/1\n";
    HostUsage before = machine("cpu  0 0 0 0 0 0 0 0", cgroup);
    files(Map.of(cpu + "cpuacct.usage", "2000000000\n"));
    HostUsage now = HostUsage.read(root);

    assertThat(now.cpuSince(before, 1)).hasValue(0.5);
    assertThat(now.how()).isEqualTo("CPU of the cgroup (2.0 cores), memory of the machine");
  }

  @Test
  void counterThatFell_orNoTimePassed_givesNoShare() throws IOException {
    HostUsage before = machine("cpu  100 0 100 800 0 0 0 0", "");
    assertThat(machine("cpu  1 0 1 8 0 0 0 0", "").cpuSince(before, 30)).isEmpty();
    assertThat(before.cpuSince(before, 30)).isEmpty();
  }

  @Test
  void withoutProc_itFails() {
    assertThatThrownBy(() -> HostUsage.read(root)).isInstanceOf(IOException.class);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisMachine_hasBoth() throws IOException {
    HostUsage usage = HostUsage.read(Path.of("/"));
    assertThat(usage.memory().orElseThrow()).isBetween(0.0, 1.0);
    assertThat(usage.cpuUsed()).isPositive();
  }
}
