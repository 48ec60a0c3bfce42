package dev.ripcord.config.file;

import dev.ripcord.config.ClusterAccess;
import dev.ripcord.config.Figure;
import dev.ripcord.config.JsonSettings;
import dev.ripcord.config.KubernetesSettings;
import dev.ripcord.config.PrometheusSettings;
import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.SeriesSettings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.config.file.Key.Group;
import dev.ripcord.config.file.Key.Value;
import dev.ripcord.release.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys of where a service's figures come from, and how they are read. */
final class SourceKeys {
  static final Value<URI> URL =
      new Value<>(
          "url",
          Types.URL,
          "",
          "http://127.0.0.1:8080/health",
          "The HTTP probe: it says that the service answers. A service needs this or one of"
              + " metrics, prometheus, actuator and json.");
  static final Value<URI> METRICS =
      new Value<>(
          "metrics",
          Types.URLS,
          "",
          "http://127.0.0.1:8080/metrics",
          "A page of Prometheus or OpenMetrics text. It gives requests, errors, latency, CPU and"
              + " memory. A list of pages, one for each instance, is summed; so are those that a"
              + " DNS SRV name lists, as srv://_http._tcp.shop.internal/metrics.");
  static final Value<SeriesSelector> REQUESTS =
      new Value<>(
          "requests",
          Types.SELECTOR,
          "",
          "'shop_calls_total{route!=\"/health\"}'",
          "Counts requests. Required.");
  static final Value<SeriesSelector> ERRORS =
      new Value<>(
          "errors",
          Types.SELECTOR,
          "",
          "'shop_calls_total{result=~\"5..\"}'",
          "Counts those that failed; no such series is no error. Required.");
  static final Value<SeriesSelector> LATENCY =
      new Value<>(
          "latency",
          Types.SELECTOR,
          "",
          "shop_call_seconds",
          "A histogram's name, without _bucket; its bounds are seconds.");
  static final Group SERIES =
      new Group(
          "series",
          List.of(REQUESTS, ERRORS, LATENCY),
          "Series of your own, on the pages of metrics or in the server of prometheus: a metric's"
              + " name with label matchers as in PromQL. Without them the well-known names are"
              + " looked for.");
  static final Value<URI> SERVER =
      new Value<>("url", Types.URL, "", "http://127.0.0.1:9090", "The server's address. Required.");
  static final Value<List<SeriesSelector.Matcher>> SELECTOR =
      new Value<>(
          "selector",
          Types.MATCHERS,
          "",
          "'job=\"shop\"'",
          "What all series of the service have in common.");
  static final Group QUERIES =
      new Group(
          "queries",
          figures(
              Types.TEXT,
              Map.of(
                  Figure.REQUESTS,
                  "sum(increase(shop_calls_total[1m]))",
                  Figure.ERROR_RATE,
                  "sum(rate(shop_calls_total{result=\"failed\"}[1m])) /"
                      + " sum(rate(shop_calls_total[1m]))",
                  Figure.LATENCY_P50,
                  "histogram_quantile(0.5, sum by (le) (rate(shop_call_seconds_bucket[1m])))",
                  Figure.LATENCY_P95,
                  "histogram_quantile(0.95, sum by (le) (rate(shop_call_seconds_bucket[1m])))",
                  Figure.LATENCY_P99,
                  "histogram_quantile(0.99, sum by (le) (rate(shop_call_seconds_bucket[1m])))",
                  Figure.SLOW_REQUESTS,
                  "1 - sum(rate(shop_call_seconds_bucket{le=\"0.5\"}[1m])) /"
                      + " sum(rate(shop_call_seconds_count[1m]))",
                  Figure.CPU,
                  "sum(rate(process_cpu_seconds_total[1m]))",
                  Figure.MEMORY,
                  "max(process_resident_memory_bytes / process_memory_limit_bytes)"),
              "PromQL"),
          "PromQL of your own, one query a figure. Each must give exactly one value.");
  static final Group PROMETHEUS =
      new Group(
          "prometheus",
          List.of(SERVER, SELECTOR, QUERIES),
          "A server with Prometheus' API (Thanos, Mimir and VictoriaMetrics too). With series their"
              + " raw samples are counted, with queries those are asked, with a selector alone the"
              + " well-known names are looked for.");
  static final Value<URI> ACTUATOR =
      new Value<>(
          "actuator",
          Types.URL,
          "",
          "http://127.0.0.1:8080/actuator",
          "Spring Boot's actuator, for a service without a Prometheus page: requests, errors, CPU,"
              + " heap, and health where no url is given.");
  static final Value<URI> DOCUMENT =
      new Value<>(
          "url", Types.URL, "", "http://127.0.0.1:8080/stats", "The document's address. Required.");
  static final Group JSON =
      new Group(
          "json",
          Key.concat(
              List.of(DOCUMENT),
              figures(
                  Types.POINTER,
                  Map.of(
                      Figure.REQUESTS, "/http/all",
                      Figure.ERRORS, "/http/failed",
                      Figure.LATENCY_P50, "/http/p50",
                      Figure.LATENCY_P95, "/http/p95",
                      Figure.LATENCY_P99, "/http/p99",
                      Figure.SLOW_REQUESTS, "/http/slow",
                      Figure.CPU, "/system/cpu",
                      Figure.MEMORY, "/system/memory"),
                  "JSON Pointer")),
          "A JSON document with figures, each at a JSON Pointer. requests and errors count up;"
              + " latency is in seconds; cpu and memory are shares.");
  static final Value<String> PODS =
      new Value<>(
          "selector",
          Types.TEXT,
          "",
          "app=shop",
          "The pods' labels, as kubectl -l takes them. Required.");
  static final Value<String> NAMESPACE =
      new Value<>(
          "namespace", Types.TEXT, "", "shop", "Where they are; without it, that of the context.");
  static final Value<String> CONTEXT =
      new Value<>(
          "context",
          Types.TEXT,
          "",
          "production",
          "Which of the kubeconfig; without it, its current one.");
  static final Value<Path> KUBECONFIG =
      new Value<>(
          "kubeconfig",
          Types.PATH,
          "",
          "/etc/ripcord/kubeconfig",
          "The file that names cluster and account; without it KUBECONFIG, ~/.kube/config, or the"
              + " account of the pod in which Ripcord runs.");
  static final Group KUBERNETES =
      new Group(
          "kubernetes",
          List.of(PODS, NAMESPACE, CONTEXT, KUBECONFIG),
          "Pods that give CPU and memory against their limits (needs metrics-server), and say"
              + " whether they are ready and were restarted. With a platform kubernetes those of"
              + " its workload are read without this.");
  static final Value<Boolean> HOST =
      new Value<>(
          "host",
          Types.FLAG,
          "false",
          "true",
          "Whether CPU and memory are those of this machine, or of the cgroup in which Ripcord runs"
              + " where that has limits. Linux only.");
  static final Value<Secret> HEADERS =
      new Value<>(
          "headers",
          Types.HEADERS,
          "",
          "{Authorization: {file: /run/secrets/shop}}",
          "What each request to these sources carries. A value is text, or {file: path}. Never"
              + " shown.");

  static final List<Key> ALL =
      List.of(
          URL,
          METRICS,
          SERIES,
          PROMETHEUS,
          ACTUATOR,
          JSON,
          KUBERNETES,
          HOST,
          HEADERS,
          ConnectionKeys.TLS,
          ConnectionKeys.PROXY);

  private SourceKeys() {}

  private static List<Key> figures(Type<String> type, Map<Figure, String> examples, String what) {
    List<Key> keys = new ArrayList<>();
    for (Figure figure : Figure.values()) {
      String example = examples.get(figure);
      if (example != null) {
        keys.add(new Value<>(figure.text(), type, "", example, what + " for " + text(figure)));
      }
    }
    return keys;
  }

  private static String text(Figure figure) {
    return switch (figure) {
      case REQUESTS -> "the number of requests.";
      case ERRORS -> "the number of them that failed.";
      case ERROR_RATE -> "the share of requests that failed; needs requests too.";
      case LATENCY_P50 -> "the median latency in seconds.";
      case LATENCY_P95 -> "the 95th percentile of latency in seconds.";
      case LATENCY_P99 -> "the 99th percentile of latency in seconds.";
      case SLOW_REQUESTS -> "the share of requests that took too long, 0 to 1.";
      case CPU -> "the share of the CPU, 0 to 1.";
      case MEMORY -> "the share of the memory, 0 to 1.";
    };
  }

  /** The sources of a service, as far as they can be read; what is wrong becomes a problem. */
  static SourceSettings read(Section section, Problems problems, Optional<Secret> database) {
    Optional<URI> url = section.value(URL);
    List<URI> metrics = section.values(METRICS);
    Optional<SeriesSettings> series = section.section(SERIES).flatMap(SourceKeys::series);
    Optional<PrometheusSettings> prometheus =
        section.section(PROMETHEUS).flatMap(each -> prometheus(each, section));
    Optional<URI> actuator = section.value(ACTUATOR);
    Optional<JsonSettings> json = section.section(JSON).flatMap(SourceKeys::json);
    SourceSettings source =
        new SourceSettings(
            url,
            metrics,
            series,
            prometheus,
            actuator,
            json,
            section.section(KUBERNETES).flatMap(SourceKeys::kubernetes),
            section.value(HOST, HOST.standard()),
            section.secrets(HEADERS),
            ConnectionKeys.read(section, problems),
            database);
    relations(section, problems, source);
    return source;
  }

  private static void relations(Section section, Problems problems, SourceSettings source) {
    List<String> counting = new ArrayList<>();
    add(counting, METRICS, !source.metrics().isEmpty());
    add(counting, PROMETHEUS, section.has(PROMETHEUS));
    add(counting, ACTUATOR, source.actuator().isPresent());
    add(counting, JSON, section.has(JSON));
    if (counting.size() > 1) {
      section.problem(
          "counts requests by "
              + String.join(" and by ", counting)
              + "; each figure comes from one source, so keep one of them");
    }
    boolean silent = source.url().isEmpty() && source.actuator().isEmpty();
    boolean readable =
        problems.isFreeOf(
            section.path(URL),
            section.path(METRICS),
            section.path(ACTUATOR),
            section.path(PROMETHEUS),
            section.path(JSON));
    if (silent && counting.isEmpty() && readable) {
      section.problem("needs a url");
    } else if (silent && readable) {
      problems.warn(
          section.path(),
          "has "
              + String.join(", ", counting)
              + " and no url: a service that is down cannot be distinguished from "
              + (counting.equals(List.of(METRICS.name()))
                  ? "a metrics page that is down"
                  : "a source that is down"));
    }
    if (section.has(SERIES) && !section.has(METRICS) && !section.has(PROMETHEUS)) {
      section.problem("has series, and neither metrics nor prometheus to look for them in");
    }
    if (source.host() && section.has(KUBERNETES)) {
      section.problem("takes CPU and memory from host and from kubernetes; keep one of them");
    }
    boolean plain = addresses(source).noneMatch(url -> "https".equalsIgnoreCase(url.getScheme()));
    if (source.connection().tls().isPresent() && plain && readable) {
      problems.warn(
          section.path(ConnectionKeys.TLS),
          "is used by none of its sources: no address begins with https://");
    }
    boolean srv = source.metrics().stream().anyMatch(page -> "srv".equals(page.getScheme()));
    if (srv && source.metrics().size() > 1) {
      section.problem("has an SRV name among its metrics, which stands alone");
    }
  }

  private static Stream<URI> addresses(SourceSettings source) {
    return Stream.of(
            source.url().stream(),
            source.metrics().stream(),
            source.prometheus().map(PrometheusSettings::url).stream(),
            source.actuator().stream(),
            source.json().map(JsonSettings::url).stream())
        .flatMap(each -> each);
  }

  private static void add(List<String> counting, Key key, boolean given) {
    if (given) {
      counting.add(key.name());
    }
  }

  private static Optional<SeriesSettings> series(Section section) {
    Optional<SeriesSelector> requests = section.required(REQUESTS);
    Optional<SeriesSelector> errors = section.required(ERRORS);
    Optional<SeriesSelector> latency = section.value(LATENCY);
    return requests.flatMap(all -> errors.map(bad -> new SeriesSettings(all, bad, latency)));
  }

  private static Optional<PrometheusSettings> prometheus(Section section, Section service) {
    Optional<URI> url = section.required(SERVER);
    List<SeriesSelector.Matcher> selector = section.value(SELECTOR).orElse(List.of());
    Map<Figure, String> queries =
        section.section(QUERIES).map(each -> texts(each, QUERIES)).orElse(Map.of());
    boolean series = service.has(SERIES);
    if (!section.has(QUERIES) && !section.has(SELECTOR) && !series) {
      section.problem("needs queries, a selector such as job=\"shop\", or series beside it");
    }
    if (section.has(QUERIES) && series) {
      section.problem("has queries, and the service has series; keep one of them");
    }
    if (queries.containsKey(Figure.REQUESTS) != queries.containsKey(Figure.ERROR_RATE)) {
      section.problem("needs both of queries.requests and queries.error-rate, or neither");
    }
    return url.map(address -> new PrometheusSettings(address, selector, queries));
  }

  private static Optional<JsonSettings> json(Section section) {
    Optional<URI> url = section.required(DOCUMENT);
    Map<Figure, String> pointers = texts(section, JSON);
    if (pointers.containsKey(Figure.REQUESTS) != pointers.containsKey(Figure.ERRORS)) {
      section.problem("needs both of requests and errors, or neither");
    }
    if (section.names().stream().allMatch(DOCUMENT.name()::equals)) {
      section.problem("has no JSON Pointer to a figure, such as requests: /http/all");
    }
    return url.map(address -> new JsonSettings(address, pointers));
  }

  private static Optional<KubernetesSettings> kubernetes(Section section) {
    return section
        .required(PODS)
        .map(
            selector ->
                new KubernetesSettings(new KubernetesSettings.Labelled(selector), access(section)));
  }

  /** How a cluster is reached. */
  static ClusterAccess access(Section section) {
    return new ClusterAccess(
        section.value(NAMESPACE),
        section.value(CONTEXT),
        section.resolved(section.value(KUBECONFIG)));
  }

  /** The values of a group that are figures, as texts. */
  private static Map<Figure, String> texts(Section section, Group group) {
    Map<Figure, String> texts = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      for (Key key : group.keys()) {
        if (key instanceof Value<?> value && key.name().equals(figure.text())) {
          section.value(value).ifPresent(text -> texts.put(figure, text.toString()));
        }
      }
    }
    return texts;
  }

  /** The sources as the file would spell them. */
  static Map<String, Object> shown(SourceSettings source) {
    Map<String, Object> map = new LinkedHashMap<>();
    source.url().ifPresent(url -> map.put(URL.name(), url.toString()));
    if (source.metrics().size() == 1) {
      map.put(METRICS.name(), source.metrics().getFirst().toString());
    } else if (!source.metrics().isEmpty()) {
      map.put(METRICS.name(), source.metrics().stream().map(URI::toString).toList());
    }
    source
        .series()
        .ifPresent(
            series -> {
              Map<String, Object> own = new LinkedHashMap<>();
              own.put(REQUESTS.name(), series.requests().toString());
              own.put(ERRORS.name(), series.errors().toString());
              series.latency().ifPresent(each -> own.put(LATENCY.name(), each.toString()));
              map.put(SERIES.name(), own);
            });
    source
        .prometheus()
        .ifPresent(
            server -> {
              Map<String, Object> own = new LinkedHashMap<>();
              own.put(SERVER.name(), server.url().toString());
              if (!server.selector().isEmpty()) {
                String text = SeriesSelector.text(server.selector());
                own.put(SELECTOR.name(), text.substring(1, text.length() - 1));
              }
              if (!server.queries().isEmpty()) {
                own.put(QUERIES.name(), shown(server.queries()));
              }
              map.put(PROMETHEUS.name(), own);
            });
    source.actuator().ifPresent(url -> map.put(ACTUATOR.name(), url.toString()));
    source
        .json()
        .ifPresent(
            json -> {
              Map<String, Object> own = new LinkedHashMap<>();
              own.put(DOCUMENT.name(), json.url().toString());
              own.putAll(shown(json.pointers()));
              map.put(JSON.name(), own);
            });
    source
        .kubernetes()
        .ifPresent(
            pods -> {
              Map<String, Object> own = new LinkedHashMap<>();
              if (pods.pods() instanceof KubernetesSettings.Labelled(String selector)) {
                own.put(PODS.name(), selector);
              }
              own.putAll(shown(pods.access()));
              map.put(KUBERNETES.name(), own);
            });
    map.put(HOST.name(), Boolean.toString(source.host()));
    map.putAll(ConnectionKeys.shown(source.connection()));
    return map;
  }

  static Map<String, Object> shown(ClusterAccess access) {
    Map<String, Object> map = new LinkedHashMap<>();
    access.namespace().ifPresent(each -> map.put(NAMESPACE.name(), each));
    access.context().ifPresent(each -> map.put(CONTEXT.name(), each));
    access.kubeconfig().ifPresent(each -> map.put(KUBECONFIG.name(), each.toString()));
    return map;
  }

  private static Map<String, Object> shown(Map<Figure, String> figures) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Figure figure : Figure.values()) {
      Optional.ofNullable(figures.get(figure)).ifPresent(text -> map.put(figure.text(), text));
    }
    return map;
  }
}
