package dev.ripcord;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/** A real registry (Debian: docker-registry) with a repository {@code shop}. */
public final class TestRegistry implements AutoCloseable {
  private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
  public static final String IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
  public static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path log;
  private final int port;
  private final Process process;

  private TestRegistry(String program, Path folder) throws IOException {
    this.log = folder.resolve("registry.log");
    this.port = FreePort.next();
    Path config =
        Files.writeString(
            folder.resolve("registry.yml"),
            """
            version: 0.1
            storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
            http: {addr: "127.0.0.1:%d"}
            """
                .formatted(folder.resolve("registry"), port));
    this.process =
        new ProcessBuilder(program, "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!Waiting.until(20, this::isUp)) {
      throw new IllegalStateException("the registry does not answer: " + Files.readString(log));
    }
  }

  /** Starts one that keeps its files in a folder, or skips the test. */
  public static TestRegistry orSkip(Path folder) throws IOException {
    String program = Installed.orSkip("docker-registry", "docker-registry").toString();
    return new TestRegistry(program, folder);
  }

  public int port() {
    return port;
  }

  private boolean isUp() {
    try {
      return send("GET", "/v2/", "", "").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** A request to it, without a body where that is empty. */
  public HttpResponse<String> send(String method, String path, String type, String body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .header("Accept", IMAGE + ", " + LIST)
              .method(
                  method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      if (!type.isEmpty()) {
        request.header("Content-Type", type);
      }
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** An image whose configuration tells its version. */
  public void push(String version) {
    String config = "{\"version\":\"" + version + "\"}";
    byte[] bytes = config.getBytes(StandardCharsets.UTF_8);
    String digest = "sha256:" + sha256(bytes);
    String upload =
        send("POST", "/v2/shop/blobs/uploads/", "", "")
            .headers()
            .firstValue("Location")
            .orElseThrow();
    String at = URI.create(upload).getRawPath() + "?" + URI.create(upload).getRawQuery();
    send("PUT", at + "&digest=" + digest, "application/octet-stream", config);
    String manifest =
        "{\n  \"schemaVersion\": 2, \"mediaType\": \"%s\",\n  \"config\": {\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"},\n  \"layers\": []}"
            .formatted(IMAGE, CONFIG, bytes.length, digest);
    int status = send("PUT", "/v2/shop/manifests/" + version, IMAGE, manifest).statusCode();
    if (status != 201) {
      throw new IllegalStateException("the registry does not take a manifest: " + status);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Moves the tag {@code latest} to an image. */
  public void tag(String version) {
    HttpResponse<String> manifest = send("GET", "/v2/shop/manifests/" + version, "", "");
    String type = manifest.headers().firstValue("Content-Type").orElseThrow();
    send("PUT", "/v2/shop/manifests/latest", type, manifest.body());
  }

  /** The digest that a tag stands for. */
  public String digest(String reference) {
    return send("GET", "/v2/shop/manifests/" + reference, "", "")
        .headers()
        .firstValue("Docker-Content-Digest")
        .orElse("");
  }

  /** How often the tag {@code latest} was put, as the registry itself has written it down. */
  public int puts() {
    try (Stream<String> lines = Files.lines(log)) {
      return (int)
          lines.filter(line -> line.contains("\"PUT /v2/shop/manifests/latest HTTP")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    client.close();
  }
}
