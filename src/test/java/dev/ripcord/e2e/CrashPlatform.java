package dev.ripcord.e2e;

import dev.ripcord.e2e.CrashPoint.Platform;
import dev.ripcord.e2e.CrashPoint.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where image 2, which is bad, runs and 1 is put back: one world's own. */
interface CrashPlatform extends AutoCloseable {
  /** Makes it, image 2 running. */
  static CrashPlatform of(Scene scene, Path folder, String name) throws IOException {
    Platform platform = scene.platform();
    return switch (platform) {
      case COMMAND, DIRECTORY -> new CrashPrograms(platform, folder);
      case DOCKER, COMPOSE, SWARM -> CrashContainers.of(platform, folder, name);
      case KUBERNETES -> new CrashCluster(folder, scene.failing());
      case HTTP -> new CrashHook(folder);
      case GIT -> new CrashGit(folder);
      case REGISTRY -> new CrashRegistry(folder);
    };
  }

  /** Its name for an image: 1 is well, 2 is bad, 3 does not come up. */
  String image(int version);

  /** What it says that runs. */
  String runs() throws IOException;

  /**
   * Its part of the configuration.
   *
   * @param relayed whether calls are counted
   */
  String settings(boolean relayed) throws IOException;

  /** Kills a daemon at a call to it, or at the work of a program of it. */
  void killAt(CrashPoint point, Ripcord daemon) throws IOException;

  /** The calls that were counted. */
  default int calls() {
    return 0;
  }

  /** The image that serves: a file that says {@code shop:1} or {@code shop:2}. */
  static Path served(Path folder) {
    return folder.resolve("served");
  }

  /** Writes a line into a file of the world. */
  static void write(Path folder, String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void close();
}
