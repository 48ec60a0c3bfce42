package dev.ripcord.probe.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.health.Reason;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What two lists of a cluster say of a service: its pods, and what they use. Pods that are being
 * taken away do not count. Pure.
 *
 * @param all how many pods there are
 * @param ready how many of them are ready
 * @param restarts by pod, how often its containers were restarted
 * @param waiting why a container waits, where one does: {@code CrashLoopBackOff}
 * @param cpu what they use of the CPU that they may use, all together
 * @param memory of the pod that uses most of the memory that it may use
 * @param reasons what is missing
 * @param arithmetic how CPU and memory came about
 */
record Pods(
    int all,
    int ready,
    Map<String, Integer> restarts,
    String waiting,
    OptionalDouble cpu,
    OptionalDouble memory,
    List<Lack> reasons,
    String arithmetic) {
  /** Something that is missing: a predicate of the cluster. */
  record Lack(Reason.Code code, String text) {}

  /**
   * Reads them.
   *
   * @param pods the list of pods
   * @param metrics the list of what they use; an empty list where it could not be read
   */
  static Pods of(JsonNode pods, JsonNode metrics) {
    return new Reading(metrics).of(pods);
  }

  private static final class Reading {
    private final Map<String, JsonNode> usage = new HashMap<>();
    private final Map<String, Integer> restarts = new HashMap<>();
    private final List<Lack> reasons = new ArrayList<>();
    private int all;
    private int ready;
    private String waiting = "";
    private int unmeasured;
    private double cpu;
    private double cpuLimit;
    private double worst;
    private boolean limits = true;
    private boolean requested;
    private boolean memoryLimits = true;

    Reading(JsonNode metrics) {
      metrics.path("items").forEach(item -> usage.put(name(item), item));
    }

    Pods of(JsonNode pods) {
      pods.path("items").forEach(this::pod);
      boolean measured = all > unmeasured;
      if (all > 0 && unmeasured > 0) {
        reasons.add(
            new Lack(
                Reason.Code.NO_DATA,
                "has no reading yet of %d of %d pods".formatted(unmeasured, all)));
      }
      if (measured && !limits) {
        reasons.add(
            new Lack(Reason.Code.NO_DATA, "runs containers without a limit or request of CPU"));
      }
      if (measured && !memoryLimits) {
        reasons.add(new Lack(Reason.Code.NO_DATA, "runs containers without a limit of memory"));
      }
      return new Pods(
          all,
          ready,
          Map.copyOf(restarts),
          waiting,
          measured && limits && cpuLimit > 0
              ? OptionalDouble.of(cpu / cpuLimit)
              : OptionalDouble.empty(),
          measured && memoryLimits ? OptionalDouble.of(worst) : OptionalDouble.empty(),
          List.copyOf(reasons),
          "%.3f of %.3f cores%s, memory of the fullest pod %.0f%%"
              .formatted(
                  cpu,
                  cpuLimit,
                  requested ? " (requests where no limit is set)" : "",
                  worst * 100));
    }

    private void pod(JsonNode pod) {
      String phase = pod.path("status").path("phase").asText();
      boolean leaving = pod.path("metadata").hasNonNull("deletionTimestamp");
      if (leaving || phase.equals("Succeeded")) {
        return;
      }
      all++;
      ready += isReady(pod) ? 1 : 0;
      int times = 0;
      Instant began = Instant.MIN;
      for (JsonNode status : pod.path("status").path("containerStatuses")) {
        times += status.path("restartCount").asInt();
        String why = status.path("state").path("waiting").path("reason").asText();
        waiting = waiting.isEmpty() ? why : waiting;
        Instant start = instant(status.path("state").path("running").path("startedAt").asText());
        began = start.isAfter(began) ? start : began;
      }
      restarts.put(pod.path("metadata").path("uid").asText(name(pod)), times);
      JsonNode used = usage.get(name(pod));
      // A reading from before the container began is of the one before it.
      if (used == null || instant(used.path("timestamp").asText()).isBefore(began)) {
        unmeasured++;
        return;
      }
      use(pod, used);
    }

    private void use(JsonNode pod, JsonNode used) {
      Map<String, JsonNode> resources = new HashMap<>();
      pod.path("spec")
          .path("containers")
          .forEach(each -> resources.put(each.path("name").asText(), each.path("resources")));
      double memory = 0;
      double memoryLimit = 0;
      for (JsonNode container : used.path("containers")) {
        JsonNode may = resources.get(container.path("name").asText());
        cpu += amount(container.path("usage").path("cpu"));
        memory += amount(container.path("usage").path("memory"));
        double limit = may == null ? 0 : amount(may.path("limits").path("cpu"));
        double request = may == null ? 0 : amount(may.path("requests").path("cpu"));
        requested |= limit == 0 && request > 0;
        cpuLimit += limit > 0 ? limit : request;
        limits &= limit > 0 || request > 0;
        double memoryMay = may == null ? 0 : amount(may.path("limits").path("memory"));
        memoryLimits &= memoryMay > 0;
        memoryLimit += memoryMay;
      }
      worst = memoryLimit > 0 ? Math.max(worst, memory / memoryLimit) : worst;
    }

    private static boolean isReady(JsonNode pod) {
      for (JsonNode condition : pod.path("status").path("conditions")) {
        if (condition.path("type").asText().equals("Ready")) {
          return condition.path("status").asText().equals("True");
        }
      }
      return false;
    }

    private static String name(JsonNode item) {
      return item.path("metadata").path("name").asText();
    }

    /** A quantity such as {@code 123456n} or {@code 73212Ki}; 0 where there is none. */
    private static double amount(JsonNode quantity) {
      try {
        return quantity.isTextual() || quantity.isNumber()
            ? Quantity.parse(quantity.asText()).getNumericalAmount().doubleValue()
            : 0;
      } catch (IllegalArgumentException e) {
        return 0;
      }
    }

    private static Instant instant(String text) {
      try {
        return text.isEmpty() ? Instant.MIN : Instant.parse(text);
      } catch (DateTimeException e) {
        return Instant.MIN;
      }
    }
  }
}
