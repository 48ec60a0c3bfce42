package dev.ripcord.health;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Figures as text, everywhere the same: terminal, alerts, pages, reports, logs, plugin lines.
 *
 * <p>A figure is cut, not rounded: an error rate after one decimal, a share of CPU or memory after
 * the whole per cent, a latency after the whole millisecond. More decimals are shown where the cut
 * figure would stand on another side of its limit than the exact one, or would be zero although
 * something was counted. So what is below a limit never reads as the limit, and what is above it
 * never reads as the limit or less.
 */
public final class FigureText {
  /** What was not measured. */
  public static final String NOTHING = "–";

  /** From here on a limit of a latency is easier to read in seconds. */
  private static final double LONG_SECONDS = 10;

  private static final int RATE_DECIMALS = 1;
  private static final int PLUGIN_DECIMALS = 4;

  /** Counts differ from a limit in whole millionths by the 26th decimal at the latest. */
  private static final int DECIMALS_MAX = 26;

  private FigureText() {}

  /** {@code 7.1%}, as it stands to a limit; a dash when there were no requests. */
  public static String rate(Counts counts, Ratio limit) {
    return rate(counts, Optional.of(limit), RATE_DECIMALS);
  }

  /** {@code 7.1% (71 of 1000)}, as it stands to a limit. */
  public static String rateOf(Counts counts, Ratio limit) {
    return rate(counts, limit) + of(counts);
  }

  /** {@code 7.1% (71 of 1000)}, where no limit is known. */
  public static String rateOf(Counts counts) {
    return rate(counts, Optional.empty(), RATE_DECIMALS) + of(counts);
  }

  /** {@code 7.1000%}, for programs that read lines. */
  public static String pluginRate(Counts counts, Ratio limit) {
    return rate(counts, Optional.of(limit), PLUGIN_DECIMALS);
  }

  /** The share of requests that failed, 0 to 1, cut after six significant digits. */
  public static double sixDigits(Counts counts) {
    if (counts.requests() == 0) {
      return Double.NaN;
    }
    BigDecimal part = BigDecimal.valueOf(counts.errors());
    BigDecimal whole = BigDecimal.valueOf(counts.requests());
    return part.divide(whole, new MathContext(6, RoundingMode.DOWN)).doubleValue();
  }

  /** {@code 42%}: a share of 1; a dash when it is no number. */
  public static String share(double share) {
    return share(share, Optional.empty());
  }

  /** {@code 42%}, as it stands to a limit, both shares of 1. */
  public static String share(double share, double limit) {
    return share(share, Optional.of(BigDecimal.valueOf(limit).movePointRight(2)));
  }

  /** A limit of a share, whole: {@code 90%}, {@code 92.5%}. */
  public static String shareLimit(double limit) {
    return plain(BigDecimal.valueOf(limit).movePointRight(2)) + "%";
  }

  /** {@code 812 ms}, of seconds; a dash when it is no number. */
  public static String millis(double seconds) {
    return millis(seconds, Optional.empty());
  }

  /** {@code 812 ms}, as it stands to a limit, both in seconds; a dash when it is no number. */
  public static String millis(double seconds, double limit) {
    if (seconds >= LONG_SECONDS && limit >= LONG_SECONDS) {
      return seconds(seconds, limit);
    }
    return millis(seconds, Optional.of(inMillis(limit)));
  }

  /** {@code 31 s}, as it stands to a limit where that is a number; a dash when it is none. */
  static String seconds(double seconds, double limit) {
    Optional<BigDecimal> bound =
        Double.isNaN(limit) ? Optional.empty() : Optional.of(BigDecimal.valueOf(limit));
    return Double.isFinite(seconds)
        ? cut(BigDecimal.valueOf(seconds), BigDecimal.ONE, bound, 0) + " s"
        : NOTHING;
  }

  /** A limit of a latency, in seconds, whole: {@code 800 ms}, {@code 2.5 ms}, {@code 30 s}. */
  public static String millisLimit(double limit) {
    return limit < LONG_SECONDS
        ? plain(inMillis(limit)) + " ms"
        : plain(BigDecimal.valueOf(limit)) + " s";
  }

  /** A probability from 0 to 1: {@code 12.3%}. */
  static String chance(double probability) {
    BigDecimal percent = BigDecimal.valueOf(probability).movePointRight(2);
    return cut(percent, BigDecimal.ONE, Optional.empty(), RATE_DECIMALS) + "%";
  }

  /** {@code 12 ms}, {@code 1.2 s}, {@code 2 min 10 s}, {@code 3 h 5 min}. */
  public static String duration(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    if (seconds < 0.001) {
      return "under 1 ms";
    }
    if (seconds < 1) {
      return Math.round(seconds * 1000) + " ms";
    }
    if (seconds < 10 && duration.toMillis() % 1000 != 0) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < 60) {
      return Math.round(seconds) + " s";
    }
    long whole = Math.round(seconds);
    if (whole < 3600) {
      return whole / 60 + " min" + (whole % 60 == 0 ? "" : " " + whole % 60 + " s");
    }
    long minutes = whole / 60;
    return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
  }

  /** A latency as people say it; cut, so that what is below a limit never reads as the limit. */
  public static String latency(OptionalDouble seconds) {
    if (seconds.isEmpty()) {
      return NOTHING;
    }
    double value = seconds.getAsDouble();
    if (value < 0.01) {
      return String.format(Locale.ROOT, "%.1f ms", value * 1000);
    }
    long millis = BigDecimal.valueOf(value).movePointRight(3).longValue();
    long grain = millis < 1_000 ? 1 : millis < 10_000 ? 100 : 1_000;
    return duration(Duration.ofMillis(millis - millis % grain));
  }

  private static String of(Counts counts) {
    return " (" + counts.errors() + " of " + counts.requests() + ")";
  }

  private static String rate(Counts counts, Optional<Ratio> limit, int decimals) {
    if (counts.requests() == 0) {
      return NOTHING;
    }
    Optional<BigDecimal> percent = limit.map(l -> BigDecimal.valueOf(l.millionths(), 4));
    BigDecimal part = BigDecimal.valueOf(counts.errors()).movePointRight(2);
    return cut(part, BigDecimal.valueOf(counts.requests()), percent, decimals) + "%";
  }

  private static String share(double share, Optional<BigDecimal> limit) {
    return Double.isFinite(share)
        ? cut(BigDecimal.valueOf(share).movePointRight(2), BigDecimal.ONE, limit, 0) + "%"
        : NOTHING;
  }

  private static String millis(double seconds, Optional<BigDecimal> limit) {
    return Double.isFinite(seconds)
        ? cut(inMillis(seconds), BigDecimal.ONE, limit, 0) + " ms"
        : NOTHING;
  }

  private static BigDecimal inMillis(double seconds) {
    return BigDecimal.valueOf(seconds).movePointRight(3);
  }

  private static String cut(
      BigDecimal part, BigDecimal whole, Optional<BigDecimal> limit, int least) {
    int side = limit.map(l -> part.compareTo(l.multiply(whole))).orElse(0);
    int decimals = least;
    while (true) {
      BigDecimal shown = part.divide(whole, decimals, RoundingMode.DOWN);
      boolean vanished = shown.signum() == 0 && part.signum() != 0;
      boolean crossed = limit.filter(l -> shown.compareTo(l) != side).isPresent();
      if (decimals == DECIMALS_MAX || (!vanished && !crossed)) {
        return shown.toPlainString();
      }
      decimals++;
    }
  }

  /** A number as people write it: {@code 2}, {@code 1.5}. */
  public static String plain(double number) {
    return plain(BigDecimal.valueOf(number));
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }
}
