package dev.ripcord.platform.docker;

import dev.ripcord.platform.PlatformContract;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Platform;
import dev.ripcord.release.ImageRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What every platform does, on a container of a real Docker Engine. */
@Execution(ExecutionMode.SAME_THREAD)
final class DockerContractTest extends PlatformContract {
  private final Shop shop = new Shop();
  private String first = "";
  private boolean broken;

  @BeforeAll
  static void images() {
    Shop.makeImages();
  }

  @AfterEach
  void removeAll() {
    shop.close();
  }

  @Override
  protected Platform platform(Platforms made) {
    first = shop.run("2");
    return shop.platform();
  }

  /** Version 3 ends at once: it is what version 1 is when that is broken. */
  @Override
  protected ImageRef image(String version) {
    return Shop.image(broken && version.equals("1") ? "3" : version);
  }

  @Override
  protected ImageRef serves() {
    return new ImageRef(Shop.config(shop.inspect()).getString("Image"));
  }

  /** Another container under the name is one change. */
  @Override
  protected int changes() {
    return shop.inspect().getString("Id").equals(first) ? 0 : 1;
  }

  @Override
  protected void breaks() {
    broken = true;
  }
}
