package dev.ripcord.cli;

/** What a person may want of a watch that the daemon runs. */
enum Say {
  APPROVE("approve", "Says yes to a rollback that waits for it."),
  PAUSE("pause", "Holds a watch: it observes and does not act."),
  RESUME("resume", "Lets a held watch go on."),
  ABORT("abort", "Ends a watch; a rollback stops before its next step.");

  private final String verb;
  private final String says;

  Say(String verb, String says) {
    this.verb = verb;
    this.says = says;
  }

  String verb() {
    return verb;
  }

  String says() {
    return says;
  }
}
