package dev.ripcord.config.file;

import dev.ripcord.config.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/**
 * Text to {@link Node}s. Anchors, aliases and merge keys ({@code <<}) work; a key that stands
 * twice, a second document and a tag of one's own are problems.
 *
 * <p>Built from the parser's events and not from its composed tree, because that one recurses
 * without a bound and a hostile file would end the process.
 */
final class Yaml {
  private static final int DEPTH_MAX = 50;
  private static final String STANDARD_TAGS = "tag:yaml.org,2002:";
  private static final String MERGE = "<<";

  /** The parser takes the square of it; no address, token or name comes near. */
  private static final int WORD_MAX = 1 << 16;

  private final Iterator<Event> events;
  private final Problems problems;
  private final Map<String, Node> anchors = new HashMap<>();

  private Yaml(Iterator<Event> events, Problems problems) {
    this.events = events;
    this.problems = problems;
  }

  /** The document; empty when there is none, or when it cannot be read, which is a problem then. */
  static Optional<Node> read(String text, Problems problems) {
    Optional<Node.Position> tooLong = endlessWord(text);
    if (tooLong.isPresent()) {
      problems.add(
          tooLong.get(), "", "has more than " + WORD_MAX + " characters without a space or quote");
      return Optional.empty();
    }
    LoadSettings settings =
        LoadSettings.builder().setUseMarks(true).setCodePointLimit(Integer.MAX_VALUE).build();
    try {
      return new Yaml(new Parse(settings).parseString(text).iterator(), problems).document();
    } catch (MarkedYamlEngineException e) {
      problems.add(position(e.getProblemMark()), "", "is not YAML: " + rule(e.getProblem()));
    } catch (ReaderException e) {
      String point = "U+%04X".formatted(e.getCodePoint());
      problems.add(position(text, e.getPosition()), "", "has " + point + ", which YAML forbids");
    } catch (RuntimeException e) {
      // Not every kind has a mark: the version of a %YAML line, for one.
      problems.add(
          new Node.Position(1, 1), "", "is not YAML that can be read; look at its % lines");
    }
    return Optional.empty();
  }

  /** Where a run of characters begins that is longer than any value may be. */
  private static Optional<Node.Position> endlessWord(String text) {
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == '"' || c == '\'' || c == '\\') {
        start = i + 1;
      } else if (i - start >= WORD_MAX) {
        return Optional.of(position(text, text.codePointCount(0, start)));
      }
    }
    return Optional.empty();
  }

  private static String rule(String problem) {
    return problem.contains("<block end>")
        ? "the indentation does not fit the lines above, or a value needs quotes"
        : oneLine(problem);
  }

  private static String oneLine(String text) {
    return text.lines().findFirst().orElse("unknown error").strip();
  }

  private static Node.Position position(Optional<Mark> mark) {
    return mark.map(m -> new Node.Position(m.getLine() + 1, m.getColumn() + 1))
        .orElse(new Node.Position(1, 1));
  }

  /** Where a code point stands. */
  private static Node.Position position(String text, int index) {
    int[] points = text.codePoints().limit(index).toArray();
    int lastBreak = -1;
    int line = 1;
    for (int i = 0; i < points.length; i++) {
      if (points[i] == '\n') {
        lastBreak = i;
        line++;
      }
    }
    return new Node.Position(line, points.length - lastBreak);
  }

  private static Node.Position position(Event event) {
    return position(event.getStartMark());
  }

  private Optional<Node> document() {
    events.next();
    if (events.next() instanceof StreamEndEvent) {
      return Optional.empty();
    }
    Node root = node(events.next(), "", 0);
    events.next();
    Event after = events.next();
    if (!(after instanceof StreamEndEvent)) {
      problems.add(position(after), "", "a second document begins here; one file holds one");
    }
    return Optional.of(root);
  }

  private Node node(Event event, String path, int depth) {
    if (depth > DEPTH_MAX) {
      problems.add(position(event), path, "is nested deeper than " + DEPTH_MAX + " levels");
      skip(event);
      return nothing(event);
    }
    return switch (event) {
      case AliasEvent alias -> aliased(alias, path);
      case ScalarEvent scalar -> {
        checkTag(scalar, scalar.getTag(), path);
        yield anchored(
            scalar, new Node.Scalar(position(event), scalar.getValue(), scalar.isPlain()));
      }
      case MappingStartEvent start -> {
        checkTag(start, start.getTag(), path);
        yield anchored(start, mapping(start, path, depth));
      }
      case CollectionStartEvent start -> {
        checkTag(start, start.getTag(), path);
        yield anchored(start, sequence(start, path, depth));
      }
      default -> throw new IllegalStateException("no value begins with " + event.getEventId());
    };
  }

  private Node sequence(CollectionStartEvent start, String path, int depth) {
    List<Node> items = new ArrayList<>();
    for (Event e = events.next(); !(e instanceof SequenceEndEvent); e = events.next()) {
      items.add(node(e, path + "[" + items.size() + "]", depth + 1));
    }
    return new Node.Sequence(position(start), items);
  }

  private Node mapping(MappingStartEvent start, String path, int depth) {
    Map<String, Node.Entry> entries = new LinkedHashMap<>();
    List<Node> merges = new ArrayList<>();
    for (Event e = events.next(); !(e instanceof MappingEndEvent); e = events.next()) {
      Node key = node(e, path, depth + 1);
      if (!(key instanceof Node.Scalar name)) {
        problems.add(position(e), path, "a key must be text; found " + key.noun());
        node(events.next(), path, depth + 1);
        continue;
      }
      Node value = node(events.next(), join(path, name.text()), depth + 1);
      if (name.plain() && name.text().equals(MERGE)) {
        merges.add(value);
      } else {
        put(entries, name, value, path);
      }
    }
    merges.forEach(source -> merge(entries, source, path));
    return new Node.Mapping(position(start), entries);
  }

  private void put(Map<String, Node.Entry> entries, Node.Scalar name, Node value, String path) {
    Node.Entry first = entries.putIfAbsent(name.text(), new Node.Entry(name.at(), value));
    if (first != null) {
      String where = first.at().line() + ":" + first.at().column();
      problems.add(
          name.at(), join(path, name.text()), "stands twice, first at " + where + "; keep one");
    }
  }

  /** What stands in the map itself wins; of several sources the first one. */
  private void merge(Map<String, Node.Entry> entries, Node source, String path) {
    List<Node> sources = source instanceof Node.Sequence list ? list.items() : List.of(source);
    for (Node each : sources) {
      if (each instanceof Node.Mapping map) {
        map.entries().forEach(entries::putIfAbsent);
      } else {
        problems.add(each.at(), join(path, MERGE), "merges maps only; found " + each.noun());
      }
    }
  }

  private Node aliased(AliasEvent alias, String path) {
    Node node = anchors.get(alias.getAlias().getValue());
    if (node == null) {
      // Unnamed here and below: a password without its quotes looks like an alias or a tag.
      problems.add(
          position(alias),
          path,
          "an alias whose anchor does not end above it; quote a text that begins with *");
      return nothing(alias);
    }
    return node;
  }

  private Node anchored(NodeEvent event, Node node) {
    event.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), node));
    return node;
  }

  private void checkTag(Event event, Optional<String> tag, String path) {
    if (tag.isPresent() && !tag.get().startsWith(STANDARD_TAGS)) {
      problems.add(
          position(event), path, "a tag means nothing here; quote a text that begins with !");
    }
  }

  private void skip(Event first) {
    int open = first instanceof CollectionStartEvent ? 1 : 0;
    while (open > 0) {
      Event event = events.next();
      open += event instanceof CollectionStartEvent ? 1 : 0;
      open -= event instanceof CollectionEndEvent ? 1 : 0;
    }
  }

  private static Node nothing(Event event) {
    return new Node.Scalar(position(event), "", true);
  }

  static String join(String path, String key) {
    return path.isEmpty() ? Quoted.plain(key) : path + "." + Quoted.plain(key);
  }
}
