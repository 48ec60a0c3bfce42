package dev.ripcord.postgres.migrate.salvage;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What becomes of what the migrations of stage 2 drop, and what their downs bring back.
 *
 * @param rule how it is kept; empty where it is dropped at once
 * @param grace how long it is kept
 * @param acceptsLoss whether what cannot be kept is dropped all the same, instead of a refusal
 * @param restore what a down does with what was kept
 * @param told is called with a line for people for each thing that was kept, brought back or lost,
 *     when that is committed, from the thread of the run
 */
public record StageTwo(
    Optional<SalvageRule> rule,
    Duration grace,
    boolean acceptsLoss,
    Restore restore,
    Consumer<String> told) {
  /** Nothing is kept, and what was kept before is brought back. */
  public static final StageTwo DROPS =
      new StageTwo(Optional.empty(), Duration.ZERO, false, Restore.ALL, line -> {});

  /** What a down does with what the up has kept. */
  public enum Restore {
    /** It brings all of it back, or is refused. */
    ALL,
    /** It brings back what fits, and names the rest. */
    WHAT_FITS,
    /** It leaves it where it is. */
    NONE
  }

  /** One that keeps what is dropped; a time of 0 keeps nothing. */
  public static StageTwo keeping(SalvageRule rule, Duration grace) {
    return new StageTwo(
        grace.isZero() ? Optional.empty() : Optional.of(rule),
        grace,
        false,
        Restore.ALL,
        line -> {});
  }

  /** The same, where what cannot be kept may be lost. */
  public StageTwo acceptingLoss(boolean accepts) {
    return new StageTwo(rule, grace, accepts, restore, told);
  }

  /** The same for another way of a down. */
  public StageTwo restoring(Restore way) {
    return new StageTwo(rule, grace, acceptsLoss, way, told);
  }

  /** The same for another listener. */
  public StageTwo telling(Consumer<String> listener) {
    return new StageTwo(rule, grace, acceptsLoss, restore, listener);
  }
}
