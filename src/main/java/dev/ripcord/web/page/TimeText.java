package dev.ripcord.web.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Times and spans as a page shows them. A time is UTC here; the script of the page writes it in the
 * reader's zone, with UTC in its title.
 */
public final class TimeText {
  private static final DateTimeFormatter CLOCK = format("HH:mm:ss 'UTC'");
  private static final DateTimeFormatter MOMENT = format("d MMM, HH:mm:ss 'UTC'");
  private static final DateTimeFormatter FULL = format("uuuu-MM-dd HH:mm:ss 'UTC'");
  private static final long MINUTE = 60;
  private static final long HOUR = 3600;
  private static final long DAY = 86_400;

  private TimeText() {}

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /** The time of a day: {@code 12:00:05 UTC}. */
  public static Html clock(Instant time) {
    return Html.of(
        "<time datetime=\"{}\" data-as=\"clock\" title=\"{}\">{}</time>",
        time.truncatedTo(ChronoUnit.SECONDS),
        FULL.format(time),
        CLOCK.format(time));
  }

  /** The time and its day: {@code 2 Jan, 12:00:05 UTC}. */
  public static Html moment(Instant time) {
    return Html.of(
        "<time datetime=\"{}\" data-as=\"moment\" title=\"{}\">{}</time>",
        time.truncatedTo(ChronoUnit.SECONDS),
        FULL.format(time),
        MOMENT.format(time));
  }

  /** How long ago something was: {@code 12 s ago}; the script counts on. */
  public static Html ago(Instant time, Instant now) {
    return Html.of(
        "<time datetime=\"{}\" data-as=\"ago\" title=\"{}\">{} ago</time>",
        time.truncatedTo(ChronoUnit.SECONDS),
        FULL.format(time),
        span(Duration.between(time, now)));
  }

  /** A span of time in its two largest units: {@code 12 s}, {@code 2 min 10 s}, {@code 3 h}. */
  public static String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    if (seconds < MINUTE) {
      return seconds + " s";
    }
    if (seconds < HOUR) {
      return two(seconds, MINUTE, "min", 1, "s");
    }
    return seconds < DAY
        ? two(seconds, HOUR, "h", MINUTE, "min")
        : two(seconds, DAY, "d", HOUR, "h");
  }

  private static String two(long seconds, long large, String name, long small, String smallName) {
    long rest = seconds % large / small;
    return seconds / large + " " + name + (rest == 0 ? "" : " " + rest + " " + smallName);
  }
}
