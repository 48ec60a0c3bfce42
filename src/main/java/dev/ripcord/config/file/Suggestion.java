package dev.ripcord.config.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is said about a key that nobody knows. */
public final class Suggestion {
  private Suggestion() {}

  /** Names the place where the key does stand, or the nearest key here, or all keys here. */
  static String of(String found, Key.Group here) {
    Optional<String> numbered = singularOrPlural(found, names(here));
    if (numbered.isPresent()) {
      return "unknown key; did you mean " + numbered.get() + "?";
    }
    List<String> elsewhere = new ArrayList<>();
    collect(Keys.TOP, "", found, elsewhere);
    if (!elsewhere.isEmpty()) {
      // A name that a channel and a service have is more often meant for the service.
      String place =
          elsewhere.stream()
              .filter(each -> AlertKeys.PLACES.stream().noneMatch(each::startsWith))
              .findFirst()
              .orElseGet(elsewhere::getFirst);
      return "unknown key here; it belongs "
          + (place.isEmpty() ? "at the top of the file" : "in " + place);
    }
    return nearest(found, names(here))
        .map(name -> "unknown key; did you mean " + name + "?")
        .orElseGet(() -> "unknown key; there are " + String.join(", ", names(here)));
  }

  private static Optional<String> singularOrPlural(String found, List<String> names) {
    return names.stream()
        .filter(name -> name.equals(found + "s") || found.equals(name + "s"))
        .findFirst();
  }

  private static List<String> names(Key.Group here) {
    List<String> names = new ArrayList<>();
    for (Key key : here.keys()) {
      names.add(key.name());
      if (key instanceof Key.Value<?> value && value.mayBeInFile()) {
        names.add(value.fileName());
      }
    }
    return names;
  }

  private static void collect(Key.Group group, String path, String found, List<String> places) {
    if (names(group).contains(found)) {
      places.add(path);
    }
    for (Key key : group.keys()) {
      String below = path.isEmpty() ? key.name() : path + "." + key.name();
      switch (key) {
        case Key.Value<?> value -> {}
        case Key.Group inner -> collect(inner, below, found, places);
        case Key.Named named -> collect(named.each(), below + ".NAME", found, places);
        case Key.Listed list -> collect(list.each(), below + "[]", found, places);
      }
    }
  }

  /** The name that may be meant: within a third of the letters, and never more than three. */
  public static Optional<String> nearest(String found, List<String> names) {
    String bare = bare(found);
    int reach = Math.min(3, Math.max(1, bare.length() / 3));
    return names.stream()
        .filter(name -> Math.abs(bare(name).length() - bare.length()) <= reach)
        .filter(name -> distance(bare, bare(name)) <= reach)
        .min(Comparator.comparingInt(name -> distance(bare, bare(name))));
  }

  /** Case, hyphens and underscores are the commonest slips and count for nothing. */
  private static String bare(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  /** Insertions, deletions, replacements and swaps of neighbours. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int step(int[][] cost, String a, String b, int i, int j) {
    int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
