package dev.ripcord.platform;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.port.Platform;
import dev.ripcord.release.ImageRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A program that writes the image into a file. */
final class CommandContractTest extends PlatformContract {
  @Override
  protected Platform platform(Platforms made) throws IOException {
    Files.writeString(now(), "shop:2");
    Files.writeString(folder.resolve("calls"), "");
    String put =
        "[ ! -e %1$s/broken ] && echo $RIPCORD_IMAGE >> %1$s/calls && echo $RIPCORD_IMAGE > %1$s/now"
            .formatted(folder);
    return made.of(
        RELEASE.service(),
        new PlatformSettings.Command(
            List.of("sh", "-c", put),
            List.of("cat", now().toString()),
            List.of(),
            Duration.ofSeconds(10)));
  }

  private Path now() {
    return folder.resolve("now");
  }

  @Override
  protected ImageRef image(String version) {
    return new ImageRef("shop:" + version);
  }

  @Override
  protected ImageRef serves() {
    return new ImageRef(read("now").strip());
  }

  @Override
  protected int changes() {
    return (int) read("calls").lines().count();
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void breaks() throws IOException {
    Files.createFile(folder.resolve("broken"));
  }
}
