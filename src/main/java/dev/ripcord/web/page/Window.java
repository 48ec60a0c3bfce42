package dev.ripcord.web.page;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How much of the past the charts of a service show. */
enum Window {
  QUARTER("15m", "15 min", Duration.ofMinutes(15)),
  HOUR("1h", "1 h", Duration.ofHours(1)),
  SIX_HOURS("6h", "6 h", Duration.ofHours(6)),
  WEEK("7d", "7 d", Duration.ofDays(7));

  /** More polls than these are taken together in steps. */
  static final int POLLS_MAX = 360;

  private static final int STEPS_MAX = 240;

  /** The lengths of a step, in seconds. */
  private static final List<Integer> STEPS = List.of(5, 15, 30, 60, 120, 300, 600, 1800, 3600);

  private final String text;
  private final String words;
  private final Duration length;

  Window(String text, String words, Duration length) {
    this.text = text;
    this.words = words;
    this.length = length;
  }

  /**
   * The one that an address names; a quarter of an hour, as long as a bake time, where it names
   * none.
   */
  static Window of(@Nullable String text) {
    for (Window window : values()) {
      if (window.text.equals(text)) {
        return window;
      }
    }
    return QUARTER;
  }

  /** As the address spells it. */
  String text() {
    return text;
  }

  String words() {
    return words;
  }

  Duration length() {
    return length;
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
