package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Permits;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.rollback.SideEffects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a switch does beside the switch, and images under several names; a real Docker Engine. */
@Execution(ExecutionMode.SAME_THREAD)
final class DockerSideEffectsTest {
  private final Shop shop = new Shop();

  @TempDir Path folder;

  @BeforeAll
  static void images() {
    Shop.makeImages();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void a3_filesPutInBeforeTheStart_goAlongAndAreNamed() throws IOException {
    Path file = folder.resolve("app.conf");
    Files.writeString(file, "conf");
    shop.engine().docker("create", "--name", shop.name(), Shop.REPOSITORY + ":2");
    shop.engine().docker("cp", file.toString(), shop.name() + ":/app.conf");
    shop.engine().docker("cp", folder.toString(), shop.name() + ":/conf");
    shop.engine().docker("start", shop.name());

    SideEffects effects = Shop.get(shop.platform().sideEffects());
    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(effects.blockers()).isEmpty();
    assertThat(effects.warnings())
        .containsExactly(
            "/app.conf, /conf/app.conf were put into container %s: carried over to the new one."
                .formatted(shop.name()));
    assertThat(shop.engine().docker("exec", shop.name(), "cat", "/app.conf", "/conf/app.conf"))
        .isEqualTo("confconf");
  }

  @Test
  void a3_filesWrittenByTheProgram_stayBehindAndAreNamed() {
    shop.run("2");
    shop.engine().docker("exec", shop.name(), "sh", "-c", "echo 1 > /state; echo 2 > /data/kept");

    assertThat(Shop.get(shop.platform().sideEffects()).warnings())
        .containsExactly(
            "/state was written in container %s since its start and outside of its volumes: lost."
                .formatted(shop.name()));
  }

  @Test
  void a4_containersThatHangOnThisOne_areNamed() {
    String name = shop.name();
    shop.run("2");
    String image = Shop.REPOSITORY + ":1";
    shop.engine()
        .docker("run", "-d", "--name", name + "-side", "--network", "container:" + name, image);
    shop.engine().docker("run", "-d", "--name", name + "-front", "--link", name + ":shop", image);
    shop.engine().docker("create", "--name", name + "-old", "--pid", "container:" + name, image);

    SideEffects effects = Shop.get(shop.platform().sideEffects());

    assertThat(effects.blockers())
        .hasSize(2)
        .anyMatch(h -> h.startsWith("container " + name + "-side shares the network of container"))
        .anyMatch(h -> h.startsWith("container " + name + "-front is linked to container " + name));
    assertThat(effects.warnings())
        .as("one that does not run stands in nobody's way")
        .singleElement()
        .asString()
        .startsWith("container " + name + "-old shares the process namespace");
  }

  @Test
  void a5_imageUnderAnotherTag_isTheOneThatRuns() {
    String alias = Shop.REPOSITORY + ":alias";
    shop.engine().docker("tag", Shop.REPOSITORY + ":1", alias);
    String id = shop.run("1");

    assertThat(Shop.get(shop.platform().runs(new ImageRef(alias)))).isTrue();
    assertThat(Shop.get(shop.platform().runs(Shop.image("2")))).isFalse();
    Shop.get(shop.platform().switchTo(Shop.RELEASE, new ImageRef(alias), Permits.granted()));
    assertThat(shop.inspect().getString("Id")).isEqualTo(id);
  }

  @Test
  void a30_tagThatWasMoved_isGoneBackFromByTheId() {
    String latest = Shop.REPOSITORY + ":latest";
    shop.engine().docker("tag", Shop.REPOSITORY + ":1", latest);
    shop.engine().docker("run", "-d", "--name", shop.name(), latest);
    ImageIdentity ran = Shop.get(shop.platform().running());
    shop.engine().docker("tag", Shop.REPOSITORY + ":2", latest);
    Shop.get(shop.platform().switchTo(Shop.RELEASE, new ImageRef(latest), Permits.granted()));

    ImageRef back = Shop.get(shop.platform().lasting(ran));
    Shop.get(shop.platform().switchTo(Shop.RELEASE, back, Permits.granted()));

    assertThat(back).isEqualTo(new ImageRef(ran.id().orElseThrow()));
    assertThat(Shop.env(shop.inspect())).contains("V=1");
  }

  @Test
  void a30_startPeriodLongerThanTheStartTimeout_isWaitedFor() {
    shop.run(
        "2",
        "--health-cmd",
        "[ \"$GOOD\" = yes ] && [ -e /data/up ] || { echo 1 > /data/up; exit 1; }",
        "--health-interval",
        "1s",
        "--health-start-period",
        "10s");

    Shop.get(
        shop.within(java.time.Duration.ofMillis(100))
            .switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    shop.assertAlone("1");
  }
}
