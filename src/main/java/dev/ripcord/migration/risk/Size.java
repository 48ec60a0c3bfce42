package dev.ripcord.migration.risk;

import java.util.Locale;

/**
 * The size of a table and what it takes to go through it. The rates are assumptions for a server
 * with ordinary disks; the words always name the one that was used.
 *
 * @param bytes rows, TOAST and indexes
 */
public record Size(long bytes) {
  /** What is done to every row, and how many megabytes of it a second are assumed. */
  enum Work {
    READ(200),
    BUILD(80),
    REWRITE(50);

    private final int rate;

    Work(int rate) {
      this.rate = rate;
    }

    /** How long it takes for so many bytes. */
    double seconds(long bytes) {
      return bytes / (double) rate / KILO / KILO;
    }
  }

  private static final long KILO = 1024;
  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

  /** {@code 3.1 GB, about 40 s at 80 MB/s}. */
  String during(Work work) {
    return text() + ", " + span(work.seconds(bytes)) + " at " + work.rate + " MB/s";
  }

  /** {@code 3.1 GB}. */
  public String text() {
    double number = bytes;
    int unit = 0;
    while (number >= KILO && unit < UNITS.length - 1) {
      number /= KILO;
      unit++;
    }
    String format = unit == 0 || number >= 10 ? "%.0f %s" : "%.1f %s";
    return format.formatted(number, UNITS[unit]).toString();
  }

  /** A length of time, for people: {@code about 40 s}. */
  static String span(double seconds) {
    if (seconds < 1) {
      return "under 1 s";
    }
    if (seconds < 100) {
      return String.format(Locale.ROOT, "about %.0f s", seconds);
    }
    return seconds < 6000
        ? String.format(Locale.ROOT, "about %.0f min", seconds / 60)
        : String.format(Locale.ROOT, "about %.1f h", seconds / 3600);
  }
}
