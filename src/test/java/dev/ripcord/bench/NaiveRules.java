package dev.ripcord.bench;

import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;

/** What other tools do by default, for comparison: a percentage, and no floor of requests. */
final class NaiveRules {
  /** A release is watched for 15 minutes, a poll every 30 s. */
  static final int POLLS = 30;

  /** So many failed checks end a release, in a row or not. */
  private static final int CUMULATIVE = 3;

  private NaiveRules() {}

  /** Three in a row at the threshold, on as few requests as there are. */
  static Rules threeInARow() {
    Rules usual = Rules.DEFAULT;
    return new Rules(
        usual.threshold(), usual.breaches(), 1, new Ratio(0), usual.act(), usual.limits());
  }

  /** The chance that a watch of so many polls has three failed checks, in a row or not. */
  static double cumulative(long requests, double errorRate, int polls) {
    double failed = failedCheck(requests, errorRate);
    double fewer = 0;
    double chance = Math.pow(1 - failed, polls);
    for (int checks = 0; checks < CUMULATIVE; checks++) {
      fewer += chance;
      chance *= (polls - checks) / (checks + 1.0) * failed / (1 - failed);
    }
    return failed >= 1 ? 1 : 1 - fewer;
  }

  /** The chance that one poll is at or above the threshold. */
  private static double failedCheck(long requests, double errorRate) {
    Ratio threshold = Rules.DEFAULT.threshold();
    double below = 0;
    double log = requests * Math.log1p(-errorRate);
    for (long errors = 0; !threshold.isReachedBy(errors, requests); errors++) {
      below += Math.exp(log);
      log +=
          Math.log((requests - errors) / (errors + 1.0))
              + Math.log(errorRate)
              - Math.log1p(-errorRate);
    }
    return Math.clamp(1 - below, 0, 1);
  }
}
