package dev.ripcord.cli.watch;

import dev.ripcord.port.Control.Wish;

/** What a person may want of a watch. */
public enum WatchAction {
  APPROVE(Wish.APPROVE, "approve", "Says yes to a rollback that waits for it."),
  PAUSE(Wish.PAUSE, "pause", "Holds a watch: it observes and does not act."),
  RESUME(Wish.RESUME, "resume", "Lets a held watch go on."),
  ABORT(Wish.ABORT, "abort", "Ends a watch; a rollback stops before its next step.");

  private final Wish wish;
  private final String verb;
  private final String description;

  WatchAction(Wish wish, String verb, String description) {
    this.wish = wish;
    this.verb = verb;
    this.description = description;
  }

  Wish wish() {
    return wish;
  }

  public String verb() {
    return verb;
  }

  public String description() {
    return description;
  }
}
