package dev.ripcord.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every platform does: it tells what runs, puts an image in place once and not again, does
 * nothing without the right to act, and leaves what serves alone where it fails.
 */
public abstract class PlatformContract {
  protected static final Release RELEASE =
      new Release(new ServiceName("shop"), "v2", Optional.empty(), Optional.empty());

  @TempDir protected Path folder;
  protected final Vertx vertx = Vertx.vertx();
  private Platforms platforms;

  /** Makes the world in which {@link #image version 2} serves. */
  protected abstract Platform platform(Platforms made) throws IOException;

  /** An image by its version. */
  protected abstract ImageRef image(String version);

  /** What really serves. */
  protected abstract ImageRef serves();

  /** How often something was changed. */
  protected abstract int changes();

  /** From now on an attempt to change something fails. */
  protected abstract void breaks() throws IOException;

  /** Whether two names are one image there. */
  protected boolean isSame(Platform platform, ImageRef one, ImageRef other) {
    return one.equals(other);
  }

  @BeforeEach
  void open() {
    platforms = new Platforms(vertx, System::nanoTime, System.getenv(), folder.resolve("notes"));
  }

  @AfterEach
  void close() {
    get(platforms.close());
    get(vertx.close());
  }

  /** What makes platforms here. */
  protected Platforms platforms() {
    return platforms;
  }

  protected static <T> T get(Future<T> future) {
    return future.timeout(30, TimeUnit.SECONDS).await();
  }

  @Test
  void contract_current_isWhatServes() throws IOException {
    Platform platform = platform(platforms);

    assertThat(isSame(platform, get(platform.current()), image("2"))).isTrue();
    assertThat(serves()).isEqualTo(image("2"));
  }

  @Test
  void contract_switch_isDoneOnce_andThenNothing() throws IOException {
    Platform platform = platform(platforms);
    int before = changes();

    assertThat(get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .contains(image("1").text());
    assertThat(serves()).isEqualTo(image("1"));
    assertThat(get(platform.switchTo(RELEASE, image("1"), Permits.granted()))).contains("already");

    assertThat(changes() - before).isEqualTo(1);
    assertThat(isSame(platform, get(platform.current()), image("1"))).isTrue();
  }

  @Test
  void contract_switchThatFails_leavesWhatServes_andCanBeDoneLater() throws IOException {
    Platform platform = platform(platforms);
    breaks();

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isInstanceOf(PlatformException.class);
    assertThat(serves()).isEqualTo(image("2"));
  }

  @Test
  void contract_withoutTheRightToAct_nothingIsDone() throws IOException {
    Platform platform = platform(platforms);
    int before = changes();

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, image("1"), Permits.refused())))
        .hasMessageContaining(Permits.REFUSED);
    assertThat(serves()).isEqualTo(image("2"));
    assertThat(changes()).isEqualTo(before);
  }

  @Test
  void contract_stop_isRefusedInTime_whereItCannotBeDone() throws IOException {
    Platform platform = platform(platforms);
    if (get(platform.stopBlocker()).isPresent()) {
      assertThatThrownBy(() -> get(platform.stop(RELEASE, Permits.granted())))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("image-first");
    }
  }
}
