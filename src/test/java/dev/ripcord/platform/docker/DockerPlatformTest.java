package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageRef;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a real Docker Engine says of containers and images, and of its own absence. */
@Execution(ExecutionMode.SAME_THREAD)
final class DockerPlatformTest {
  private final Shop shop = new Shop();

  @BeforeAll
  static void images() {
    Shop.makeImages();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void current_isTheImageOfTheContainer() {
    shop.run("2");

    assertThat(Shop.get(shop.platform().current())).isEqualTo(Shop.image("2"));
  }

  @Test
  void current_withoutTheContainer_namesSimilarOnes() {
    shop.engine().docker("run", "-d", "--name", shop.name() + "-blue", Shop.REPOSITORY + ":1");

    assertThatThrownBy(() -> Shop.get(shop.platform().current()))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "there is no container \"%s\" on the Docker Engine at %s; did you mean: %s-blue. Set"
                + " platform.docker.container, or start it with: docker run --name %s …",
            shop.name(), shop.engine().socket(), shop.name(), shop.name());
  }

  @Test
  void current_doesNotTakeTheStartOfAnIdForAName() {
    String id = shop.run("2");

    var settings =
        new PlatformSettings.Docker(
            id.substring(0, 12), shop.engine().socket(), Duration.ofSeconds(5));

    assertThatThrownBy(
            () -> Shop.get(shop.platforms().of(Shop.RELEASE.service(), settings).current()))
        .hasMessageStartingWith("there is no container \"" + id.substring(0, 12) + "\"");
  }

  @Test
  void anything_withoutASocket_saysSo(@TempDir Path folder) {
    Path socket = folder.resolve("none.sock");

    assertThatThrownBy(() -> Shop.get(shop.at(socket).current()))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "there is no Docker Engine at %s: the socket does not exist; start Docker (systemctl"
                + " start docker), or name its socket: platform.docker.socket, or"
                + " DOCKER_HOST=unix:///PATH",
            socket);
  }

  @Test
  void anything_withNobodyBehindTheSocket_saysSo(@TempDir Path folder) throws IOException {
    Path socket = folder.resolve("left.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
    }

    assertThatThrownBy(() -> Shop.get(shop.at(socket).presence(Shop.image("1"))))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("the Docker Engine at %s does not answer", socket)
        .hasMessageContaining("systemctl status docker");
  }

  @Test
  void presence_tellsSizeAndDigest_orHowToGetIt() {
    assertThat(Shop.get(shop.platform().presence(Shop.image("1"))))
        .isInstanceOfSatisfying(
            Presence.Present.class,
            there -> assertThat(there.detail()).matches("\\d+(\\.\\d)? MB, sha256:[0-9a-f]{12}"));
    assertThat(Shop.get(shop.platform().presence(Shop.image("9"))))
        .isEqualTo(
            new Presence.Absent(
                "%s:9 is not on this Docker Engine: docker pull %s:9"
                    .formatted(Shop.REPOSITORY, Shop.REPOSITORY)));
    assertThat(Shop.get(shop.platform().presence(new ImageRef("../containers/x"))))
        .isInstanceOf(Presence.Absent.class);
  }
}
