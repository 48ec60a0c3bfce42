package dev.ripcord.rollback;

import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.ScriptError;
import dev.ripcord.migration.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the stored text of a down as it will be run. A rollback that finds in its middle that the
 * next text cannot be run leaves a database between two releases; so each is read before.
 */
final class DownScriptCheck {
  private DownScriptCheck() {}

  private record Blocker(int line, String text) {
    @Override
    public String toString() {
      return "line " + line + ": " + text;
    }
  }

  /** The first line that cannot be run and why, and how many more there are; empty when all can. */
  static Optional<String> blocker(String text) {
    Script script = Script.parse(text);
    if (script.flaws().isEmpty() && script.work().isEmpty()) {
      return Optional.of("it has no statement, so it would undo nothing");
    }
    List<Blocker> all =
        Stream.concat(
                script.flaws().stream().map(DownScriptCheck::of),
                script.work().stream().filter(Statement::copies).map(DownScriptCheck::ofCopy))
            .sorted(Comparator.comparingInt(Blocker::line))
            .toList();
    return all.stream()
        .findFirst()
        .map(first -> all.size() == 1 ? first.toString() : first + "; and " + more(all.size() - 1));
  }

  private static String more(int count) {
    return count + (count == 1 ? " more line" : " more lines");
  }

  private static Blocker of(ScriptError flaw) {
    return new Blocker(flaw.line(), flaw.text());
  }

  private static Blocker ofCopy(Statement copy) {
    return new Blocker(
        copy.line(), "COPY … FROM stdin and TO stdout cannot be run yet; write rows as INSERT");
  }
}
