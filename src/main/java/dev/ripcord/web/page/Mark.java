package dev.ripcord.web.page;

import dev.ripcord.health.HealthReading;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;

/** How good or bad something is: a mark, a colour, and beside both always a word. */
public enum Mark {
  /** As it should be. */
  GOOD("✔", "good"),
  /** A limit is reached that only alerts. */
  WARNING("▲", "warning"),
  /** A limit is reached, or something failed. */
  BAD("✖", "bad"),
  /** Not known; neither good nor bad. */
  UNKNOWN("?", "unknown"),
  /** Being taken back, or taken back. */
  BACK("↺", "back"),
  /** Goes on; nothing is said yet. */
  RUNNING("●", "running");

  private final String sign;
  private final String style;

  Mark(String sign, String style) {
    this.sign = sign;
    this.style = style;
  }

  /** The mark of a poll. */
  public static Mark of(HealthReading.Kind kind) {
    return switch (kind) {
      case HEALTHY -> GOOD;
      case WARNING -> WARNING;
      case BREACH -> BAD;
      case UNKNOWN -> UNKNOWN;
    };
  }

  /** The mark of how a watch has ended. */
  public static Mark of(Outcome outcome) {
    return switch (outcome) {
      case HEALTHY -> GOOD;
      case ROLLED_BACK -> BACK;
      case FAILED, ROLLED_BACK_UNHEALTHY, CONDEMNED -> BAD;
      case INCONCLUSIVE, ABORTED, SUPERSEDED -> UNKNOWN;
    };
  }

  /** The mark of a watch, running or ended. */
  public static Mark of(WatchStatus watch) {
    return watch
        .row()
        .outcome()
        .map(Mark::of)
        .orElseGet(() -> watch.asking() ? WARNING : of(watch.phase()));
  }

  /** How a watch stands or has ended, in the word that stands beside its mark. */
  public static String word(WatchStatus watch) {
    return watch
        .row()
        .outcome()
        .map(Outcome::text)
        .orElseGet(() -> watch.asking() ? "waits for approval" : watch.state())
        .replace('-', ' ');
  }

  private static Mark of(Phase phase) {
    return switch (phase) {
      case ROLLING_BACK -> BACK;
      case ASKING -> WARNING;
      case WATCHING, PAUSED, ENDED -> RUNNING;
    };
  }

  /** The mark with its word, in its colour. */
  public Html with(String word) {
    return Html.of(
        "<span class=\"mark {}\"><span aria-hidden=\"true\">{}</span> {}</span>",
        style,
        sign,
        word);
  }

  /** The mark alone, for texts. */
  public String sign() {
    return sign;
  }

  /** The name of its colour in the style sheet. */
  public String style() {
    return style;
  }
}
