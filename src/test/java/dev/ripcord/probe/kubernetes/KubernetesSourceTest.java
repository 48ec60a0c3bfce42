package dev.ripcord.probe.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.config.ClusterAccess;
import dev.ripcord.config.KubernetesSettings;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.probe.HealthProbe;
import dev.ripcord.probe.Services;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pods of a cluster. The API server is played over real HTTP: a control plane without nodes has no
 * metrics API. What it answers is as metrics-server and the API server write it.
 */
final class KubernetesSourceTest {
  private static final String DISCOVERY =
      "{\"kind\":\"APIGroup\",\"name\":\"metrics.k8s.io\",\"preferredVersion\":{\"version\":\"v1beta1\"}}";
  private static final String METRICS =
      """
      {"kind":"PodMetricsList","items":[
       {"metadata":{"name":"shop-1"},"timestamp":"2026-01-02T03:04:00Z","window":"15.1s",
        "containers":[{"name":"app","usage":{"cpu":"150000000n","memory":"73728Ki"}},
                      {"name":"log","usage":{"cpu":"50m","memory":"8Mi"}}]},
       {"metadata":{"name":"shop-2"},"timestamp":"2026-01-02T03:04:00Z","window":"15.1s",
        "containers":[{"name":"app","usage":{"cpu":"300m","memory":"36Mi"}},
                      {"name":"log","usage":{"cpu":"0","memory":"8Mi"}}]}]}
      """;

  @TempDir Path folder;
  private final Services services = new Services();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile String discovery = DISCOVERY;
  private volatile String metrics = METRICS;
  private volatile String pods = pods(0, true);
  private volatile String workload =
      """
      {"kind":"Deployment","spec":{"selector":{"matchLabels":{"app":"shop"},"matchExpressions":[
        {"key":"tier","operator":"In","values":["web"]}]}}}
      """;
  private volatile int status = 200;
  private String server = "";

  @BeforeEach
  void start() {
    server = services.http(this::answer);
  }

  @AfterEach
  void stop() {
    services.close();
  }

  private void answer(HttpServerRequest request) {
    asked.add(request.uri() + " " + request.getHeader("Authorization"));
    String body =
        request.path().equals("/apis/metrics.k8s.io")
            ? discovery
            : request.path().contains("metrics.k8s.io")
                ? metrics
                : request.path().contains("/deployments/") ? workload : pods;
    request
        .response()
        .setStatusCode(body.isEmpty() ? 404 : status)
        .end(body.isEmpty() ? "{\"message\":\"the server could not find it\"}" : body);
  }

  private static String pods(int restarts, boolean ready) {
    return "{\"kind\":\"PodList\",\"items\":["
        + pod("shop-1", restarts, ready)
        + ","
        + pod("shop-2", 0, ready)
        + "]}";
  }

  private static String pod(String name, int restarts, boolean ready) {
    return """
    {"metadata":{"name":"%1$s","uid":"uid-%1$s"},
     "spec":{"containers":[
      {"name":"app","resources":{"limits":{"cpu":"400m","memory":"128Mi"}}},
      {"name":"log","resources":{"requests":{"cpu":"100m"},"limits":{"memory":"16Mi"}}}]},
     "status":{"phase":"Running","conditions":[{"type":"Ready","status":"%3$s"}],
      "containerStatuses":[{"name":"app","restartCount":%2$d,"state":%4$s},
       {"name":"log","restartCount":0,"state":{"running":{"startedAt":"2026-01-02T03:00:00Z"}}}]}}
    """
        .formatted(
            name,
            restarts,
            ready ? "True" : "False",
            ready
                ? "{\"running\":{\"startedAt\":\"2026-01-02T03:00:00Z\"}}"
                : "{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}}");
  }

  private HealthProbe probe() throws IOException {
    return probe(server);
  }

  private HealthProbe probe(String address) throws IOException {
    return probe(kubeconfig(address));
  }

  private Path kubeconfig(String address) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: other
        clusters: [{name: k, cluster: {server: "%s"}}]
        contexts:
        - {name: other, context: {cluster: none, user: u}}
        - {name: prod, context: {cluster: k, user: u, namespace: web}}
        users: [{name: u, user: {token: s3cret}}]
        """
            .formatted(address));
  }

  private HealthProbe probe(Path kubeconfig) {
    return probe(kubeconfig, new KubernetesSettings.Labelled("app=shop,tier in (web)"));
  }

  private HealthProbe probe(Path kubeconfig, KubernetesSettings.Pods pods) {
    return services.probe(
        new SourceSettings(
            Optional.empty(),
            List.of(URI.create(services.http(r -> r.response().setStatusCode(503).end()))),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                new KubernetesSettings(
                    pods,
                    new ClusterAccess(
                        Optional.empty(), Optional.of("prod"), Optional.of(kubeconfig)))),
            false,
            Map.of(),
            ConnectionSettings.STANDARD,
            Optional.empty()),
        Duration.ofSeconds(10));
  }

  private Sample poll(HealthProbe probe) {
    return services.poll(probe, Duration.ZERO);
  }

  private static List<String> said(Sample sample) {
    return sample.reasons().stream()
        .map(Reason::text)
        .filter(text -> text.startsWith("cluster"))
        .toList();
  }

  @Test
  void pods_areReadAgainstTheirLimits_withTheAccountOfTheContext() throws IOException {
    HealthProbe probe = probe();
    probe.explain();
    Sample sample = poll(probe);

    // 150m + 50m + 300m of 400m + 100m requested, twice; the fuller pod uses 80 of 144 MiB.
    assertThat(sample.cpu().orElseThrow()).isCloseTo(0.5, within(1e-9));
    assertThat(sample.memory().orElseThrow()).isCloseTo(80.0 / 144, within(1e-9));
    assertThat(said(sample)).isEmpty();
    assertThat(asked)
        .contains(
            "/apis/metrics.k8s.io Bearer s3cret",
            "/apis/metrics.k8s.io/v1beta1/namespaces/web/pods?labelSelector=app%3Dshop%2Ctier+in+%28web%29"
                + " Bearer s3cret");
    assertThat(probe.evidence().getLast())
        .contains("namespace web, app=shop,tier in (web): 2 of 2 pods ready, 0 restarts so far")
        .contains("0.500 of 1.000 cores (requests where no limit is set)");
  }

  @Test
  void podsOfAWorkload_areFoundByItsOwnSelector() throws IOException {
    HealthProbe probe =
        probe(kubeconfig(server), new KubernetesSettings.OfWorkload(Kind.DEPLOYMENT, "shop"));
    Sample sample = poll(probe);

    assertThat(sample.cpu().orElseThrow()).isCloseTo(0.5, within(1e-9));
    assertThat(said(sample)).isEmpty();
    assertThat(asked)
        .contains(
            "/apis/apps/v1/namespaces/web/deployments/shop Bearer s3cret",
            "/api/v1/namespaces/web/pods?labelSelector=app%3Dshop%2Ctier+in+%28web%29 Bearer"
                + " s3cret");
    assertThat(probe.evidence().getLast())
        .contains("app=shop,tier in (web) (selector of Deployment shop): 2 of 2 pods ready");
  }

  @Test
  void workloadThatIsNotThere_isNoEvidence_andItsReasonIsSaid() throws IOException {
    workload = "";

    Sample sample =
        poll(probe(kubeconfig(server), new KubernetesSettings.OfWorkload(Kind.DEPLOYMENT, "shop")));

    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.cpu()).isEmpty();
    assertThat(said(sample)).singleElement().asString().contains("answered 404");
  }

  @Test
  void restart_isNamed_andOneAfterTheOther_isEvidence() throws IOException {
    HealthProbe probe = probe();
    pods = pods(4, true);
    assertThat(poll(probe).liveness()).isEqualTo(Liveness.UNKNOWN);

    pods = pods(5, true);
    Sample once = poll(probe);
    assertThat(said(once)).singleElement().asString().contains("restarted containers once since");
    assertThat(once.liveness()).isEqualTo(Liveness.UNKNOWN);

    pods = pods(6, true);
    Sample again = poll(probe);
    assertThat(again.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(said(again).getFirst()).contains("restarted containers 2 times within 3 polls");
  }

  @Test
  void noPodReady_isEvidence_withWhatItWaitsFor() throws IOException {
    pods = pods(3, false);

    Sample sample = poll(probe());

    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(said(sample).getFirst())
        .contains("none of 2 pods with app=shop,tier in (web) is ready (CrashLoopBackOff)");
  }

  @Test
  void noPodAtAll_isNoEvidence_sinceTheSelectorMayBeWrong() throws IOException {
    pods = "{\"items\":[]}";

    Sample sample = poll(probe());

    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(said(sample)).anyMatch(text -> text.contains("has no pod with app=shop"));
  }

  @Test
  void clusterWithoutMetrics_stillTellsReadiness() throws IOException {
    discovery = "";

    Sample sample = poll(probe());

    assertThat(sample.cpu()).isEmpty();
    assertThat(said(sample))
        .singleElement()
        .asString()
        .contains("has no metrics API, which gives CPU and memory (metrics-server)");
  }

  @Test
  void readingFromBeforeTheContainerBegan_isNotTaken() throws IOException {
    metrics = METRICS.replace("2026-01-02T03:04:00Z", "2026-01-02T02:59:59Z");

    Sample sample = poll(probe());

    assertThat(sample.cpu()).isEmpty();
    assertThat(said(sample)).anyMatch(text -> text.contains("no reading yet of 2 of 2 pods"));
  }

  @Test
  void accountThatMayNotRead_isAReason() throws IOException {
    status = 403;

    Sample sample = poll(probe());

    assertThat(sample.reasons())
        .filteredOn(reason -> reason.code() == Reason.Code.UNAUTHORIZED)
        .singleElement()
        .satisfies(
            reason -> assertThat(reason.text()).contains("answered 403: the account may not"));
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
  }

  @Test
  void clusterThatIsAway_orAKubeconfigThatIs_isAReason_andNothingSecretIsSaid() throws IOException {
    assertThat(said(poll(probe("http://127.0.0.1:1/"))))
        .anyMatch(text -> text.contains("could not be asked"))
        .noneMatch(text -> text.contains("s3cret"));
    assertThat(said(poll(probe(folder.resolve("nowhere")))))
        .anyMatch(text -> text.contains("nowhere cannot be read"));
  }
}
