package dev.ripcord.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.FreePort;
import dev.ripcord.Permits;
import dev.ripcord.Waiting;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.PlatformContract;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import java.io.File;
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
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A real registry (Debian: docker-registry). Images are manifests without layers. */
final class RegistryPlatformTest extends PlatformContract {
  private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
  private static final String IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

  private final HttpClient client = HttpClient.newHttpClient();
  private Optional<Process> registry = Optional.empty();
  private int port;
  private boolean broken;

  @AfterEach
  void stop() {
    registry.ifPresent(Process::destroy);
    client.close();
  }

  private static String program() {
    Optional<Path> found =
        Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1))
            .map(each -> Path.of(each, "docker-registry"))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      System.out.println("skipped: docker-registry is not installed (Debian: docker-registry)");
    }
    Assumptions.assumeTrue(
        found.isPresent(), "docker-registry is not installed (Debian: docker-registry)");
    return found.orElseThrow().toString();
  }

  @Override
  protected Platform platform(Platforms made) throws IOException {
    String program = program();
    port = FreePort.next();
    Path config =
        Files.writeString(
            folder.resolve("registry.yml"),
            """
            version: 0.1
            storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
            http: {addr: "127.0.0.1:%d"}
            """
                .formatted(folder.resolve("data"), port));
    registry =
        Optional.of(
            new ProcessBuilder(program, "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start());
    assertThat(Waiting.until(20, this::isUp)).isTrue();
    push("1");
    push("2");
    tag("2");
    return made.of(RELEASE.service(), settings(port, "shop"));
  }

  private static PlatformSettings.Registry settings(int port, String name) {
    return new PlatformSettings.Registry(
        "127.0.0.1:" + port + "/" + name, "latest", true, Duration.ofSeconds(10));
  }

  private boolean isUp() {
    try {
      return send("GET", "/v2/", "", "").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private HttpResponse<String> send(String method, String path, String type, String body) {
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
  private void push(String version) {
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
    assertThat(send("PUT", "/v2/shop/manifests/" + version, IMAGE, manifest).statusCode())
        .isEqualTo(201);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void tag(String version) {
    HttpResponse<String> manifest = send("GET", "/v2/shop/manifests/" + version, "", "");
    String type = manifest.headers().firstValue("Content-Type").orElseThrow();
    send("PUT", "/v2/shop/manifests/latest", type, manifest.body());
  }

  private String digest(String reference) {
    return send("GET", "/v2/shop/manifests/" + reference, "", "")
        .headers()
        .firstValue("Docker-Content-Digest")
        .orElse("");
  }

  /** What runs is told by its tag, and by its id which image that is. */
  @Override
  protected ImageRef image(String version) {
    return new ImageRef("127.0.0.1:" + port + "/shop:" + version);
  }

  @Override
  protected boolean isSame(Platform platform, ImageRef one, ImageRef other) {
    return get(platform.identified(one)).isSameAs(get(platform.identified(other)));
  }

  @Override
  protected ImageRef serves() {
    String now = broken ? digest("2") : digest("latest");
    return image(now.equals(digest("1")) ? "1" : "2");
  }

  /** As the registry itself has written them down. */
  @Override
  protected int changes() {
    try {
      return (int)
          Files.readString(folder.resolve("log"))
              .lines()
              .filter(line -> line.contains("\"PUT /v2/shop/manifests/latest HTTP"))
              .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The image that is wanted is no longer there. */
  @Override
  protected void breaks() {
    assertThat(send("DELETE", "/v2/shop/manifests/" + digest("1"), "", "").statusCode())
        .isEqualTo(202);
    broken = true;
  }

  @Test
  void imagesAreToldApartByTheirDigests() throws IOException {
    Platform platform = platform(platforms());

    assertThat(get(platform.running()).isSameAs(get(platform.identified(image("2"))))).isTrue();
    assertThat(get(platform.runs(image("2")))).isTrue();
    assertThat(get(platform.runs(image("1")))).isFalse();
    assertThat(get(platform.presence(image("1")))).isInstanceOf(Presence.Present.class);
    assertThat(get(platform.presence(image("9"))))
        .isEqualTo(new Presence.Absent(image("9") + " is not in the registry"));
    assertThat(get(platform.presence(new ImageRef("other:1")))).isInstanceOf(Presence.Absent.class);
  }

  @Test
  void nameThatWasMoved_isReplacedByItsDigest() throws IOException {
    Platform platform = platform(platforms());
    ImageIdentity before = get(platform.running());
    tag("1");

    ImageRef lasting = get(platform.lasting(before));
    assertThat(lasting.text()).isEqualTo("127.0.0.1:" + port + "/shop@" + digest("2"));
    get(platform.switchTo(RELEASE, lasting, Permits.granted()));
    assertThat(digest("latest")).isEqualTo(digest("2"));
  }

  /** A list of several platforms goes back as a whole, byte for byte. */
  @Test
  void listOfPlatforms_isMovedAsItIs() throws IOException {
    Platform platform = platform(platforms());
    String list =
        "{\"schemaVersion\":2,\n \"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}]}"
            .formatted(
                LIST,
                IMAGE,
                send("GET", "/v2/shop/manifests/1", "", "").body().length(),
                digest("1"));
    assertThat(send("PUT", "/v2/shop/manifests/many", LIST, list).statusCode()).isEqualTo(201);

    get(platform.switchTo(RELEASE, image("many"), Permits.granted()));

    assertThat(send("GET", "/v2/shop/manifests/latest", "", "").body()).isEqualTo(list);
  }

  @Test
  void registryThatIsAway_isUnanswered_andATagThatIsNotThereIsSaid() throws IOException {
    var _ = platform(platforms());
    for (Map.Entry<PlatformSettings.Registry, String> wrong :
        Map.of(settings(1, "shop"), "gave no answer", settings(port, "none"), "is not there")
            .entrySet()) {
      assertThatThrownBy(() -> get(platforms().of(RELEASE.service(), wrong.getKey()).current()))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining(wrong.getValue());
    }
  }
}
