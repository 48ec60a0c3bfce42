package dev.ripcord.cli.init;

import java.util.Optional;

/**
 * What came of looking for one thing. None of them fails a command.
 *
 * @param <T> what was looked for
 */
sealed interface Look<T> {
  /** It is there. */
  record Found<T>(T value) implements Look<T> {}

  /** It is not there; {@code why} says what was looked for, for people. */
  record Nothing<T>(String why) implements Look<T> {}

  /** It could not be looked at, or is nothing that can be used; {@code why} is for people. */
  record Missed<T>(String why) implements Look<T> {}

  /** What was found. */
  default Optional<T> found() {
    return this instanceof Found<T>(T value) ? Optional.of(value) : Optional.empty();
  }
}
