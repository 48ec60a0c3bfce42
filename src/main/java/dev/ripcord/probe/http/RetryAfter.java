package dev.ripcord.probe.http;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the header of an answer that says when to ask again. */
final class RetryAfter {
  /** A service that wants more rest than this is asked all the same, or nobody would watch it. */
  static final Duration MAX = Duration.ofMinutes(5);

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  /**
   * The forms of a date in HTTP (RFC 9110, 5.6.7), in GMT; that with two digits of a year is left
   * out.
   */
  private static final List<DateTimeFormatter> DATES =
      List.of(
          DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT),
          DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT));

  private RetryAfter() {}

  /**
   * How long to wait, at most {@link #MAX}; empty when the header is absent, not understood, or
   * names a moment that is over.
   *
   * @param value the Retry-After header
   * @param date the Date header, by the same clock as a moment in {@code value}
   * @param now the time by our clock, where there is no Date
   */
  static Optional<Duration> of(String value, String date, Instant now) {
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> wait =
        SECONDS.matcher(value).matches()
            ? Optional.of(Duration.ofSeconds(Long.parseLong(value)))
            : moment(value).map(at -> Duration.between(moment(date).orElse(now), at));
    return wait.filter(Duration::isPositive).map(w -> w.compareTo(MAX) > 0 ? MAX : w);
  }

  private static Optional<Instant> moment(String text) {
    for (DateTimeFormatter form : DATES) {
      try {
        return Optional.of(LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
      } catch (DateTimeParseException ignored) {
        // The next form is tried.
      }
    }
    return Optional.empty();
  }
}
