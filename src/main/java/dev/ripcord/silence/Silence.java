package dev.ripcord.silence;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.release.Printable;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * That alerts are not sent for a while. Ripcord judges and rolls back all the same.
 *
 * @param id its number
 * @param scope whose alerts
 * @param kind only those of this kind; of all that {@linkplain #HEARD may be silenced} when empty
 * @param by who asked for it
 * @param reason why
 * @param since when it was asked for
 * @param until when it is over by itself
 * @param ended when somebody ended it before that, and who
 * @param held how many alerts it has kept from being sent
 */
public record Silence(
    long id,
    SilenceScope scope,
    Optional<Kind> kind,
    String by,
    String reason,
    Instant since,
    Instant until,
    Optional<Ended> ended,
    int held) {
  /** The longest one: what is to be silent for longer is to be watched by other rules. */
  public static final Duration LONGEST = Duration.ofDays(30);

  /** The most characters of a reason. */
  public static final int REASON_MAX = 200;

  /**
   * What is sent in spite of a silence that does not name its kind: Ripcord has stopped, and
   * nothing goes on without a person.
   */
  public static final Set<Kind> HEARD =
      Set.copyOf(EnumSet.of(Kind.ASK, Kind.MIGRATION_FAILED, Kind.UNHEALTHY, Kind.FAILED));

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  /**
   * The end that somebody made.
   *
   * @param at when
   * @param by who
   */
  public record Ended(Instant at, String by) {}

  /**
   * What somebody asks for.
   *
   * @param scope whose alerts
   * @param kind only those of this kind
   * @param by who asks
   * @param reason why
   * @param until when it is over
   */
  public record Wanted(
      SilenceScope scope, Optional<Kind> kind, String by, String reason, Instant until) {}

  /** When it is or was over. */
  public Instant end() {
    return ended.map(Ended::at).orElse(until);
  }

  /** Whether it is not over. */
  public boolean holds(Instant now) {
    return now.isBefore(end());
  }

  /**
   * Whether an alert is not to be sent while this holds. Good news never is: it goes the way of
   * what it takes back.
   */
  public boolean matches(Alert alert, Instant now) {
    return holds(now)
        && scope.includes(alert.service())
        && alert.kind().fires()
        && kind.map(alert.kind()::equals).orElseGet(() -> !HEARD.contains(alert.kind()));
  }

  /** For people: {@code silenced until 14:00 by kim: moves to the new rack}. */
  public String line(Instant now, ZoneId zone) {
    return "silenced until "
        + clock(now, zone)
        + " by "
        + by
        + kind.map(only -> ", " + only.text() + " only").orElse("")
        + ": "
        + reason;
  }

  /** When it ends: the time of day, and the day where that is not within 24 hours. */
  public String clock(Instant now, ZoneId zone) {
    ZonedDateTime end = end().atZone(zone);
    boolean isSoon = Duration.between(now, end()).compareTo(Duration.ofDays(1)) < 0;
    String name = zone.getId().equals("Z") ? " UTC" : "";
    return (isSoon ? TIME : DAY).format(end) + name;
  }

  /**
   * Reads the name of a kind.
   *
   * @throws IllegalArgumentException with those that there are
   */
  public static Kind kind(String text) {
    return Kind.firing().stream()
        .filter(kind -> kind.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\""
                        + Printable.start(text, 30)
                        + "\" is no kind that can be silenced; these are: "
                        + Kind.firing().stream()
                            .sorted()
                            .map(Kind::text)
                            .collect(Collectors.joining(", "))));
  }

  /**
   * Reads a reason.
   *
   * @throws IllegalArgumentException with the rule
   */
  public static String reason(String text) {
    String reason = text.strip();
    if (reason.isEmpty() || reason.length() > REASON_MAX || !Printable.isPlain(reason)) {
      throw new IllegalArgumentException(
          "a reason of "
              + reason.length()
              + " characters: use 1 to "
              + REASON_MAX
              + " that can be shown, in one line");
    }
    return reason;
  }

  /**
   * Reads the time at which a silence is to end.
   *
   * @throws IllegalArgumentException with the rule
   */
  public static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "\""
              + Printable.start(text, 40)
              + "\" is not a time with its zone; write 2026-12-01T10:00Z or"
              + " 2026-12-01T10:00+01:00",
          e);
    }
  }

  /**
   * The end of a silence, checked.
   *
   * @throws IllegalArgumentException when it is not after now, or too far away
   */
  public static Instant within(Instant now, Instant until) {
    if (!until.isAfter(now)) {
      throw new IllegalArgumentException(
          "it would be over already: it is " + now.truncatedTo(ChronoUnit.SECONDS));
    }
    if (until.isAfter(now.plus(LONGEST))) {
      throw new IllegalArgumentException("a silence lasts " + LONGEST.toDays() + "d at most");
    }
    return until;
  }
}
