package dev.ripcord.cli.deploy;

import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.deploy.Checklist.Item;
import dev.ripcord.cli.deploy.Checklist.Tick;
import dev.ripcord.cli.migrate.context.ExitException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a step of a deploy has found.
 *
 * @param lines what is printed
 * @param ticks what it says of the checklist
 * @param next what a person may do now, if anything
 * @param stop why the deploy ends with it, if it does
 */
record StepResult(
    List<Line> lines, List<Tick> ticks, Optional<String> next, Optional<ExitException> stop) {
  /** Nothing worth a word. */
  static final StepResult NOTHING =
      new StepResult(List.of(), List.of(), Optional.empty(), Optional.empty());

  StepResult {
    lines = List.copyOf(lines);
    ticks = List.copyOf(ticks);
  }

  /**
   * A line of a deploy.
   *
   * @param step its name for programs
   * @param text for people
   */
  record Line(String step, String text) {}

  /** Ends the deploy; nothing was changed by this step. */
  static StepResult refused(String why) {
    return stopped(ExitCode.REFUSED, why);
  }

  /** Ends the deploy with an exit code. */
  static StepResult stopped(int exitCode, String why) {
    return new StepResult(
        List.of(), List.of(), Optional.empty(), Optional.of(new ExitException(exitCode, why)));
  }

  /** The same with a further line. */
  StepResult line(String step, String text) {
    return new StepResult(with(lines, new Line(step, text)), ticks, next, stop);
  }

  /** The same with an item that is done, and by what that is known. */
  StepResult done(Item item, String evidence) {
    return new StepResult(lines, with(ticks, new Tick(item, true, evidence)), next, stop);
  }

  /** The same with an item that is not done, and why. */
  StepResult open(Item item, String why) {
    return new StepResult(lines, with(ticks, new Tick(item, false, why)), next, stop);
  }

  /** The same with what a person may do now. */
  StepResult next(String text) {
    return new StepResult(lines, ticks, Optional.of(text), stop);
  }

  private static <T> List<T> with(List<T> some, T one) {
    return Stream.concat(some.stream(), Stream.of(one)).toList();
  }
}
