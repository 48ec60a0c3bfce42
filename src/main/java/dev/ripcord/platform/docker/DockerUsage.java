package dev.ripcord.platform.docker;

import dev.ripcord.port.ContainerUsage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads what the Engine says of a container's use of CPU and memory, as {@code docker stats} does:
 * memory without the file cache that can be given up at once.
 */
final class DockerUsage {
  private static final double NANOS = 1e9;

  private DockerUsage() {}

  /** Empty where the Engine does not tell what a container that runs uses. */
  static Optional<ContainerUsage> of(JsonObject container, Optional<JsonObject> stats) {
    JsonObject cpu = object(stats.orElseGet(JsonObject::new), "cpu_stats");
    JsonObject usage = object(cpu, "cpu_usage");
    JsonObject state = object(container, "State");
    // A container that is being restarted is called running by the Engine.
    boolean running = state.getBoolean("Running", false) && !state.getBoolean("Restarting", false);
    int restarts = container.getInteger("RestartCount", 0);
    boolean outOfMemory = state.getBoolean("OOMKilled", false);
    if (!running) {
      return Optional.of(
          new ContainerUsage(
              container.getString("Id"),
              0,
              1,
              0,
              OptionalLong.empty(),
              restarts,
              outOfMemory,
              false,
              false));
    }
    if (usage.getLong("total_usage") == null) {
      return Optional.empty();
    }
    JsonObject memory = object(stats.orElseThrow(), "memory_stats");
    JsonObject host = object(container, "HostConfig");
    long limit = memory.getLong("limit", 0L);
    return Optional.of(
        new ContainerUsage(
            container.getString("Id"),
            usage.getLong("total_usage"),
            cores(host, cpu, usage),
            used(memory),
            limit > 0 ? OptionalLong.of(limit) : OptionalLong.empty(),
            restarts,
            outOfMemory,
            "unhealthy".equals(object(state, "Health").getString("Status")),
            true));
  }

  /** Its limit, else all that are online. */
  private static double cores(JsonObject host, JsonObject cpu, JsonObject usage) {
    long nano = host.getLong("NanoCpus", 0L);
    if (nano > 0) {
      return nano / NANOS;
    }
    long quota = host.getLong("CpuQuota", 0L);
    long period = host.getLong("CpuPeriod", 0L);
    if (quota > 0) {
      // The kernel's own period, where none is set.
      return quota / (double) (period > 0 ? period : 100_000);
    }
    int online = cpu.getInteger("online_cpus", 0);
    JsonArray each = usage.getJsonArray("percpu_usage");
    return online > 0 ? online : each == null ? 1 : Math.max(1, each.size());
  }

  private static long used(JsonObject memory) {
    long usage = memory.getLong("usage", 0L);
    JsonObject stats = object(memory, "stats");
    long cache = stats.getLong("total_inactive_file", stats.getLong("inactive_file", 0L));
    return cache < usage ? usage - cache : usage;
  }

  private static JsonObject object(JsonObject parent, String name) {
    JsonObject found = parent.getJsonObject(name);
    return found == null ? new JsonObject() : found;
  }
}
