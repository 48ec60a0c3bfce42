package dev.ripcord.config;

import dev.ripcord.release.Secret;
import java.util.Optional;

/**
 * Where alerts are sent. Both are URLs that carry a secret.
 *
 * @param slack a Slack incoming webhook
 * @param slackChannel the channel to name in the message, where the webhook allows it
 * @param webhook any HTTP endpoint that takes our JSON
 */
public record AlertSettings(
    Optional<Secret> slack, Optional<String> slackChannel, Optional<Secret> webhook) {
  /** Nobody is notified. */
  public static final AlertSettings NONE =
      new AlertSettings(Optional.empty(), Optional.empty(), Optional.empty());
}
