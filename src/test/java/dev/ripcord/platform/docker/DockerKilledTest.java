package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.TodaysCases;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Switches that were killed after any step; a real Docker Engine. */
@Execution(ExecutionMode.SAME_THREAD)
final class DockerKilledTest {
  private final Shop shop = new Shop();

  @BeforeAll
  static void images() {
    Shop.makeImages();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  static List<Integer> stepsOfASwitch() {
    return TodaysCases.oneIn(3, 0, 7);
  }

  static List<Integer> stepsToAFailingImage() {
    return TodaysCases.oneIn(3, 0, 9);
  }

  static List<Integer> stepsBeforeTheOtherWay() {
    return TodaysCases.oneIn(3, 1, 6);
  }

  @ParameterizedTest
  @MethodSource("stepsOfASwitch")
  void switchTo_killedAfterAnyStep_isFinishedByTheNextCall(int steps) {
    shop.run(
        "2", "-e", "KEEP=me", "--label", "keep=me", "--restart", "on-failure:3", "-v", "/cache");
    shop.engine().docker("exec", shop.name(), "sh", "-c", "echo kept > /cache/b");
    JsonObject before = shop.inspect();
    shop.breakOff("1", steps);

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(Shop.comparable(shop.inspect())).isEqualTo(Shop.comparable(before));

    assertThat(Shop.env(shop.inspect())).contains("KEEP=me", "V=1");
    assertThat(shop.engine().docker("exec", shop.name(), "cat", "/cache/b")).isEqualTo("kept");
    shop.assertAlone("1");
  }

  @ParameterizedTest
  @MethodSource("stepsToAFailingImage")
  void switchTo_killedAfterAnyStepToAFailingImage_endsOnTheOldOne(int steps) {
    String id = shop.run("2");
    shop.breakOff("3", steps);

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.platform().switchTo(Shop.RELEASE, Shop.image("3"), Permits.granted())))
        .hasMessageEndingWith("\n%s:2 runs, as before.", Shop.REPOSITORY);

    assertThat(shop.inspect().getString("Id")).isEqualTo(id);
    shop.assertAlone("2");
  }

  @ParameterizedTest
  @MethodSource("stepsBeforeTheOtherWay")
  void switchTo_theOneBefore_afterASwitchWasKilled_endsOnIt(int steps) {
    shop.run("2", "-e", "KEEP=me");
    shop.breakOff("1", steps);

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("2"), Permits.granted()));

    assertThat(Shop.env(shop.inspect())).contains("KEEP=me", "V=2");
    shop.assertAlone("2");
  }

  @Test
  void switchTo_killedWhileTheNewOneWasMade_makesItAnew() {
    shop.run("2", "-e", "KEEP=me");
    shop.engine().docker("create", "--name", shop.name() + "-ripcord-new", Shop.REPOSITORY + ":1");

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(Shop.env(shop.inspect())).contains("KEEP=me");
    shop.assertAlone("1");
  }

  @Test
  void stop_afterASwitchWasKilled_stopsWhateverRuns() {
    shop.run("2");
    shop.breakOff("1", 2);

    Shop.get(shop.platform().stop(Shop.RELEASE, Permits.granted()));

    assertThat(shop.engine().docker("ps", "-q", "--filter", "name=^/?" + shop.name())).isEmpty();
    assertThat(Shop.get(shop.platform().current())).isEqualTo(Shop.image("2"));
    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));
    shop.assertAlone("1");
  }
}
