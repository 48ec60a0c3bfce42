package dev.ripcord.probe.prometheus;

import dev.ripcord.FreePort;
import dev.ripcord.Installed;
import dev.ripcord.TestPostgres;
import dev.ripcord.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real Prometheus (Debian: prometheus) that scrapes pages of the tests each second. */
final class PrometheusServer implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final Process process;
  private final URI url;

  private PrometheusServer(Path folder, Process process, URI url) {
    this.folder = folder;
    this.process = process;
    this.url = url;
  }

  /** Starts it on {@code http://host:port/metrics} pages, as the job shop. */
  static PrometheusServer scraping(String... pages) throws IOException {
    String program = program();
    Path folder = Files.createTempDirectory("prometheus");
    StringBuilder targets = new StringBuilder();
    for (String page : pages) {
      targets.append('"').append(URI.create(page).getAuthority()).append("\",");
    }
    Files.writeString(
        folder.resolve("p.yml"),
        """
        global: {scrape_interval: 1s}
        scrape_configs:
        - job_name: shop
          static_configs: [{targets: [%s]}]
        """
            .formatted(targets));
    int port = FreePort.next();
    Process process =
        new ProcessBuilder(
                program,
                "--config.file=" + folder.resolve("p.yml"),
                "--storage.tsdb.path=" + folder.resolve("db"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    return new PrometheusServer(folder, process, URI.create("http://127.0.0.1:" + port));
  }

  private static String program() {
    return Installed.orSkip("prometheus", "prometheus").toString();
  }

  URI url() {
    return url;
  }

  /** Waits until a query gives a value. */
  void await(String query, String value) {
    if (!Waiting.until(60, () -> ask(query).contains("\"" + value + "\"]"))) {
      throw new AssertionError(query + " is not " + value + ": " + ask(query));
    }
  }

  private String ask(String query) {
    URI asked =
        URI.create(url + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    try {
      return http.send(HttpRequest.newBuilder(asked).build(), BodyHandlers.ofString()).body();
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    TestPostgres.delete(folder);
  }
}
