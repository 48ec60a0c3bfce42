package dev.ripcord.postgres.journal;

import dev.ripcord.postgres.DiskRoom;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * Looks whether the disk of the embedded server has room. A server whose disk is full goes on for
 * as long as its pages have room, and then ends in the middle of what matters.
 */
final class DiskSpace {
  private static final long EVERY_MILLIS = 5_000;

  private final Vertx vertx;
  private final long timer;

  /**
   * Looks now and every five seconds.
   *
   * @param health learns whether there is room
   */
  DiskSpace(Vertx vertx, Path folder, JournalHealth health) {
    this.vertx = vertx;
    this.timer = vertx.setPeriodic(1, EVERY_MILLIS, fired -> look(folder, health));
  }

  private void look(Path folder, JournalHealth health) {
    vertx
        .executeBlocking(() -> DiskRoom.trouble(folder, DiskRoom.LEAST_BYTES))
        .onSuccess(health::room);
  }

  void stop() {
    vertx.cancelTimer(timer);
  }
}
