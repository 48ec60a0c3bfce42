package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.DockerEngine;
import dev.ripcord.Permits;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ImageRef;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a container keeps when it is switched; a real Docker Engine. */
@Execution(ExecutionMode.SAME_THREAD)
final class DockerSwitchTest {
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
  void switchTo_keepsEverythingThatTheUserGave() {
    String network = shop.engine().name("ripcord-net");
    String other = shop.engine().name("ripcord-other");
    String subnet = "10." + DockerEngine.subnet() + ".200";
    shop.engine().docker("network", "create", "--subnet", subnet + ".0/24", network);
    shop.engine().docker("network", "create", other);
    try {
      shop.run(
          "2",
          "-e",
          "KEEP=me",
          "-e",
          "V=mine",
          "--label",
          "keep=me",
          "--restart",
          "on-failure:3",
          "-p",
          "127.0.0.1::80",
          "-v",
          "/cache",
          "-v",
          shop.engine().name("named") + ":/named:ro",
          "--tmpfs",
          "/scratch",
          "--mount",
          "type=volume,dst=/mounted",
          "--memory",
          "64m",
          "--cpus",
          "0.5",
          "--user",
          "0:0",
          "--workdir",
          "/bin",
          "--ulimit",
          "nofile=100:200",
          "--cap-drop",
          "NET_RAW",
          "--read-only",
          "--init",
          "--log-opt",
          "max-size=1m",
          "--network",
          network,
          "--ip",
          subnet + ".9",
          "--network-alias",
          "api",
          "--hostname",
          "front",
          "--health-cmd",
          "exit 0",
          "--health-interval",
          "1s",
          "--stop-timeout",
          "3",
          "--add-host",
          "db:10.0.0.1",
          "--dns",
          "10.0.0.2",
          "--shm-size",
          "1m");
      shop.engine().docker("network", "connect", "--alias", "back", other, shop.name());
      JsonObject before = shop.inspect();

      Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

      JsonObject after = shop.inspect();
      assertThat(Shop.config(after).getString("Image")).isEqualTo(Shop.REPOSITORY + ":1");
      assertThat(Shop.comparable(after)).isEqualTo(Shop.comparable(before));
      assertThat(Shop.mounts(after)).isEqualTo(Shop.mounts(before)).hasSize(4);
      assertThat(Shop.endpoint(after, network).getJsonObject("IPAMConfig").getString("IPv4Address"))
          .isEqualTo(subnet + ".9");
      assertThat(Shop.endpoint(after, network).getString("IPAddress")).isEqualTo(subnet + ".9");
      assertThat(Shop.aliases(after, network))
          .contains("api")
          .isEqualTo(Shop.aliases(before, network));
      assertThat(Shop.aliases(after, other))
          .contains("back")
          .isEqualTo(Shop.aliases(before, other));
      assertThat(Shop.config(after).getString("Hostname")).isEqualTo("front");
      assertThat(Shop.env(after))
          .contains("KEEP=me", "V=mine", "GOOD=yes")
          .doesNotContain("GOOD=no");
      assertThat(Shop.config(after).getJsonObject("Labels").getMap())
          .isEqualTo(Map.of("keep", "me", "v", "1"));
      shop.assertAlone("1");
    } finally {
      shop.removeAll();
      shop.engine().docker("network", "rm", network, other);
    }
  }

  @Test
  void switchTo_backAndForth_leavesTheSameContainer() {
    shop.run("1", "-e", "KEEP=me", "-v", "/cache", "-p", "127.0.0.1::80");
    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("2"), Permits.granted()));
    JsonObject once = shop.inspect();

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));
    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("2"), Permits.granted()));

    assertThat(Shop.comparable(shop.inspect())).isEqualTo(Shop.comparable(once));
    assertThat(Shop.mounts(shop.inspect())).isEqualTo(Shop.mounts(once));
    assertThat(Shop.env(shop.inspect())).containsExactlyInAnyOrderElementsOf(Shop.env(once));
    assertThat(Shop.config(shop.inspect()).getString("Hostname"))
        .as("an automatic host shop.name() is the new container's own")
        .isEqualTo(shop.inspect().getString("Id").substring(0, 12));
  }

  @Test
  void switchTo_keepsTheDataOfNamelessVolumes() {
    shop.run("2", "-v", "/cache");
    shop.engine()
        .docker("exec", shop.name(), "sh", "-c", "echo kept > /data/a; echo kept > /cache/b");

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(shop.engine().docker("exec", shop.name(), "cat", "/data/a", "/cache/b"))
        .isEqualTo("kept\nkept");
  }

  @Test
  void switchTo_keepsACommandAndAnEntryPointOfTheUsersOwn() {
    shop.engine()
        .docker(
            "run",
            "-d",
            "--name",
            shop.name(),
            "--stop-timeout",
            "1",
            "--entrypoint",
            "sleep",
            Shop.REPOSITORY + ":2",
            "601");

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(Shop.config(shop.inspect()).getJsonArray("Entrypoint")).containsExactly("sleep");
    assertThat(Shop.config(shop.inspect()).getJsonArray("Cmd")).containsExactly("601");
  }

  @Test
  void switchTo_ofAContainerOnTheHostsNetwork_works() {
    shop.run("2", "--network", "host");

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(shop.inspect().getJsonObject("HostConfig").getString("NetworkMode"))
        .isEqualTo("host");
    shop.assertAlone("1");
  }

  @Test
  void switchTo_ofAContainerInAnothersNetwork_works() {
    shop.engine().docker("run", "-d", "--name", shop.name() + "-pod", Shop.REPOSITORY + ":1");
    shop.run("2", "--network", "container:" + shop.name() + "-pod");
    String mode = shop.inspect().getJsonObject("HostConfig").getString("NetworkMode");

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(shop.inspect().getJsonObject("HostConfig").getString("NetworkMode")).isEqualTo(mode);
    assertThat(Shop.config(shop.inspect()).getString("Image")).isEqualTo(Shop.REPOSITORY + ":1");
  }

  @Test
  void switchTo_ofAContainerTakenOffItsFirstNetwork_staysOffIt() {
    String network = shop.engine().name("ripcord-net");
    shop.engine().docker("network", "create", network);
    try {
      shop.run("2");
      shop.engine().docker("network", "connect", network, shop.name());
      shop.engine().docker("network", "disconnect", "bridge", shop.name());

      Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

      assertThat(Shop.networks(shop.inspect()).fieldNames()).containsExactly(network);
    } finally {
      shop.removeAll();
      shop.engine().docker("network", "rm", network);
    }
  }

  @Test
  void switchTo_whatRunsAlready_isDoneAtOnce() {
    String id = shop.run("1");

    String said =
        Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(said).isEqualTo("container %s runs already %s:1", shop.name(), Shop.REPOSITORY);
    assertThat(shop.inspect().getString("Id")).isEqualTo(id);
  }

  @Test
  void switchTo_aTagThatHasMoved_makesTheContainerAnew() {
    String moving = Shop.REPOSITORY + ":moving";
    shop.engine().docker("tag", Shop.REPOSITORY + ":2", moving);
    shop.engine().docker("run", "-d", "--name", shop.name(), moving);
    shop.engine().docker("tag", Shop.REPOSITORY + ":1", moving);

    Shop.get(shop.platform().switchTo(Shop.RELEASE, new ImageRef(moving), Permits.granted()));

    assertThat(Shop.env(shop.inspect())).contains("V=1");
  }

  @Test
  void stop_thenSwitch_startsTheNewOne() {
    shop.run("2", "--restart", "always");

    Shop.get(shop.platform().stop(Shop.RELEASE, Permits.granted()));
    assertThat(shop.status()).isEqualTo("exited");
    Shop.get(shop.platform().stop(Shop.RELEASE, Permits.granted()));
    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    shop.assertAlone("1");
  }

  @Test
  void stop_thenSwitchToTheSame_startsItAgain() {
    String id = shop.run("2");
    Shop.get(shop.platform().stop(Shop.RELEASE, Permits.granted()));

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("2"), Permits.granted()));

    assertThat(shop.inspect().getString("Id")).isEqualTo(id);
    shop.assertAlone("2");
  }

  @Test
  void stop_ofAContainerThatWouldVanish_isRefused() {
    shop.run("2", "--rm");

    assertThatThrownBy(() -> Shop.get(shop.platform().stop(Shop.RELEASE, Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("--rm")
        .hasMessageContaining("image-first");
    assertThat(shop.status()).isEqualTo("running");
  }

  @Test
  void switchTo_ofAContainerThatVanishesWhenStopped_keepsItsVolumesAndSettings() {
    shop.run("2", "--rm", "-e", "KEEP=me");
    shop.engine().docker("exec", shop.name(), "sh", "-c", "echo kept > /data/a");

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(shop.engine().docker("exec", shop.name(), "cat", "/data/a")).isEqualTo("kept");
    assertThat(Shop.env(shop.inspect())).contains("KEEP=me");
    shop.assertAlone("1");
  }
}
