package dev.ripcord.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What came of reading the configuration. */
public sealed interface Loaded {
  /**
   * It can be used.
   *
   * @param settings all of it, with defaults in place
   */
  record Valid(Settings settings) implements Loaded {}

  /**
   * It cannot be used, and nothing of it is.
   *
   * @param file the file as it was named; empty when the environment is at fault
   * @param problems everything that is wrong, by line; at least one
   */
  record Invalid(Optional<String> file, List<Problem> problems) implements Loaded {
    private static final int PATH_WIDTH_MAX = 50;
    private static final String LAST_LINE =
        "Nothing was started. All keys: ripcord config schema, docs/configuration.md";

    public Invalid {
      problems = List.copyOf(problems);
    }

    /** All problems for people: a headline, one aligned line for each, and where to look next. */
    public String report() {
      int positions = width(problems.stream().map(Problem::position));
      int paths = width(problems.stream().map(Problem::path));
      String lines =
          problems.stream()
              .map(problem -> line(problem, positions, paths))
              .collect(Collectors.joining("\n"));
      return headline() + "\n" + lines + "\n" + LAST_LINE;
    }

    private String headline() {
      String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
      return file.orElse("The environment") + " has " + count + ":";
    }

    /** One very long text does not push the others aside. */
    private static int width(Stream<String> texts) {
      return Math.min(texts.mapToInt(String::length).max().orElse(0), PATH_WIDTH_MAX);
    }

    private static String line(Problem problem, int positions, int paths) {
      String path = paths == 0 ? "" : pad(problem.path(), paths) + "   ";
      return "  " + pad(problem.position(), positions) + "  " + path + problem.message();
    }

    private static String pad(String text, int width) {
      return text + " ".repeat(Math.max(0, width - text.length()));
    }
  }
}
