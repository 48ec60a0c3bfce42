package dev.ripcord.config.file;

import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The file as it is written: every value with its place, nothing interpreted yet. */
sealed interface Node {
  Position at();

  /** As a message says it. */
  String noun();

  /**
   * A place in the file, counted from 1.
   *
   * @param line 0 when there is no file
   * @param column 0 when there is no file
   */
  record Position(int line, int column) {
    static final Position NOWHERE = new Position(0, 0);
  }

  /**
   * One value.
   *
   * @param plain whether it stands without quotes
   */
  record Scalar(Position at, String text, boolean plain) implements Node {
    boolean isNull() {
      return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }

    @Override
    public String noun() {
      return isNull() ? "nothing" : "a single value";
    }
  }

  record Sequence(Position at, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String noun() {
      return items.isEmpty() ? "an empty list" : "a list";
    }
  }

  /**
   * Keys with their values, in the order of the file; merged ones last.
   *
   * @param entries by key
   */
  record Mapping(Position at, Map<String, Entry> entries) implements Node {
    /** Shuts the map. */
    public Mapping {
      entries = Collections.unmodifiableMap(entries);
    }

    static Mapping empty(Position at) {
      return new Mapping(at, Map.of());
    }

    @Override
    public String noun() {
      return "a map";
    }
  }

  /**
   * One key with its value.
   *
   * @param at where the key stands
   */
  record Entry(Position at, Node value) {}
}
