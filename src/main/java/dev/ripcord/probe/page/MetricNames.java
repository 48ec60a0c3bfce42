package dev.ripcord.probe.page;

import dev.ripcord.probe.page.text.NameTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the names on a metrics page mean. A metric's code is its role, and for the series of a
 * {@link Family} also the family; a name that means nothing to us has the code 0.
 */
final class MetricNames {
  static final int COUNT = 1;
  static final int BUCKET = 2;
  static final int QUANTILE = 3;
  static final int CREATED = 4;
  static final int START = 5;
  static final int CPU_SECONDS = 6;
  static final int CPU_NANOS = 7;
  static final int CPU_SHARE = 8;
  static final int RESIDENT = 9;
  static final int MEMORY_LIMIT = 10;
  static final int HEAP_USED = 11;
  static final int HEAP_MAX = 12;

  static final int STATUS = 1;
  static final int OUTCOME = 2;
  static final int ERROR_TYPE = 3;
  static final int ROUTE = 4;
  static final int LE = 5;
  static final int QUANTILE_LABEL = 6;
  static final int REPORTER = 7;
  static final int AREA = 8;
  static final int STATUS_CLASS = 9;
  static final int LISTENER = 10;

  /** Every metric name that means something. */
  static final Set<String> KNOWN = Set.copyOf(metrics().keySet());

  /** Metric names to codes. */
  static final NameTable METRICS = new NameTable(metrics());

  /** Label names to their meaning. */
  static final NameTable LABELS = new NameTable(labels());

  /** Paths that are asked by machines: they would hide errors in a service with little traffic. */
  static final NameTable HEALTH_ROUTES = new NameTable(routes());

  /** Those of them below which each path is one too: {@code /healthz/db}. */
  static final NameTable HEALTH_ROOTS = new NameTable(roots());

  /** How many bits of a code are its role. */
  static final int ROLE_BITS = 4;

  private MetricNames() {}

  /** The role in a code. */
  static int role(int code) {
    return code & ((1 << ROLE_BITS) - 1);
  }

  /** The index of the family in a code. */
  static int family(int code) {
    return code >> ROLE_BITS;
  }

  /** The code of a role in a family. */
  static int code(Family family, int role) {
    return (family.index() << ROLE_BITS) | role;
  }

  private static Map<String, Integer> metrics() {
    Map<String, Integer> names = new HashMap<>();
    for (Family family : Family.values()) {
      String counter = family.counter();
      names.put(counter, code(family, COUNT));
      names.put(counter.replaceFirst("_(total|count)$", "") + "_created", code(family, CREATED));
      names.putIfAbsent(family.latency() + "_bucket", code(family.latencySource(), BUCKET));
      names.putIfAbsent(family.latency(), code(family.latencySource(), QUANTILE));
    }
    names.put("process_start_time_seconds", START);
    names.put("process_cpu_seconds_total", CPU_SECONDS);
    names.put("process_cpu_time_ns_total", CPU_NANOS);
    names.put("process_cpu_usage", CPU_SHARE);
    names.put("jvm_cpu_recent_utilization_ratio", CPU_SHARE);
    names.put("process_resident_memory_bytes", RESIDENT);
    names.put("container_spec_memory_limit_bytes", MEMORY_LIMIT);
    names.put("process_memory_limit_bytes", MEMORY_LIMIT);
    names.put("machine_memory_bytes", MEMORY_LIMIT);
    names.put("node_memory_MemTotal_bytes", MEMORY_LIMIT);
    names.put("jvm_memory_used_bytes", HEAP_USED);
    names.put("jvm_memory_bytes_used", HEAP_USED);
    names.put("jvm_memory_max_bytes", HEAP_MAX);
    names.put("jvm_memory_bytes_max", HEAP_MAX);
    names.put("jvm_memory_limit_bytes", HEAP_MAX);
    return names;
  }

  private static Map<String, Integer> labels() {
    Map<String, Integer> names = new HashMap<>();
    put(
        names,
        STATUS,
        "status",
        "code",
        "status_code",
        "http_response_status_code",
        "http_status_code",
        "response_code");
    put(names, OUTCOME, "outcome");
    put(names, ERROR_TYPE, "error_type");
    put(names, ROUTE, "uri", "path", "route", "handler", "http_route");
    put(names, LE, "le");
    put(names, QUANTILE_LABEL, "quantile");
    put(names, REPORTER, "reporter");
    put(names, AREA, "area", "jvm_memory_type");
    put(names, STATUS_CLASS, "envoy_response_code_class");
    put(names, LISTENER, "envoy_http_conn_manager_prefix");
    return names;
  }

  private static Map<String, Integer> routes() {
    Map<String, Integer> names = new HashMap<>();
    put(names, 1, "/health", "/healthz", "/healthcheck", "/health-check", "/health_check");
    put(names, 1, "/livez", "/readyz", "/ready", "/live", "/ping", "/favicon.ico", "/metrics");
    put(names, 1, "/q/health", "/q/metrics", "/-/healthy", "/-/ready", "/actuator");
    return names;
  }

  private static Map<String, Integer> roots() {
    Map<String, Integer> names = new HashMap<>();
    put(names, 1, "/health", "/healthz", "/healthcheck", "/health-check", "/health_check");
    put(names, 1, "/livez", "/readyz");
    return names;
  }

  private static void put(Map<String, Integer> names, int meaning, String... all) {
    for (String name : all) {
      names.put(name, meaning);
    }
  }
}
