package dev.ripcord.engine;

import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Refusal;

/** Whether a release could be rolled back, as it was when it was asked last. */
sealed interface ReadinessState {
  /** It could. */
  record Possible() implements ReadinessState {}

  /**
   * It could not.
   *
   * @param why the first reason, a clause without a full stop
   */
  record Impossible(String why) implements ReadinessState {}

  /** Not asked yet, or nobody answered. */
  record Unknown() implements ReadinessState {}

  /** What planning said. That somebody did not answer says nothing. */
  static ReadinessState of(Planned planned) {
    return switch (planned) {
      case Planned.Possible possible -> new Possible();
      case Planned.Impossible impossible ->
          impossible.refusals().stream()
              .filter(refusal -> !refusal.isUnanswered())
              .map(Refusal::text)
              .findFirst()
              .<ReadinessState>map(Impossible::new)
              .orElseGet(Unknown::new);
    };
  }
}
