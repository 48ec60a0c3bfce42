package dev.ripcord.bench;

import dev.ripcord.health.Breaches;
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

  /** 0.1 to 1,000 requests a second. */
  private static final int[] TRAFFIC = {3, 10, 30, 100, 300, 3_000, 30_000};

  private static final double DAYS = 3652.5;
  private static final int BURSTS = 50_000;
  private static final long SEED = 7;

  private FalseRollbacks() {}

  /** Prints the tables. Takes no arguments. */
  public static void main(String[] args) {
    PrintStream out = System.out;
    levels(out);
    worst(out);
    naive(out);
    bursts(out);
    detection(out);
    catching(out);
  }

  private static void naive(PrintStream out) {
    out.println("The same at 1%, beside rules without a floor:");
    out.println();
    out.printf(
        "%-16s %12s %16s %20s%n",
        "requests a poll", "Ripcord", "three in a row", "three in 15 minutes");
    for (int requests : TRAFFIC) {
      double watches = POLLS_IN_TEN_YEARS / NaiveRules.POLLS;
      out.printf(
          Locale.ROOT,
          "%-16d %12s %16s %20s%n",
          requests,
          said(inTenYears(Rules.DEFAULT, requests, 0.01)),
          said(inTenYears(NaiveRules.threeInARow(), requests, 0.01)),
          said(watches * NaiveRules.cumulative(requests, 0.01, NaiveRules.POLLS)));
    }
    out.println();
  }

  private static void bursts(PrintStream out) {
    out.println("What a burst of 1 to 30 failing requests each day adds to the false rollbacks of");
    out.println(
        "ten years, at 1% when well (played, " + BURSTS + " bursts a cell, seed " + SEED + "):");
    out.println();
    out.printf(
        "%-16s %10s %8s %8s %12s %16s%n",
        "requests a poll", "without", "of 1 s", "of 5 s", "of any time", "any, 4 breaches");
    for (int requests : new int[] {3, 10, 20, 30, 31, 40, 60, 100, 300, 3000}) {
      out.printf(
          Locale.ROOT,
          "%-16d %10s %8s %8s %12s %16s%n",
          requests,
          said(inTenYears(Rules.DEFAULT, requests, 0.01)),
          said(added(Rules.DEFAULT, requests, 1)),
          said(added(Rules.DEFAULT, requests, 5)),
          said(added(Rules.DEFAULT, requests, Double.MAX_VALUE)),
          said(added(Rules.DEFAULT.withBreaches(new Breaches(4, 4)), requests, Double.MAX_VALUE)));
    }
    out.println();
  }

  /** What a burst each day adds in ten years. */
  private static double added(Rules rules, int requests, double seconds) {
    return new Bursts(rules, requests, 0.01, 30, seconds).condemning(BURSTS, SEED) * DAYS;
  }

  private static void catching(PrintStream out) {
    out.println();
    out.println(
        "Chance that a release is condemned within 15 minutes, and the median time; three in");
    out.println("a row without a floor, and three of 30, beside it:");
    out.println();
    out.printf(
        "%-16s %-6s %9s %9s %16s %20s%n",
        "requests a poll", "fails", "chance", "median", "three in a row", "three in 15 minutes");
    for (int requests : TRAFFIC) {
      for (double rate : new double[] {0.06, 0.08, 0.1, 0.2, 0.5, 0.999999}) {
        double[] at = new PollChain(Rules.DEFAULT, requests, rate).condemnedAt(NaiveRules.POLLS);
        PollChain literal = new PollChain(NaiveRules.threeInARow(), requests, rate);
        out.printf(
            Locale.ROOT,
            "%-16d %-6s %8.1f%% %9s %15.1f%% %19.1f%%%n",
            requests,
            Math.round(rate * 100) + "%",
            within(at, NaiveRules.POLLS),
            median(at, 30),
            100 * literal.condemnedWithin(NaiveRules.POLLS),
            100 * NaiveRules.cumulative(requests, rate, NaiveRules.POLLS));
      }
    }
  }

  /** When half of them are condemned. */
  private static String median(double[] at, int seconds) {
    double sum = 0;
    for (int poll = 0; poll < at.length; poll++) {
      sum += at[poll];
      if (sum >= 0.5) {
        int all = (poll + 1) * seconds;
        return all % 60 == 0 ? all / 60 + " min" : all / 60 + " min 30";
      }
    }
    return "later";
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
