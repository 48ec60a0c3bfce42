package dev.ripcord.engine.context;

import dev.ripcord.health.Rules;
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.Policy;
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
    Path backups) {}
