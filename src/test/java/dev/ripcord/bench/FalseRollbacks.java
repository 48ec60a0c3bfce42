package dev.ripcord.bench;

import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * Prints how often a service that is well would be rolled back by chance, and how soon one that is
 * not is condemned. The tables of docs/judgement.md come from here:
 *
 * <pre>
 * mvn -q test-compile && java -cp target/classes:target/test-classes dev.ripcord.bench.FalseRollbacks
 * </pre>
 */
public final class FalseRollbacks {
  private static final double POLLS_IN_TEN_YEARS = 10 * 365.25 * 24 * 3600 / 30;
  private static final int LEVELS = 200;
  private static final int[] SHOWN = {
    1, 5, 10, 19, 20, 25, 30, 31, 32, 40, 60, 80, 99, 100, 120, 200, 500
  };

  private FalseRollbacks() {}

  /** Prints the tables. Takes no arguments. */
  public static void main(String[] args) {
    PrintStream out = System.out;
    levels(out);
    worst(out);
    detection(out);
  }

  private static void levels(PrintStream out) {
    out.println(
        "False rollbacks of one service in ten years of watching: a poll every 30 s, errors");
    out.println(
        "independent, threshold 5%, three breaches in a row, normal 1%; by how many requests");
    out.println("a poll has and how many of them fail when the service is well.");
    out.println();
    out.printf("%-16s %10s %10s %10s   %s%n", "requests a poll", "0.5%", "1%", "2%", "1%, literal");
    for (int requests : SHOWN) {
      out.printf(
          Locale.ROOT,
          "%-16d %10s %10s %10s   %s%n",
          requests,
          said(inTenYears(Rules.DEFAULT, requests, 0.005)),
          said(inTenYears(Rules.DEFAULT, requests, 0.01)),
          said(inTenYears(Rules.DEFAULT, requests, 0.02)),
          said(inTenYears(literal(), requests, 0.01)));
    }
    out.println();
  }

  private static void worst(PrintStream out) {
    double[] levels = new double[LEVELS];
    int worst = 0;
    for (int i = 0; i < LEVELS; i++) {
      levels[i] = inTenYears(Rules.DEFAULT, i + 1, 0.01);
      worst = levels[i] > levels[worst] ? i : worst;
    }
    out.printf(
        Locale.ROOT,
        "At 1%%, of all levels from 1 to %d: worst %s at %d requests a poll, median %s; median of"
            + " the levels to %d: %s.%n%n",
        LEVELS,
        said(levels[worst]),
        worst + 1,
        said(median(levels)),
        LEVELS / 2,
        said(median(Arrays.copyOf(levels, LEVELS / 2))));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void detection(PrintStream out) {
    out.println("Chance that a release which fails steadily is condemned within so many polls:");
    out.println();
    out.printf("%-18s %-8s %6s %6s %6s %6s%n", "requests a poll", "fails", 3, 5, 10, 20);
    for (int requests : new int[] {5, 10, 20, 30, 60, 100, 500}) {
      for (double rate : new double[] {0.1, 0.2, 0.5}) {
        double[] at = new PollChain(Rules.DEFAULT, requests, rate).condemnedAt(20);
        out.printf(
            Locale.ROOT,
            "%-18d %-8s %5.1f%% %5.1f%% %5.1f%% %5.1f%%%n",
            requests,
            Math.round(rate * 100) + "%",
            within(at, 3),
            within(at, 5),
            within(at, 10),
            within(at, 20));
      }
    }
  }

  private static double within(double[] at, int polls) {
    return 100 * Arrays.stream(at, 0, polls).sum();
  }

  /** False rollbacks in ten years of polls, one every 30 s. */
  static double inTenYears(Rules rules, long requests, double errorRate) {
    return new PollChain(rules, requests, errorRate).ratePerPoll() * POLLS_IN_TEN_YEARS;
  }

  /** The default rules, judged by the threshold alone. */
  static Rules literal() {
    Rules usual = Rules.DEFAULT;
    return new Rules(
        usual.threshold(),
        usual.breaches(),
        usual.minimumRequests(),
        new Ratio(0),
        usual.act(),
        usual.limits());
  }

  private static String said(double times) {
    if (times >= 100) {
      return String.format(Locale.ROOT, "%,.0f", times);
    }
    return times >= 0.005 ? String.format(Locale.ROOT, "%.2f", times) : "below 0.01";
  }
}
