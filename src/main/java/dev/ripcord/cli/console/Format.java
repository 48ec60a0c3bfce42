package dev.ripcord.cli.console;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.Limit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Figures as people say them. What was not measured is an en dash. */
public final class Format {
  public static final String NOTHING = FigureText.NOTHING;
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private Format() {}

  /** {@code 12 ms}, {@code 1.2 s}, {@code 2 min 10 s}, {@code 3 h 5 min}. */
  public static String duration(Duration duration) {
    return FigureText.duration(duration);
  }

  /** What a database says may have several lines; the first one is enough where it stood before. */
  public static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** A text with one full stop at its end: what a database or a program says has its own. */
  public static String sentence(String text) {
    return text.strip().replaceAll("[.\\s]+$", "") + ".";
  }

  /** Seconds as people say them; cut, so that what is below a limit never reads as the limit. */
  public static String seconds(OptionalDouble seconds) {
    return FigureText.latency(seconds);
  }

  /** A share of 1 as a percentage, as it stands to its limit where it has one. */
  public static String percent(OptionalDouble share, @Nullable Limit limit) {
    if (share.isEmpty()) {
      return NOTHING;
    }
    return limit == null || !limit.holds()
        ? FigureText.share(share.getAsDouble())
        : FigureText.share(share.getAsDouble(), limit.value());
  }

  /** The time of day, in the zone of this machine. */
  public static String clock(Instant instant, ZoneId zone) {
    return CLOCK.format(instant.atZone(zone));
  }

  /** {@code 1 breach}, {@code 2 breaches}. */
  public static String count(long n, String one, String many) {
    return n + " " + (n == 1 ? one : many);
  }
}
