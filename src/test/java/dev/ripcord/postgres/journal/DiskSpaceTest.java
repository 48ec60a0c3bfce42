package dev.ripcord.postgres.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
  @TempDir private Path folder;

  @Test
  void e14_diskWithLessRoomThanTheServerNeeds_isSaidToBeFull() {
    assertThat(DiskSpace.trouble(folder, 0)).isEmpty();
    assertThat(DiskSpace.trouble(folder, Long.MAX_VALUE).orElseThrow())
        .startsWith("the disk of " + folder + " is full: ")
        .contains("Next: make room on it.");
    assertThat(DiskSpace.trouble(folder.resolve("none"), Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void e14_fullDisk_makesTheJournalUnreadyUntilThereIsRoom() {
    JournalHealth health = new JournalHealth(() -> 0);
    health.notRenewed("the leases cannot be renewed");

    health.room(Optional.of("the disk is full"));
    assertThat(health.trouble()).contains("the disk is full");

    health.renewed();
    assertThat(health.trouble()).contains("the disk is full");

    health.room(Optional.empty());
    assertThat(health.trouble()).isEmpty();
  }
}
