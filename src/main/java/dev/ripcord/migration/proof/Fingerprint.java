package dev.ripcord.migration.proof;

import dev.ripcord.migration.proof.Difference.Sort;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that the catalog of a database says, without what changes by itself.
 *
 * @param things each with its aspects
 */
public record Fingerprint(Map<CatalogObject, Map<String, String>> things) {
  /**
   * The aspect that holds where a sequence stands: the next value and the step, with a space
   * between. Only one that went back is a difference; gaps are not.
   */
  public static final String POSITION = "position";

  /** The aspect that holds the names of a table's columns in their order. */
  public static final String ORDER = "order of columns";

  /** From facts in any order. */
  public static Fingerprint of(List<Fact> facts) {
    Map<CatalogObject, Map<String, String>> things = new TreeMap<>();
    for (Fact fact : facts) {
      things.computeIfAbsent(fact.thing(), t -> new TreeMap<>()).put(fact.aspect(), fact.value());
    }
    return new Fingerprint(things);
  }

  /** What is different later, told of the largest things only. */
  public List<Difference> against(Fingerprint after) {
    List<Difference> found = new ArrayList<>();
    Set<CatalogObject> all = new TreeSet<>(things.keySet());
    all.addAll(after.things.keySet());
    for (CatalogObject thing : all) {
      Map<String, String> then = after.things.getOrDefault(thing, Map.of());
      if (!things.containsKey(thing)) {
        found.add(new Difference(thing, Sort.EXTRA, "", "", ""));
      } else if (!after.things.containsKey(thing)) {
        found.add(new Difference(thing, Sort.MISSING, "", "", ""));
      } else {
        found.addAll(compare(thing, things.getOrDefault(thing, Map.of()), then));
      }
    }
    return withoutParts(found);
  }

  private static List<Difference> compare(
      CatalogObject thing, Map<String, String> before, Map<String, String> after) {
    List<Difference> found = new ArrayList<>();
    Set<String> aspects = new TreeSet<>(before.keySet());
    aspects.addAll(after.keySet());
    for (String aspect : aspects) {
      String was = before.getOrDefault(aspect, "");
      String is = after.getOrDefault(aspect, "");
      if (!was.equals(is)) {
        sort(aspect, was, is)
            .ifPresent(sort -> found.add(new Difference(thing, sort, aspect, was, is)));
      }
    }
    return found;
  }

  private static Optional<Sort> sort(String aspect, String was, String is) {
    return switch (aspect) {
      case POSITION -> wentBack(was, is) ? Optional.of(Sort.BEHIND) : Optional.empty();
      case ORDER -> names(was).equals(names(is)) ? Optional.of(Sort.ORDER) : Optional.empty();
      default -> Optional.of(Sort.CHANGED);
    };
  }

  private static Set<String> names(String list) {
    return new HashSet<>(Arrays.asList(list.split(", ", -1)));
  }

  /** Whether a {@link #POSITION} lies before another one, in the direction of its step. */
  public static boolean wentBack(String was, String is) {
    String[] before = was.split(" ", -1);
    String[] after = is.split(" ", -1);
    if (before.length != 2 || after.length != 2) {
      return true;
    }
    int ahead = new BigInteger(after[0]).compareTo(new BigInteger(before[0]));
    return before[1].startsWith("-") ? ahead > 0 : ahead < 0;
  }

  /** What belongs to something that is itself missing or left over goes without saying. */
  private static List<Difference> withoutParts(List<Difference> found) {
    Set<String> whole = new HashSet<>();
    for (Difference each : found) {
      if (each.sort() == Sort.MISSING || each.sort() == Sort.EXTRA) {
        whole.add(each.sort() + " " + each.thing().name());
      }
    }
    return found.stream()
        .filter(
            each ->
                each.thing().of().isEmpty()
                    || !whole.contains(each.sort() + " " + each.thing().of()))
        .toList();
  }
}
