package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sets and resets what stands in parentheses. */
final class Options {
  private Options() {}

  /**
   * What gives all of them the values that they had.
   *
   * @param alter the statement up to SET
   * @param prefix before each name, such as {@code toast.}
   */
  static Optional<InverseStep> of(Difference difference, String alter, String prefix) {
    List<String> before = Facts.strings(difference.before());
    List<String> names = before.stream().map(each -> each.replaceFirst("=.*", "")).toList();
    List<String> reset = new ArrayList<>();
    for (String option : Facts.strings(difference.after())) {
      String name = option.replaceFirst("=.*", "");
      if (!names.contains(name)) {
        reset.add(prefix + name);
      }
    }
    List<String> statements = new ArrayList<>();
    if (!reset.isEmpty()) {
      statements.add(alter + " RESET (" + String.join(", ", reset) + ")");
    }
    if (!before.isEmpty()) {
      List<String> set = before.stream().map(each -> prefix + each).toList();
      statements.add(alter + " SET (" + String.join(", ", set) + ")");
    }
    return statements.isEmpty()
        ? Optional.empty()
        : Optional.of(new InverseStep(List.of(statements)));
  }
}
