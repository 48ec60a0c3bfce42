package dev.ripcord.web.page;

import dev.ripcord.silence.Silence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** That alerts of a service are silenced, on the pages. */
public final class SilenceMark {
  private SilenceMark() {}

  /** In a row: a line for the one that ends last; nothing without a silence. */
  static Html of(List<Silence> silences, Instant now) {
    return silences.isEmpty()
        ? Html.NOTHING
        : Html.of("<small class=\"silenced\">{}</small>", words(silences.getFirst(), now));
  }

  /** In words, without a dot: {@code silenced until 14:00 UTC by kim: moves to the new rack}. */
  public static Html words(Silence silence, Instant now) {
    boolean isSoon = Duration.between(now, silence.end()).compareTo(Duration.ofDays(1)) < 0;
    return Html.of(
        "silenced until {} by {}{}: {}",
        isSoon ? TimeText.clock(silence.end()) : TimeText.moment(silence.end()),
        silence.by(),
        silence.kind().map(only -> ", " + only.text() + " only").orElse(""),
        silence.reason());
  }
}
