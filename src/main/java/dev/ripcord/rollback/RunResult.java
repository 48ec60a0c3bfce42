package dev.ripcord.rollback;

import java.util.List;
import java.util.Optional;

/** How a rollback run ended. */
public sealed interface RunResult {
  /** One line for people. */
  String text();

  /** Why the schema stays ahead of the image, where a run that came through has left it so. */
  default Optional<String> leftAhead() {
    return switch (this) {
      case Helped(var expanded, var _) -> expanded;
      case DidNotHelp(var expanded, var _) -> expanded;
      case Broke _, Stopped _ -> Optional.empty();
    };
  }

  /**
   * Rolled back, and healthy again.
   *
   * @param expanded why the schema stays ahead of the image; empty when it is as before
   * @param text one line
   */
  record Helped(Optional<String> expanded, String text) implements RunResult {}

  /**
   * Rolled back, and not seen healthy: it was not the release, or it cannot be told.
   *
   * @param expanded why the schema stays ahead of the image; empty when it is as before
   * @param text one line
   */
  record DidNotHelp(Optional<String> expanded, String text) implements RunResult {}

  /**
   * A step failed: a person is needed.
   *
   * @param text one line
   * @param done what was done
   * @param open what was not done, with the commands that finish it
   */
  record Broke(String text, List<String> done, List<String> open) implements RunResult {
    public Broke {
      done = List.copyOf(done);
      open = List.copyOf(open);
    }
  }

  /**
   * A person stopped it before a step.
   *
   * @param text one line
   * @param done what was done
   * @param open what was not done, with the commands that finish it
   */
  record Stopped(String text, List<String> done, List<String> open) implements RunResult {
    public Stopped {
      done = List.copyOf(done);
      open = List.copyOf(open);
    }
  }
}
