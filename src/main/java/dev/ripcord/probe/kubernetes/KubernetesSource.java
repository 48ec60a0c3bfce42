package dev.ripcord.probe.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ripcord.config.KubernetesSettings;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.kubernetes.LabelSelector;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.probe.kubernetes.KubernetesApi.Answer;
import dev.ripcord.probe.source.Restarts;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * CPU and memory of a service's pods against their limits, from the cluster's metrics API; whether
 * they are ready and how often they were restarted, from the pods themselves. Pods that none of is
 * ready, or that are restarted again and again, are evidence that the service is down.
 */
public final class KubernetesSource implements Source {
  private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();
  private static final int OK = 200;
  private static final String METRICS = "apis/metrics.k8s.io";

  private final ProbeClient client;
  private final KubernetesSettings settings;
  private final KubernetesApi api;
  private final Restarts lately = new Restarts();
  private Map<String, Integer> restartsBefore = Map.of();
  private Optional<Long> readNanos = Optional.empty();
  private Optional<String> version = Optional.empty();
  private List<String> evidence = List.of();

  /** Which pods are the service's. */
  private sealed interface Selected {
    /**
     * Those with labels.
     *
     * @param labels as {@code kubectl -l} takes them
     */
    record By(String labels) implements Selected {}

    /**
     * The workload could not be read.
     *
     * @param answer what came instead
     */
    record Unread(Answer answer) implements Selected {}
  }

  /** Pods that were not looked at yet. */
  public KubernetesSource(ProbeClient client, KubernetesSettings settings, Duration timeout) {
    this.client = client;
    this.settings = settings;
    this.api = new KubernetesApi(client.vertx(), settings.access(), timeout);
  }

  @Override
  public Future<SourceFigures> read() {
    return discovered().compose(found -> selected().compose(labels -> read(labels, found)));
  }

  private Future<SourceFigures> read(Selected selected, Answer discovered) {
    return switch (selected) {
      case Selected.By(String labels) ->
          Future.join(pods(labels), metrics(labels, discovered))
              .map(read -> figures(labels, read.resultAt(0), read.resultAt(1)));
      case Selected.Unread(Answer answer) ->
          Future.succeededFuture(figures("", answer, new Answer.Read(OK, NOTHING)));
    };
  }

  /** The labels of the service's pods: those that were set, or the selector of its workload. */
  private Future<Selected> selected() {
    return switch (settings.pods()) {
      case KubernetesSettings.Labelled(String selector) ->
          Future.succeededFuture(new Selected.By(selector));
      case KubernetesSettings.OfWorkload(Kind kind, String name) ->
          api.get(
                  "apis/apps/v1/namespaces/%s/%ss/%s"
                      .formatted(api.namespace(), kind.key(), encoded(name)))
              .map(KubernetesSource::selected);
    };
  }

  private static Selected selected(Answer workload) {
    return workload instanceof Answer.Read(int status, JsonNode json) && status == OK
        ? new Selected.By(
            LabelSelector.text(new JsonObject(json.path("spec").path("selector").toString())))
        : new Selected.Unread(workload);
  }

  @Override
  public List<String> evidence() {
    return evidence;
  }

  @Override
  public void close() {
    api.close();
  }

  /** Which version of the metrics API the cluster has; asked for until it is known. */
  private Future<Answer> discovered() {
    return version.isPresent()
        ? Future.succeededFuture(new Answer.Read(OK, NOTHING))
        : api.get(METRICS)
            .onSuccess(
                answer -> {
                  if (answer instanceof Answer.Read(int status, JsonNode json) && status == OK) {
                    version =
                        Optional.of(
                            json.path("preferredVersion").path("version").asText("v1beta1"));
                  }
                });
  }

  private Future<Answer> pods(String labels) {
    return api.get("api/v1/namespaces/" + api.namespace() + "/pods?" + selection(labels));
  }

  private Future<Answer> metrics(String labels, Answer discovered) {
    if (version.isPresent()) {
      return api.get(
          METRICS
              + "/"
              + version.get()
              + "/namespaces/"
              + api.namespace()
              + "/pods?"
              + selection(labels));
    }
    return Future.succeededFuture(
        discovered instanceof Answer.Read
            ? new Answer.Unread(
                Reason.Code.NO_DATA,
                "has no metrics API, which gives CPU and memory (metrics-server)")
            : discovered);
  }

  private static String selection(String labels) {
    return "labelSelector=" + encoded(labels);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private SourceFigures figures(String labels, Answer pods, Answer metrics) {
    List<Reason> reasons = new ArrayList<>();
    Optional<JsonNode> found = json(pods, reasons);
    if (found.isEmpty()) {
      lately.clear();
      return new SourceFigures(
          client.now(),
          Optional.empty(),
          Optional.empty(),
          Latency.NONE,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          reasons.stream().distinct().toList());
    }
    Pods seen = Pods.of(found.get(), json(metrics, reasons).orElse(NOTHING));
    seen.reasons().stream()
        .filter(lack -> reasons.isEmpty())
        .map(lack -> reason(lack.code(), lack.text()))
        .toList()
        .forEach(reasons::add);
    if (seen.all() == 0) {
      reasons.add(reason(Reason.Code.NO_DATA, "has no pod with " + labels + whose()));
    }
    restarted(seen).ifPresent(reasons::add);
    Optional<Duration> window = window();
    evidence =
        List.of(
            String.format(
                Locale.ROOT,
                "kubernetes %s, namespace %s, %s%s: %d of %d pods ready, %d restarts so far, %s",
                api.server().orElse(""),
                api.namespace(),
                labels,
                whose(),
                seen.ready(),
                seen.all(),
                seen.restarts().values().stream().mapToInt(Integer::intValue).sum(),
                seen.arithmetic()));
    return new SourceFigures(
        client.now(),
        window,
        Optional.empty(),
        Latency.NONE,
        seen.cpu(),
        seen.memory(),
        reasons,
        down(labels, seen));
  }

  /** Whose selector it is, where nobody wrote it. */
  private String whose() {
    return settings.pods() instanceof KubernetesSettings.OfWorkload(Kind kind, String name)
        ? " (selector of " + kind.text() + " " + name + ")"
        : "";
  }

  private Optional<Duration> window() {
    long nanos = client.nanos();
    Optional<Duration> window = readNanos.map(before -> Duration.ofNanos(nanos - before));
    readNanos = Optional.of(nanos);
    return window;
  }

  /** Restarts of pods that were there before: a new pod has begun once, whatever it counts. */
  private Optional<Reason> restarted(Pods seen) {
    int restarts = 0;
    for (Map.Entry<String, Integer> pod : seen.restarts().entrySet()) {
      int before = restartsBefore.getOrDefault(pod.getKey(), pod.getValue());
      restarts += Math.max(0, pod.getValue() - before);
    }
    restartsBefore = seen.restarts();
    lately.add(restarts);
    return restarts > 0
        ? Optional.of(
            reason(
                Reason.Code.COUNTER_RESET,
                "restarted containers "
                    + Restarts.times(restarts)
                    + " since the poll before"
                    + waiting(seen)))
        : Optional.empty();
  }

  private Optional<Reason> down(String labels, Pods seen) {
    if (seen.all() > 0 && seen.ready() == 0) {
      return Optional.of(
          reason(
              Reason.Code.CONNECT,
              "says that none of %d pods with %s is ready%s"
                  .formatted(seen.all(), labels, waiting(seen))));
    }
    return lately.isAgainAndAgain()
        ? Optional.of(
            reason(Reason.Code.CONNECT, "restarted containers " + lately.text() + waiting(seen)))
        : Optional.empty();
  }

  private static String waiting(Pods seen) {
    return seen.waiting().isEmpty() ? "" : " (" + seen.waiting() + ")";
  }

  private Optional<JsonNode> json(Answer answer, List<Reason> reasons) {
    switch (answer) {
      case Answer.Read(int status, JsonNode json) when status == OK -> {
        return Optional.of(json);
      }
      case Answer.Read(int status, JsonNode json) ->
          reasons.add(
              reason(
                  Reason.Code.STATUS,
                  "answered " + status + ": " + json.path("message").asText("no message")));
      case Answer.Unread(Reason.Code code, String text) -> reasons.add(reason(code, text));
    }
    return Optional.empty();
  }

  private Reason reason(Reason.Code code, String text) {
    return new Reason(
        code,
        "cluster "
            + text
            + " (source: kubernetes"
            + api.server().map(server -> ", " + server).orElse("")
            + ")");
  }
}
