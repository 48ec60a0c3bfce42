package dev.ripcord.web.page;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much of the past the charts of a service show.
 *
 * @param text as the address spells it; empty for one that is chosen by what there is
 * @param length how much
 */
record Window(String text, Duration length) {
  /** As long as a bake time. */
  static final Window QUARTER = new Window("15m", Duration.ofMinutes(15));

  private static final Window WEEK = new Window("7d", Duration.ofDays(7));

  /** Those that an address can name. */
  static final List<Window> NAMED =
      List.of(
          QUARTER,
          new Window("1h", Duration.ofHours(1)),
          new Window("6h", Duration.ofHours(6)),
          WEEK);

  /** More polls than these are taken together in steps. */
  static final int POLLS_MAX = 360;

  private static final int STEPS_MAX = 240;

  /** The lengths of a step, in seconds. */
  private static final List<Integer> STEPS = List.of(5, 15, 30, 60, 120, 300, 600, 1800, 3600);

  /** Less is not shown, however young a service is: a line of two polls says nothing. */
  private static final Duration LEAST = Duration.ofMinutes(5);

  /** As many polls of a service that is polled each 30 s as in {@link #LEAST}. */
  private static final int POLLS_LEAST = 10;

  /** As many as in {@link #QUARTER}. */
  private static final int POLLS_USUAL = 30;

  /** The one that an address names, if it names one. */
  static Optional<Window> named(@Nullable String text) {
    return NAMED.stream().filter(each -> each.text.equals(text)).findFirst();
  }

  /**
   * What is shown where an address names none: a quarter of an hour, and 30 polls of a service that
   * is polled less often than each half minute.
   */
  static Window usual(Duration interval) {
    Duration length = longer(QUARTER.length, interval.multipliedBy(POLLS_USUAL));
    return length.compareTo(WEEK.length) > 0 ? WEEK : of(length);
  }

  /**
   * As much of the usual one as there is: from the first poll on, but five minutes at least, and
   * ten polls.
   *
   * @param first when the service was polled first; the usual one where that is not known
   */
  static Window fitting(Duration interval, Optional<Instant> first, Instant now) {
    Window usual = usual(interval);
    Duration least = longer(LEAST, interval.multipliedBy(POLLS_LEAST));
    return first
        .map(at -> longer(least, Duration.between(at, now)))
        .filter(age -> age.compareTo(usual.length) < 0)
        .map(Window::of)
        .orElse(usual);
  }

  private static Window of(Duration length) {
    return NAMED.stream()
        .filter(each -> each.length.equals(length))
        .findFirst()
        .orElseGet(() -> new Window("", length));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  String words() {
    return TimeText.span(length);
  }

  /** Whether a time of day alone does not say when something was. */
  boolean needsDays() {
    return length.compareTo(Duration.ofDays(1)) > 0;
  }

  /** The step in which many polls are taken together. */
  Duration step() {
    long seconds = length.toSeconds();
    int step =
        STEPS.stream().filter(s -> seconds / s <= STEPS_MAX).findFirst().orElse(STEPS.getLast());
    return Duration.ofSeconds(step);
  }

  /** How long what was read may be shown again: charts of a week need not be read each second. */
  Duration freshness() {
    return step().dividedBy(4);
  }
}
