package dev.ripcord.config.file;

import dev.ripcord.config.connection.PemFile;
import dev.ripcord.config.file.Key.Group;
import dev.ripcord.config.file.Key.Listed;
import dev.ripcord.config.file.Key.Named;
import dev.ripcord.config.file.Key.Value;
import dev.ripcord.release.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One map of the file, read key by key. What cannot be read becomes a problem and counts as not
 * given, so that reading goes on and finds the rest.
 */
final class Section {
  private final ConfigReader reading;
  private final String path;
  private final Node.Position at;
  private final Map<String, Node.Entry> entries;

  private Section(
      ConfigReader reading, String path, Node.Position at, Map<String, Node.Entry> entries) {
    this.reading = reading;
    this.path = path;
    this.at = at;
    this.entries = entries;
  }

  /** The map at {@code node}, after a look for keys that nobody knows. */
  static Section of(ConfigReader reading, Group group, String path, Node.Entry entry) {
    Section section = new Section(reading, path, entry.at(), mapping(reading, path, entry.value()));
    section.entries.forEach(
        (name, found) -> {
          if (!isKnown(group, name)) {
            section.problemAt(found.at(), name, Suggestion.of(name, group));
          }
        });
    return section;
  }

  private static Map<String, Node.Entry> mapping(ConfigReader reading, String path, Node node) {
    return switch (node) {
      case Node.Mapping mapping -> mapping.entries();
      case Node.Scalar scalar when scalar.isNull() -> Map.of();
      default -> {
        reading.problems().add(node.at(), path, "must be a map of keys; found " + node.noun());
        yield Map.of();
      }
    };
  }

  private static boolean isKnown(Group group, String name) {
    for (Key key : group.keys()) {
      boolean inFile =
          key instanceof Value<?> value && value.mayBeInFile() && value.fileName().equals(name);
      if (inFile || key.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  Node.Position at() {
    return at;
  }

  String path() {
    return path;
  }

  String path(Key key) {
    return Yaml.join(path, key.name());
  }

  /** Where a key stands, if it does. */
  Optional<Node.Position> at(Key key) {
    return Optional.ofNullable(entries.get(key.name())).map(Node.Entry::at);
  }

  boolean has(Key key) {
    return entries.containsKey(key.name());
  }

  /** Says what is wrong with this section as a whole. */
  void problem(String message) {
    reading.problems().add(at, path, message);
  }

  private void problemAt(Node.Position position, String name, String message) {
    reading.problems().add(position, Yaml.join(path, name), message);
  }

  /** One value, where it is given and can be read. */
  <T> Optional<T> value(Value<T> key) {
    Node.Entry entry = entries.get(key.name());
    if (entry == null) {
      return Optional.empty();
    }
    return reading.one(entry.value(), path(key), key);
  }

  /** One value or a list of them; empty where none is given or can be read. */
  <T> List<T> values(Value<T> key) {
    Node.Entry entry = entries.get(key.name());
    if (entry == null || !(entry.value() instanceof Node.Sequence list)) {
      return value(key).stream().toList();
    }
    if (list.items().isEmpty()) {
      problemAt(entry.at(), key.name(), "is an empty list; write one such as " + key.example());
    }
    List<T> values = new ArrayList<>();
    for (Node item : list.items()) {
      reading.one(item, path(key) + "[" + values.size() + "]", key).ifPresent(values::add);
    }
    return values;
  }

  <T> T value(Value<T> key, T inherited) {
    return value(key).orElse(inherited);
  }

  /** The same, for a key that has to be there. */
  <T> Optional<T> required(Value<T> key) {
    if (!has(key)) {
      problem("needs a " + key.name() + ", such as " + key.name() + ": " + key.example());
    }
    return value(key);
  }

  /** A path made absolute, against the folder of the file. */
  Optional<Path> resolved(Optional<Path> value) {
    return value.map(given -> reading.folder().resolve(given).normalize());
  }

  /** A secret, given as text or as the name of a file that holds it. */
  Optional<Secret> secret(Value<Secret> key) {
    Node.Entry file = entries.get(key.fileName());
    if (file == null) {
      return value(key);
    }
    if (has(key)) {
      problemAt(file.at(), key.fileName(), key.name() + " is given too; keep one of them");
    }
    return reading.secretFile(file.value(), Yaml.join(path, key.fileName()), key.type());
  }

  /** A file in PEM form; empty where none is given, or it does not hold what it should. */
  Optional<PemFile> pemFile(Value<Path> key, UnaryOperator<PemFile> check) {
    return Optional.ofNullable(entries.get(key.name()))
        .flatMap(entry -> reading.pemFile(entry.value(), path(key), key, check));
  }

  /** Whether a secret is given in either way, readable or not. */
  boolean hasSecret(Value<Secret> key) {
    return has(key) || entries.containsKey(key.fileName());
  }

  /** A program with its arguments; empty where it is not given. */
  List<String> command(Value<String> key) {
    Node.Entry entry = entries.get(key.name());
    if (entry == null) {
      return List.of();
    }
    if (!(entry.value() instanceof Node.Sequence list) || list.items().isEmpty()) {
      String form = "must be a list, such as " + key.example();
      problemAt(entry.value().at(), key.name(), form + "; found " + entry.value().noun());
      return List.of();
    }
    List<String> words = new ArrayList<>();
    for (Node item : list.items()) {
      reading.one(item, path(key) + "[" + words.size() + "]", key).ifPresent(words::add);
    }
    return reading.program(words);
  }

  /** Names to secrets. */
  Map<String, Secret> secrets(Value<Secret> key) {
    Node.Entry entry = entries.get(key.name());
    if (entry == null) {
      return Map.of();
    }
    Map<String, Secret> secrets = new LinkedHashMap<>();
    mapping(reading, path(key), entry.value())
        .forEach(
            (name, found) -> {
              String where = Yaml.join(path(key), name);
              if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
                reading.problems().add(found.at(), where, "is not the name of a header");
              }
              reading.headerValue(found.value(), where, key).ifPresent(s -> secrets.put(name, s));
            });
    return secrets;
  }

  /** The keys below a key, where it is given. */
  Optional<Section> section(Group group) {
    Node.Entry entry = entries.get(group.name());
    return Optional.ofNullable(entry).map(e -> of(reading, group, path(group), e));
  }

  /** The sections below freely chosen names; the name is checked by the caller. */
  Map<String, Section> sections(Named named) {
    Node.Entry entry = entries.get(named.name());
    if (entry == null) {
      return Map.of();
    }
    Map<String, Section> sections = new LinkedHashMap<>();
    mapping(reading, path(named), entry.value())
        .forEach(
            (name, found) ->
                sections.put(name, of(reading, named.each(), Yaml.join(path(named), name), found)));
    return sections;
  }

  /** The sections of a list; an item that is no map is a problem, and left out. */
  List<Section> items(Listed listed) {
    Node.Entry entry = entries.get(listed.name());
    if (entry == null) {
      return List.of();
    }
    if (!(entry.value() instanceof Node.Sequence list)) {
      if (!(entry.value() instanceof Node.Scalar scalar && scalar.isNull())) {
        problemAt(
            entry.value().at(), listed.name(), "must be a list; found " + entry.value().noun());
      }
      return List.of();
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      Node item = list.items().get(i);
      String where = path(listed) + "[" + i + "]";
      Section section = of(reading, listed.each(), where, new Node.Entry(item.at(), item));
      if (item instanceof Node.Mapping) {
        sections.add(section);
      }
    }
    return sections;
  }

  /** The names that stand here. */
  List<String> names() {
    return List.copyOf(entries.keySet());
  }
}
