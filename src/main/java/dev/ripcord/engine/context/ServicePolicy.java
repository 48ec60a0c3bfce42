package dev.ripcord.engine.context;

import dev.ripcord.health.Rules;
import dev.ripcord.rollback.Policy;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a service is watched and rolled back.
 *
 * @param rules how a poll is judged
 * @param interval from the start of one poll to the start of the next
 * @param warmUp from the start of a watch to the first judged poll
 * @param bake how long a release is watched
 * @param policy how it goes back
 * @param sessionsKnown whether the service's sessions can be told from others in its database
 * @param backups the folder for backups
 */
public record ServicePolicy(
    Rules rules,
    Duration interval,
    Duration warmUp,
    Duration bake,
    Policy policy,
    boolean sessionsKnown,
    Path backups) {}
