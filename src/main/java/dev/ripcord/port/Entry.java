package dev.ripcord.port;

import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.util.List;

/**
 * One thing that happened to a watch, as the journal keeps it. The state of a watch is the fold of
 * its entries.
 */
public sealed interface Entry {
  /**
   * The watch was set up. Always the first entry.
   *
   * @param charter what it is to do
   */
  record Opened(WatchSpec charter) implements Entry {}

  /**
   * The service is configured otherwise now: from here on the watch does this. What it has seen so
   * far stays.
   *
   * @param charter what it is to do
   */
  record Revised(WatchSpec charter) implements Entry {}

  /** Something happened that the watch machine decides on. */
  record Watched(WatchEvent event) implements Entry {}

  /** A plan was made, and will be executed. */
  record Planned(Plan plan) implements Entry {}

  /** A rollback was wanted and must not run. */
  record Refused(List<Refusal> refusals) implements Entry {
    public Refused {
      refusals = List.copyOf(refusals);
    }
  }

  /** Something happened that the rollback machine decides on. */
  record Ran(RunEvent event) implements Entry {}

  /**
   * The clock of the machine was set while the watch ran. The time by which a watch is decided is
   * the time of day of its entries without all such jumps.
   *
   * @param by how far; negative when it was set back
   */
  record ClockJumped(Duration by) implements Entry {}

  /**
   * The watch ended. Always the last entry.
   *
   * @param text one line for people
   */
  record Finished(Outcome outcome, String text) implements Entry {}
}
