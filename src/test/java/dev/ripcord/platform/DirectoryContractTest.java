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

/** Folders, and a link to one of them. */
final class DirectoryContractTest extends PlatformContract {
  @Override
  protected Platform platform(Platforms made) throws IOException {
    Files.createDirectories(folder.resolve("releases/1"));
    Files.createDirectories(folder.resolve("releases/2"));
    Files.createSymbolicLink(folder.resolve("current"), Path.of("releases/2"));
    Files.writeString(folder.resolve("calls"), "");
    // The restart fails only for a release that is broken.
    String restart =
        "[ ! -e %1$s/current/broken ] && echo restarted >> %1$s/calls".formatted(folder);
    return made.of(
        RELEASE.service(),
        new PlatformSettings.Directory(
            folder, List.of("sh", "-c", restart), List.of(), Duration.ofSeconds(10)));
  }

  @Override
  protected ImageRef image(String version) {
    return new ImageRef(version);
  }

  @Override
  protected ImageRef serves() {
    try {
      return new ImageRef(folder.resolve("current").toRealPath().getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected int changes() {
    try {
      return (int) Files.readString(folder.resolve("calls")).lines().count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void breaks() throws IOException {
    Files.createFile(folder.resolve("releases/1/broken"));
  }
}
