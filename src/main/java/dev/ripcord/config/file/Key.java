package dev.ripcord.config.file;

import java.util.ArrayList;
import java.util.List;

/** One key of the configuration, and everything that is said about it anywhere. */
sealed interface Key {
  /** As the file spells it. */
  String name();

  /** What it means, in one or two sentences. */
  String text();

  /**
   * A key with a value.
   *
   * @param fallback the value where none is given, as the file would spell it; empty for none
   * @param example a value that shows its form
   */
  record Value<T>(String name, Type<T> type, String fallback, String example, String text)
      implements Key {
    /** The value where none is given. Only for a key that has a fallback. */
    T standard() {
      return type.parse().apply(fallback);
    }

    /** Whether the value may be read from the file that {@code NAME_file} names. */
    boolean mayBeInFile() {
      return type.shape() == Type.Shape.SECRET;
    }

    String fileName() {
      return name + "_file";
    }
  }

  /** A key with keys below it. */
  record Group(String name, List<Key> keys, String text) implements Key {
    public Group {
      keys = List.copyOf(keys);
    }
  }

  /**
   * A key with freely chosen names below it, each of which has the same keys.
   *
   * @param each what stands below each name
   */
  record Named(String name, Group each, String text) implements Key {}

  /**
   * A key with a list below it, whose items have the same keys.
   *
   * @param each what stands in each item
   */
  record Listed(String name, Group each, String text) implements Key {}

  /** Two lists of keys as one. */
  static List<Key> concat(List<? extends Key> first, List<? extends Key> second) {
    List<Key> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
