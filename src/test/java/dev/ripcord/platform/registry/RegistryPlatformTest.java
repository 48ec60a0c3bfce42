package dev.ripcord.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.TestRegistry;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.PlatformContract;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real registry (Debian: docker-registry). Images are manifests without layers. */
final class RegistryPlatformTest extends PlatformContract {
  private Optional<TestRegistry> started = Optional.empty();
  private boolean broken;

  @AfterEach
  void stop() {
    started.ifPresent(TestRegistry::close);
  }

  private TestRegistry registry() {
    return started.orElseThrow();
  }

  @Override
  protected Platform platform(Platforms made) throws IOException {
    started = Optional.of(TestRegistry.orSkip(folder));
    registry().push("1");
    registry().push("2");
    registry().tag("2");
    return made.of(RELEASE.service(), settings(registry().port(), "shop"));
  }

  private static PlatformSettings.Registry settings(int port, String name) {
    return new PlatformSettings.Registry(
        "127.0.0.1:" + port + "/" + name, "latest", true, Duration.ofSeconds(10));
  }

  /** What runs is told by its tag, and by its id which image that is. */
  @Override
  protected ImageRef image(String version) {
    return new ImageRef("127.0.0.1:" + registry().port() + "/shop:" + version);
  }

  @Override
  protected boolean isSame(Platform platform, ImageRef one, ImageRef other) {
    return get(platform.identified(one)).isSameAs(get(platform.identified(other)));
  }

  @Override
  protected ImageRef serves() {
    String now = broken ? registry().digest("2") : registry().digest("latest");
    return image(now.equals(registry().digest("1")) ? "1" : "2");
  }

  @Override
  protected int changes() {
    return registry().puts();
  }

  /** The image that is wanted is no longer there. */
  @Override
  protected void breaks() {
    assertThat(
            registry()
                .send("DELETE", "/v2/shop/manifests/" + registry().digest("1"), "", "")
                .statusCode())
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
    registry().tag("1");

    ImageRef lasting = get(platform.lasting(before));
    assertThat(lasting.text())
        .isEqualTo("127.0.0.1:" + registry().port() + "/shop@" + registry().digest("2"));
    get(platform.switchTo(RELEASE, lasting, Permits.granted()));
    assertThat(registry().digest("latest")).isEqualTo(registry().digest("2"));
  }

  /** A list of several platforms goes back as a whole, byte for byte. */
  @Test
  void listOfPlatforms_isMovedAsItIs() throws IOException {
    Platform platform = platform(platforms());
    String list =
        "{\"schemaVersion\":2,\n \"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}]}"
            .formatted(
                TestRegistry.LIST,
                TestRegistry.IMAGE,
                registry().send("GET", "/v2/shop/manifests/1", "", "").body().length(),
                registry().digest("1"));
    assertThat(
            registry().send("PUT", "/v2/shop/manifests/many", TestRegistry.LIST, list).statusCode())
        .isEqualTo(201);

    get(platform.switchTo(RELEASE, image("many"), Permits.granted()));

    assertThat(registry().send("GET", "/v2/shop/manifests/latest", "", "").body()).isEqualTo(list);
  }

  @Test
  void registryThatIsAway_isUnanswered_andATagThatIsNotThereIsSaid() throws IOException {
    var _ = platform(platforms());
    for (Map.Entry<PlatformSettings.Registry, String> wrong :
        Map.of(
                settings(1, "shop"),
                "gave no answer",
                settings(registry().port(), "none"),
                "is not there")
            .entrySet()) {
      assertThatThrownBy(() -> get(platforms().of(RELEASE.service(), wrong.getKey()).current()))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining(wrong.getValue());
    }
  }
}
