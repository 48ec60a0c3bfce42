package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.Waiting;
import dev.ripcord.port.PlatformException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** New containers that do not come up; a real Docker Engine. */
@Execution(ExecutionMode.SAME_THREAD)
final class DockerFailureTest {
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
  void switchTo_anImageThatIsNotThere_touchesNothing() {
    String id = shop.run("2");

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.platform().switchTo(Shop.RELEASE, Shop.image("9"), Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "container %s was not switched to %s:9: %s:9 is not on this Docker Engine: docker pull"
                + " %s:9",
            shop.name(), Shop.REPOSITORY, Shop.REPOSITORY, Shop.REPOSITORY);
    assertThat(shop.inspect().getString("Id")).isEqualTo(id);
    shop.assertAlone("2");
  }

  @Test
  void switchTo_anImageThatEndsAtOnce_bringsTheOldOneBackAndShowsTheLog() {
    String id = shop.run("2", "-v", "/cache");

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.platform().switchTo(Shop.RELEASE, Shop.image("3"), Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessageStartingWith(
            "container %s was not switched to %s:3", shop.name(), Shop.REPOSITORY)
        .hasMessageContaining("the new container exited with code 4; its last lines:\n  ")
        .hasMessageContaining("cannot bind")
        .hasMessageContaining("bye")
        .hasMessageEndingWith("\n%s:2 runs, as before.", Shop.REPOSITORY);
    assertThat(shop.inspect().getString("Id")).isEqualTo(id);
    shop.assertAlone("2");
  }

  @Test
  void switchTo_anImageThatIsRestartedForEver_bringsTheOldOneBack() {
    shop.run("2", "--restart", "always");

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.within(Duration.ofSeconds(3))
                        .switchTo(Shop.RELEASE, Shop.image("3"), Permits.granted())))
        .hasMessageContaining("the new container was not up 3 s after its start: it is ");
    shop.assertAlone("2");
  }

  @Test
  void switchTo_anImageThatCannotStart_bringsTheOldOneBack() {
    shop.run("2");

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.platform().switchTo(Shop.RELEASE, Shop.image("4"), Permits.granted())))
        .hasMessageContaining("the Docker Engine would not start container: ")
        .hasMessageContaining("/no/such/program");
    shop.assertAlone("2");
  }

  @Test
  void switchTo_anImageThatIsUnhealthy_bringsTheOldOneBack() {
    shop.runChecked("1");

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.platform().switchTo(Shop.RELEASE, Shop.image("2"), Permits.granted())))
        .hasMessageContaining("the new container is unhealthy (the check says: not good)");
    shop.assertAlone("1");
  }

  @Test
  void switchTo_anImageThatIsHealthy_waitsForThat() {
    shop.runChecked("2");

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(shop.inspect().getJsonObject("State").getJsonObject("Health").getString("Status"))
        .isEqualTo("healthy");
    shop.assertAlone("1");
  }

  @Test
  void switchTo_anImageThatFails_afterAStop_doesNotStartTheOldOne() {
    shop.run("2");
    Shop.get(shop.platform().stop(Shop.RELEASE, Permits.granted()));

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.platform().switchTo(Shop.RELEASE, Shop.image("3"), Permits.granted())))
        .hasMessageEndingWith("\n%s:2 is stopped, as before.", Shop.REPOSITORY);
    assertThat(shop.status()).isEqualTo("exited");
    assertThat(shop.names()).containsExactly(shop.name());
  }

  @Test
  void switchTo_anImageThatFails_afterTheOldOneVanished_saysThatNothingIsLeft() {
    shop.run("2", "--rm");

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.platform().switchTo(Shop.RELEASE, Shop.image("3"), Permits.granted())))
        // Docker removes it by and by: it may still be seen as ended.
        .hasMessageMatching("(?s).*the new container (ended, and Docker removed it|exited).*")
        .hasMessageMatching("(?s).*(nothing is left of it|none before it to go back to).*");
    assertThat(Waiting.until(10, () -> shop.names().isEmpty())).as("it is gone").isTrue();
  }
}
