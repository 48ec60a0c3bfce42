package dev.ripcord.port;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.release.ServiceName;
import java.time.Duration;

/**
 * Is told what happened, after it is in the journal; must return at once and never throw. Called on
 * event loops.
 */
public interface Observer {
  /**
   * A poll was judged.
   *
   * @param streak breaches of the error rate so far
   * @param took how long the poll took
   */
  void polled(ServiceName service, Sample sample, HealthReading reading, int streak, Duration took);

  /** An entry was written to the journal. */
  void recorded(Recorded recorded);

  /**
   * An entry of a watch that this process takes up, written by a process that is gone: told once
   * and in order, for those who need it to understand what follows. It is nothing new.
   */
  default void known(Recorded recorded) {}

  /** Another process polls a service from now on: what was measured here is not news any more. */
  default void left(ServiceName service) {}

  /** A service is no longer configured: nothing of it is of interest any more. */
  default void removed(ServiceName service) {}

  /** A step of a rollback takes long, and why; it is in no journal. */
  default void underWay(ServiceName service, String text) {}

  /** People must be told of something, and the journal, by which alerts leave, does not take it. */
  default void unrecorded(Alert alert) {}
}
