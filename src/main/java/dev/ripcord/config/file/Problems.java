package dev.ripcord.config.file;

import dev.ripcord.config.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects what is wrong and what deserves a look. The same finding is kept once: a value at the
 * top of the file is looked at again for every service that inherits it.
 */
final class Problems {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  private final Set<Problem> all = new LinkedHashSet<>();
  private final Set<String> paths = new HashSet<>();
  private final Set<String> warnings = new LinkedHashSet<>();

  void add(Node.Position at, String path, String message) {
    all.add(new Problem(at.line(), at.column(), path, message));
    paths.add(path);
  }

  /** Whether nothing is wrong with any of some keys. */
  boolean isFreeOf(String... keys) {
    return Arrays.stream(keys).noneMatch(paths::contains);
  }

  void addAll(List<Problem> problems) {
    all.addAll(problems);
  }

  void warn(String path, String message) {
    warnings.add(path.isEmpty() ? message : path + ": " + message);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** By line and column. */
  List<Problem> sorted() {
    List<Problem> sorted = new ArrayList<>(all);
    sorted.sort(BY_PLACE);
    return sorted;
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }
}
