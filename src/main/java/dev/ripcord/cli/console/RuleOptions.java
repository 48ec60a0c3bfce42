package dev.ripcord.cli.console;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What may be set of the error rate's rule for one run. */
public final class RuleOptions {
  @Option(names = "--threshold", paramLabel = "RATIO", description = "error rate that breaches")
  @Nullable String threshold;

  @Option(
      names = "--breaches",
      paramLabel = "N",
      description = "how many condemn: 3, or \"3 of 5\"")
  @Nullable String breaches;

  /** Rules with what is set here. */
  public Rules over(Rules rules) {
    Rules limited =
        PollOptions.read("--threshold", threshold, text -> rules.withThreshold(Ratio.parse(text)))
            .orElse(rules);
    return PollOptions.read(
            "--breaches", breaches, text -> limited.withBreaches(Breaches.parse(text)))
        .orElse(limited);
  }
}
