package dev.ripcord.watch;

import dev.ripcord.health.Measure;
import java.time.Instant;
import java.util.Locale;

/** Where a watch stands. */
public sealed interface WatchState {
  /** What it has seen so far. */
  WatchStats tally();

  /** Which of the states it is, without what belongs to it. */
  Phase phase();

  /** One word for people and programs. */
  default String word() {
    return phase().text();
  }

  /** The states by name, for whoever only shows them. */
  enum Phase {
    WATCHING,
    PAUSED,
    ASKING,
    ROLLING_BACK,
    ENDED;

    /** As JSON and people spell it: {@code rolling-back}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Polls are judged.
   *
   * @param tally what was seen
   */
  record Watching(WatchStats tally) implements WatchState {
    @Override
    public Phase phase() {
      return Phase.WATCHING;
    }
  }

  /**
   * A person holds it: polls are judged, nothing is done, the bake time stands still.
   *
   * @param tally what was seen
   * @param since when it was held
   * @param until when it goes on by itself
   */
  record Paused(WatchStats tally, String by, Instant since, Instant until) implements WatchState {
    @Override
    public Phase phase() {
      return Phase.PAUSED;
    }
  }

  /**
   * Condemned by a rule that asks: a person's approval is awaited.
   *
   * @param tally what was seen
   * @param measure which rule
   * @param until when nobody is waited for any more
   */
  record Asking(WatchStats tally, Measure measure, Instant until) implements WatchState {
    @Override
    public Phase phase() {
      return Phase.ASKING;
    }
  }

  /**
   * The rollback runs.
   *
   * @param tally what was seen
   * @param cause why
   * @param imageOnly whether the schema stays as it is, as a person asked
   */
  record RollingBack(WatchStats tally, RollbackCause cause, boolean imageOnly)
      implements WatchState {
    @Override
    public Phase phase() {
      return Phase.ROLLING_BACK;
    }
  }

  /**
   * It is over.
   *
   * @param tally what was seen
   * @param outcome how it ended
   * @param text one line for people
   */
  record Ended(WatchStats tally, Outcome outcome, String text) implements WatchState {
    @Override
    public Phase phase() {
      return Phase.ENDED;
    }
  }
}
