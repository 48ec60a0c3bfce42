package dev.ripcord.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskRoomTest {
  @TempDir private Path folder;

  @Test
  void e14_diskWithLessRoomThanTheServerNeeds_isSaidToBeFull() {
    assertThat(DiskRoom.trouble(folder, 0)).isEmpty();
    assertThat(DiskRoom.trouble(folder, Long.MAX_VALUE).orElseThrow())
        .startsWith("the disk of " + folder + " is full: ")
        .contains("Next: make room on it.");
    assertThat(DiskRoom.trouble(folder.resolve("none"), Long.MAX_VALUE)).isEmpty();
  }
}
