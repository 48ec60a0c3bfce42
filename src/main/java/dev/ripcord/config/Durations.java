package dev.ripcord.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 30s}, {@code 1h30m}, {@code 7d}. */
public final class Durations {
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

  /** The form, for the schema: largest unit first, each at most once. */
  public static final String FORM = PARTS.pattern();

  private static final Duration MAX = Duration.ofDays(3650);

  private Durations() {}

  /**
   * Reads a duration, 0 included.
   *
   * @throws IllegalArgumentException with the rule that is broken
   */
  public static Duration parse(String text) {
    Matcher parts = PARTS.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      throw new IllegalArgumentException(refusal(text));
    }
    Duration duration =
        Duration.ofDays(part(parts, 1))
            .plusHours(part(parts, 2))
            .plusMinutes(part(parts, 3))
            .plusSeconds(part(parts, 4))
            .plusMillis(part(parts, 5));
    if (duration.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(Quoted.of(text) + " is too long; at most 3650d");
    }
    return duration;
  }

  /** The same, and above 0. */
  public static Duration parsePositive(String text) {
    Duration duration = parse(text);
    if (duration.isZero()) {
      throw new IllegalArgumentException(Quoted.of(text) + " must be above 0; write 30s or 500ms");
    }
    return duration;
  }

  private static long part(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static String refusal(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return Quoted.of(text) + " has no unit; write " + text + "s";
    }
    return Quoted.of(text) + " is not a duration; write 500ms, 30s, 5m, 1h30m or 7d";
  }

  /** As the configuration spells it: {@code 1h30m}. */
  public static String text(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    return part(duration.toDaysPart(), "d")
        + part(duration.toHoursPart(), "h")
        + part(duration.toMinutesPart(), "m")
        + part(duration.toSecondsPart(), "s")
        + part(duration.toMillisPart(), "ms");
  }

  private static String part(long count, String unit) {
    return count == 0 ? "" : count + unit;
  }
}
