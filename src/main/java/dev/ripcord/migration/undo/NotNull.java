package dev.ripcord.migration.undo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Constraints that a column is NOT NULL, which newer servers list beside the others. */
final class NotNull {
  private static final Pattern DEFINITION =
      Pattern.compile("NOT NULL (\"(?:[^\"]|\"\")+\"|\\S+)( .*)?");

  private NotNull() {}

  /** The column of such a constraint; empty for any other one. */
  static Optional<String> column(String definition) {
    Matcher found = DEFINITION.matcher(definition);
    return found.matches() ? Optional.of(found.group(1)) : Optional.empty();
  }
}
