package dev.ripcord.watch;

/** What a transition wants done, after it is written down. */
public sealed interface Effect {
  /**
   * People are told.
   *
   * @param text one line
   */
  record Notify(Notice notice, String text) implements Effect {}

  /**
   * A rollback is planned and run.
   *
   * @param cause why
   * @param imageOnly whether the schema stays as it is, as a person asked
   */
  record BeginRollback(RollbackCause cause, boolean imageOnly) implements Effect {}

  /**
   * The running rollback stops before its next step.
   *
   * @param by who wants it
   */
  record StopRollback(String by) implements Effect {}

  /**
   * The running rollback, which waits for it, may run its downs.
   *
   * @param by who says so
   */
  record ApproveRollback(String by) implements Effect {}

  /**
   * The watch is over.
   *
   * @param outcome how it ended
   * @param text one line
   */
  record Finish(Outcome outcome, String text) implements Effect {}

  /** What people are told of a watch. */
  enum Notice {
    /** The threshold is exceeded for the first time in a row. */
    BREACH,
    /** The breaches ended before they condemned. */
    RECOVERED,
    /** A limit that may only alert is exceeded for long enough. */
    LIMIT,
    /** Nothing can be measured. */
    BLIND,
    /** It can be measured again. */
    SEES_AGAIN,
    /** A rollback waits for approval. */
    ASK,
    /** Condemned; acting is switched off. */
    CONDEMNED,
    /** The bake time ended without enough evidence. */
    INCONCLUSIVE
  }
}
