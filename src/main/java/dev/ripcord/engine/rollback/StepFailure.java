package dev.ripcord.engine.rollback;

import dev.ripcord.port.JournalException;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.SchemaException;
import java.util.concurrent.TimeoutException;

/** Why one try of a step did not end well, and what is known of the world after it. */
final class StepFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is known after it. */
  enum Kind {
    /** It must not be performed; nothing was touched. */
    REFUSED,
    /** It is not for this process to decide; nothing was touched. */
    ASKS,
    /** The answer is no, and what was to change is as before. */
    FAILED,
    /** It is not proved that this process may act; nothing was touched. */
    UNPROVED,
    /** Nobody answered before anything was begun. */
    AWAY,
    /** It was begun, and its answer is lost: it may be done. */
    LOST,
    /** Its answer is lost, and it is known not to be done. */
    UNDONE,
    /** It is done in part. */
    PARTLY
  }

  private final Kind kind;
  private final String text;

  StepFailure(Kind kind, String text) {
    super(text);
    this.kind = kind;
    this.text = text;
  }

  private StepFailure(Kind kind, Throwable cause) {
    super(cause);
    this.kind = kind;
    this.text = RollbackPlanning.message(cause);
  }

  /**
   * What a failure of a port means.
   *
   * @param unanswered what it means when it is no answer, but the lack of one
   */
  static StepFailure of(Throwable failure, Kind unanswered) {
    return switch (failure) {
      case StepFailure known -> known;
      case SchemaException e when e.isPartly() -> new StepFailure(Kind.PARTLY, e);
      case SchemaException e -> new StepFailure(e.isUnanswered() ? unanswered : Kind.FAILED, e);
      case PlatformException e -> new StepFailure(e.isUnanswered() ? unanswered : Kind.FAILED, e);
      case JournalException e ->
          new StepFailure(unanswered == Kind.AWAY ? Kind.UNPROVED : unanswered, e);
      case TimeoutException e -> new StepFailure(unanswered, "no answer in time");
      default -> new StepFailure(Kind.FAILED, failure);
    };
  }

  Kind kind() {
    return kind;
  }

  /** Whether it is worth to try again. */
  boolean isPassing() {
    return switch (kind) {
      case UNPROVED, AWAY, LOST, UNDONE -> true;
      case REFUSED, ASKS, FAILED, PARTLY -> false;
    };
  }

  @Override
  public String getMessage() {
    return text;
  }
}
