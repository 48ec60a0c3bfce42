package dev.ripcord.config;

import dev.ripcord.health.Rules;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.Order;
import dev.ripcord.watch.WatchSpec.Approval;
import java.time.Duration;
import java.util.Optional;

/**
 * One watched service.
 *
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
   * @param afterBreach the interval while breaches are under way; empty for the same
   */
  public record Schedule(
      Duration interval,
      Duration timeout,
      Duration warmUp,
      Duration bake,
      Optional<Duration> afterBreach) {
    /** With the same interval after a breach. */
    public Schedule(Duration interval, Duration timeout, Duration warmUp, Duration bake) {
      this(interval, timeout, warmUp, bake, Optional.empty());
    }

    /** The same with another timeout. */
    public Schedule withTimeout(Duration other) {
      return new Schedule(interval, other, warmUp, bake, afterBreach);
    }
  }

  /**
   * How a service goes back.
   *
   * @param order which goes first
   * @param stopFirst whether the application is stopped before anything else
   * @param verify how long the previous image may take to be seen healthy
   * @param stepDeadline how long a backup or a down may take
   * @param databaseAway what it does where the service's database does not answer
   * @param approval how one that asks waits for a person; empty for the bake time, and nothing
   */
  public record RollbackSettings(
      Order order,
      boolean stopFirst,
      Duration verify,
      Duration stepDeadline,
      DatabaseAway databaseAway,
      Optional<Approval> approval) {
    /** With the usual wait for a person and for the database. */
    public RollbackSettings(
        Order order, boolean stopFirst, Duration verify, Duration stepDeadline) {
      this(order, stopFirst, verify, stepDeadline, DatabaseAway.WAIT, Optional.empty());
    }
  }

  /** The same at another line of a file. */
  public ServiceSettings at(int otherLine) {
    return new ServiceSettings(
        name, otherLine, source, rules, schedule, rollback, migrations, platform);
  }

  /** The same judged by other rules, at other times. */
  public ServiceSettings with(Rules otherRules, Schedule otherSchedule) {
    return new ServiceSettings(
        name, line, source, otherRules, otherSchedule, rollback, migrations, platform);
  }
}
