package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.port.ContainerUsage;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Execution(ExecutionMode.SAME_THREAD)
final class DockerUsageTest {
  private final Shop shop = new Shop();

  @BeforeAll
  static void makeImages() {
    Shop.makeImages();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private Optional<ContainerUsage> usage() {
    return shop.platform().usage().timeout(30, TimeUnit.SECONDS).await();
  }

  @Test
  void runningContainer_isReadAgainstItsLimits_oneThatIsGoneIsNone() {
    assertThat(usage()).isEmpty();
    String id = shop.run("2", "--memory", "64m", "--cpus", "0.5");

    ContainerUsage usage = usage().orElseThrow();

    assertThat(usage.id()).isEqualTo(id);
    assertThat(usage.cores()).isEqualTo(0.5);
    assertThat(usage.memoryLimit()).isEqualTo(OptionalLong.of(64L << 20));
    assertThat(usage.memory()).isBetween(1L, 64L << 20);
    assertThat(usage.cpuNanos()).isPositive();
    assertThat(usage.restarts()).isZero();

    shop.engine().docker("stop", "-t", "0", id);
    assertThat(usage()).hasValueSatisfying(gone -> assertThat(gone.running()).isFalse());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"NanoCpus\":1500000000|\"online_cpus\":4|1.5",
        "\"CpuQuota\":50000,\"CpuPeriod\":200000|\"online_cpus\":4|0.25",
        "\"CpuQuota\":50000|\"online_cpus\":4|0.5",
        "\"CpuQuota\":-1|\"online_cpus\":4|4",
        "\"NanoCpus\":0|\"online_cpus\":0|2",
      })
  void cores_areItsLimit_elseThoseOnline(String host, String cpu, double cores) {
    JsonObject container =
        new JsonObject(
            "{\"Id\":\"a\",\"State\":{\"Running\":true,\"OOMKilled\":true,\"Health\":{\"Status\":\"unhealthy\"}},\"RestartCount\":3,"
                + "\"HostConfig\":{"
                + host
                + "}}");
    JsonObject stats =
        new JsonObject(
            "{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":7,\"percpu_usage\":[3,4]},"
                + cpu
                + "},\"memory_stats\":{\"usage\":100,\"limit\":1000,\"stats\":{\"inactive_file\":40}}}");

    assertThat(DockerUsage.of(container, Optional.of(stats)))
        .contains(
            new ContainerUsage("a", 7, cores, 60, OptionalLong.of(1000), 3, true, true, true));
    assertThat(DockerUsage.of(container, Optional.empty())).isEmpty();
  }
}
