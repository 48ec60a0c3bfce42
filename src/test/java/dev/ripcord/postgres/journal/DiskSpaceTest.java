package dev.ripcord.postgres.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {
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
