package dev.ripcord.watch;

import dev.ripcord.health.Measure;
import java.time.Instant;

/** Where a watch stands. */
public sealed interface WatchState {
  /** What it has seen so far. */
  WatchStats tally();

  /** One word for people and programs. */
  String word();

  /**
   * Polls are judged.
   *
   * @param tally what was seen
   */
  record Watching(WatchStats tally) implements WatchState {
    @Override
    public String word() {
      return "watching";
    }
  }

  /**
   * A person holds it: polls are judged, nothing is done, the bake time stands still.
   *
   * @param tally what was seen
   * @param by who
   * @param since when it was held
   * @param until when it goes on by itself
   */
  record Paused(WatchStats tally, String by, Instant since, Instant until) implements WatchState {
    @Override
    public String word() {
      return "paused";
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
    public String word() {
      return "asking";
    }
  }

  /**
   * The rollback runs.
   *
   * @param tally what was seen
   * @param cause why, in one line
   * @param imageOnly whether the schema stays as it is, as a person asked
   */
  record RollingBack(WatchStats tally, String cause, boolean imageOnly) implements WatchState {
    @Override
    public String word() {
      return "rolling-back";
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
    public String word() {
      return "ended";
    }
  }
}
