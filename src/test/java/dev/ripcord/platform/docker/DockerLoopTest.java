package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.Waiting;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers that die and are started again and again; a real Docker Engine. */
@Execution(ExecutionMode.SAME_THREAD)
final class DockerLoopTest {
  private final Shop shop = new Shop();

  @BeforeAll
  static void images() {
    Shop.makeImages();
    Shop.makeLoopingImages();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  /** The images: 3 ends at once, and slow-crash after a second. */
  @ParameterizedTest
  @CsvSource({
    "3,always,bridge",
    "3,on-failure,host",
    "3,unless-stopped,none",
    "slow-crash,always,bridge",
    "slow-crash,on-failure,none",
    "slow-crash,unless-stopped,host",
  })
  void a1_switchFromACrashLoop_putsTheOtherImageInPlace(String tag, String policy, String network) {
    shop.run(tag, "--restart", policy, "--network", network);
    assertThat(Waiting.until(20, () -> shop.inspect().getInteger("RestartCount") > 1)).isTrue();

    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    shop.assertAlone("1");
  }

  @Test
  void a1_switchFromACrashLoopToAnImageThatFails_leavesTheLoopAsItWas() {
    String id = shop.run("3", "--restart", "always");
    assertThat(Waiting.until(20, () -> shop.status().equals("restarting"))).isTrue();

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.within(Duration.ofSeconds(2))
                        .switchTo(Shop.RELEASE, Shop.image("4"), Permits.granted())))
        .hasMessageContaining("/no/such/program")
        .hasMessageEndingWith("%s:3 runs, as before.", Shop.REPOSITORY);
    assertThat(shop.names()).containsExactly(shop.name());
    assertThat(shop.inspect().getString("Id")).isEqualTo(id);
    assertThat(shop.status()).isIn("restarting", "running");
  }
}
