package dev.ripcord.config;

import dev.ripcord.health.Rules;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Order;
import java.time.Duration;
import java.util.Optional;

/**
 * One watched service.
 *
 * @param name its name
 * @param line the line of the file where it begins; 0 without a file
 * @param source where its health is measured
 * @param rules how a poll is judged
 * @param schedule when it is polled and for how long
 * @param rollback how it goes back
 * @param migrations its migrations, where it has a database
 * @param platform what runs it, where that is configured
 */
public record ServiceSettings(
    ServiceName name,
    int line,
    SourceSettings source,
    Rules rules,
    Schedule schedule,
    RollbackSettings rollback,
    Optional<MigrationSettings> migrations,
    Optional<PlatformSettings> platform) {

  /**
   * When a service is polled.
   *
   * @param interval from the start of one poll to the start of the next
   * @param timeout the deadline of one request
   * @param warmUp from the start of a watch to the first judged poll
   * @param bake how long a release is watched until it counts as healthy
   */
  public record Schedule(Duration interval, Duration timeout, Duration warmUp, Duration bake) {}

  /**
   * How a service goes back.
   *
   * @param order which goes first
   * @param stopFirst whether the application is stopped before anything else
   * @param verify how long the previous image may take to be seen healthy
   * @param stepDeadline how long a backup or a down may take
   */
  public record RollbackSettings(
      Order order, boolean stopFirst, Duration verify, Duration stepDeadline) {}
}
