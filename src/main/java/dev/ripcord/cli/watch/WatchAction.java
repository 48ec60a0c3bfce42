package dev.ripcord.cli.watch;

import dev.ripcord.port.Control.Wish;

/** What a person may want of a watch. */
public enum WatchAction {
  APPROVE(
      Wish.APPROVE,
      "approve",
      "Says yes to a rollback, or to its downs, that wait for a person.",
      "A rule with \"act: ask\" asks before it rolls back; \"losses: {act: ask}\" before the"
          + " downs.",
      "No is: ripcord abort.",
      "",
      "Example: ripcord approve shop --by ann"),
  PAUSE(
      Wish.PAUSE,
      "pause",
      "Holds a watch: it goes on to poll, and does not act.",
      "For an hour where nothing is said, 7d at most; then it acts again by itself.",
      "",
      "Example: ripcord pause shop --for 10m"),
  RESUME(
      Wish.RESUME, "resume", "Ends a pause: the watch acts again.", "Example: ripcord resume shop"),
  ABORT(
      Wish.ABORT,
      "abort",
      "Ends a watch; a rollback stops before its next step.",
      "What a rollback has done by then stays; its answer says how far it came.",
      "It is also the no where a rollback, or its downs, wait for a person.",
      "",
      "Example: ripcord abort shop --by ann");

  private final Wish wish;
  private final String verb;
  private final String description;
  private final String footer;

  WatchAction(Wish wish, String verb, String description, String... footer) {
    this.wish = wish;
    this.verb = verb;
    this.description = description;
    this.footer = "\n" + String.join("\n", footer);
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

  /** What its help ends with. */
  public String[] footer() {
    return footer.split("\n", -1);
  }
}
