package dev.ripcord.engine.context;

import dev.ripcord.health.Rules;
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchSpec.Approval;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a service is watched and rolled back.
 *
 * @param rules how a poll is judged
 * @param interval from the start of one poll to the start of the next
 * @param afterBreach the same while breaches are under way; empty for no other
 * @param warmUp from the start of a watch to the first judged poll
 * @param bake how long a release is watched
 * @param approval how a rollback that asks waits for a person
 * @param policy how it goes back
 * @param databaseAway what a rollback does where the service's database does not answer
 * @param sessionsKnown whether the service's sessions can be told from others in its database
 * @param backups the folder for backups
 */
public record ServicePolicy(
    Rules rules,
    Duration interval,
    Optional<Duration> afterBreach,
    Duration warmUp,
    Duration bake,
    Optional<Approval> approval,
    Policy policy,
    DatabaseAway databaseAway,
    boolean sessionsKnown,
    Path backups) {
  /**
   * What a watch does that was set up under another policy, when this one takes its place: what
   * differs between the two, and all else as it was. A bake time that was announced stays.
   *
   * @param charter what it does
   * @param before the policy until now
   */
  public WatchSpec over(WatchSpec charter, ServicePolicy before) {
    boolean isBakedAsConfigured = charter.bake().equals(before.bake);
    return new WatchSpec(
        charter.release(),
        before.rules.equals(rules) ? charter.rules() : rules.against(charter.before()),
        charter.startedAt(),
        before.warmUp.equals(warmUp) ? charter.warmUp() : warmUp,
        isBakedAsConfigured ? bake : charter.bake(),
        before.interval.equals(interval) ? charter.interval() : interval,
        charter.alertOnly(),
        charter.before(),
        before.approval.equals(approval) ? charter.approval() : approval,
        charter.traceParent());
  }
}
