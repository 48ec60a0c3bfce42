package dev.ripcord.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ripcord.FreePort;
import dev.ripcord.Waiting;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Sample;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM that counts its requests with the real Micrometer, behind a real nginx that writes down
 * each answer, under load: three that count independently of each other, and all agree.
 */
final class RealTrafficTest {
  private static final Path NGINX = Path.of("/usr/sbin/nginx");
  private static final long SEED = 20260302;
  private static final int REQUESTS = 400;

  @TempDir Path folder;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final SplittableRandom fate = new SplittableRandom(SEED);
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final Services services = new Services();
  private final HttpClient client = HttpClient.newHttpClient();
  private Optional<Process> nginx = Optional.empty();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(workers);
    server.createContext("/pay", this::pay);
    server.createContext("/metrics", this::metrics);
    server.start();
    new UptimeMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
  }

  @AfterEach
  void stop() throws InterruptedException {
    services.close();
    nginx.ifPresent(Process::destroy);
    server.stop(0);
    workers.shutdownNow();
    client.close();
    for (Process process : nginx.stream().toList()) {
      process.waitFor();
    }
  }

  /** As a web framework does: one timer, by method, route and status. */
  private void pay(HttpExchange exchange) throws IOException {
    Timer.Sample timed = Timer.start(registry);
    int status;
    synchronized (fate) {
      status = List.of(200, 200, 200, 200, 201, 404, 500, 503).get(fate.nextInt(8));
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
    timed.stop(
        Timer.builder("http.server.requests")
            .tag("method", "POST")
            .tag("uri", "/pay")
            .tag("status", String.valueOf(status))
            .tag(
                "outcome",
                status < 400 ? "SUCCESS" : status < 500 ? "CLIENT_ERROR" : "SERVER_ERROR")
            .serviceLevelObjectives(
                Duration.ofMillis(1), Duration.ofMillis(50), Duration.ofSeconds(5))
            .register(registry));
  }

  private void metrics(HttpExchange exchange) throws IOException {
    byte[] page = registry.scrape().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
    exchange.sendResponseHeaders(200, page.length);
    try (var body = exchange.getResponseBody()) {
      body.write(page);
    }
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** Sends them, and gives what the sender counted. */
  private Counts load(URI target) throws IOException, InterruptedException {
    long failed = 0;
    for (int i = 0; i < REQUESTS; i++) {
      int status =
          client
              .send(
                  HttpRequest.newBuilder(target).POST(HttpRequest.BodyPublishers.noBody()).build(),
                  BodyHandlers.discarding())
              .statusCode();
      failed += status >= 500 ? 1 : 0;
    }
    return new Counts(REQUESTS, failed);
  }

  @Test
  void micrometerOfARealJvm_agreesWithWhoSentTheRequests() throws Exception {
    HealthProbe probe =
        services.probe(
            Optional.empty(), Optional.of(address("/metrics").toString()), Duration.ofSeconds(5));
    var _ = load(address("/pay"));
    services.prime(probe);

    Counts sent = load(address("/pay"));
    // The last timer is stopped when its answer is out already.
    assertThat(Waiting.until(10, () -> timed() == 2 * REQUESTS)).isTrue();
    Sample sample = services.poll(probe, Duration.ZERO);

    assertThat(sample.counts()).contains(sent);
    assertThat(sent.errors()).isPositive();
    assertThat(sample.latency().p99()).isPresent();
    assertThat(sample.latency().highest()).hasValue(5);
    assertThat(sample.cpu()).isPresent();
  }

  @Test
  void errors_agreeExactlyWithWhatARealNginxWroteDown() throws Exception {
    int port = nginx();
    HealthProbe probe =
        services.probe(
            Optional.empty(), Optional.of(address("/metrics").toString()), Duration.ofSeconds(5));
    services.prime(probe);

    Counts sent = load(URI.create("http://127.0.0.1:" + port + "/pay"));
    Path log = folder.resolve("access");
    assertThat(Waiting.until(10, () -> statuses(log).size() == REQUESTS)).isTrue();
    assertThat(Waiting.until(10, () -> timed() == REQUESTS)).isTrue();
    Sample sample = services.poll(probe, Duration.ZERO);

    long failed = statuses(log).stream().filter(status -> status.startsWith("5")).count();
    assertThat(sample.counts()).contains(new Counts(REQUESTS, failed));
    assertThat(sent.errors()).isEqualTo(failed);
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private long timed() {
    return registry.find("http.server.requests").timers().stream().mapToLong(Timer::count).sum();
  }

  private static List<String> statuses(Path log) {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int nginx() throws IOException {
    if (!Files.isExecutable(NGINX)) {
      System.out.println("skipped: nginx is not installed (Debian: nginx-light)");
    }
    Assumptions.assumeTrue(
        Files.isExecutable(NGINX), "nginx is not installed (Debian: nginx-light)");
    int port = FreePort.next();
    Path config =
        Files.writeString(
            folder.resolve("nginx.conf"),
            """
            daemon off;
            master_process off;
            pid %1$s/pid;
            error_log %1$s/error;
            events {}
            http {
              log_format status '$status';
              access_log %1$s/access status;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server {
                listen 127.0.0.1:%2$d;
                location / { proxy_pass http://127.0.0.1:%3$d; }
              }
            }
            """
                .formatted(folder, port, server.getAddress().getPort()));
    nginx =
        Optional.of(
            new ProcessBuilder(NGINX.toString(), "-p", folder.toString(), "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start());
    assertThat(Waiting.until(10, () -> isListening(port))).isTrue();
    return port;
  }
}
