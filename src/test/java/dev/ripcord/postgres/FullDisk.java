package dev.ripcord.postgres;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A place of few megabytes, for what happens when a disk is full; needs root on Linux. */
public final class FullDisk implements AutoCloseable {
  private final Path place;

  private FullDisk(Path place) {
    this.place = place;
  }

  /** Mounts it on a folder that is there, or skips the test. */
  public static FullDisk on(Path place, int megabytes) {
    String options = "size=" + megabytes + "m,mode=0777";
    boolean mounted =
        System.getProperty("user.name").equals("root")
            && run("mount", "-t", "tmpfs", "-o", options, "tmpfs", place.toString());
    assumeTrue(mounted, "no small disk can be mounted here (needs root on Linux)");
    return new FullDisk(place);
  }

  private static boolean run(String... command) {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    run("umount", "-l", place.toString());
    TestPostgres.delete(place);
  }
}
