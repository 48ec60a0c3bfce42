package dev.ripcord.config.change;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.release.ServiceName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a daemon does about a configuration that was read while it runs: what it takes, and what
 * waits for its next start.
 *
 * @param taken the configuration that runs when this is done: as it was read, except for what waits
 * @param added the services that are new
 * @param changed those that are configured otherwise
 * @param removed those that are gone
 * @param keys the keys beside the services that are taken, such as {@code alerts.slack}
 * @param waiting the keys that are read at a start only and differ from what runs
 */
public record ConfigurationChange(
    Settings taken,
    SortedMap<ServiceName, ServiceSettings> added,
    SortedMap<ServiceName, ServiceChange> changed,
    SortedSet<ServiceName> removed,
    List<String> keys,
    List<String> waiting) {
  /** So many services, and keys of one, are named in a line at most. */
  private static final int NAMED_MAX = 5;

  private static final String A_SECRET = "a secret";

  public ConfigurationChange {
    added = Collections.unmodifiableSortedMap(new TreeMap<>(added));
    changed = Collections.unmodifiableSortedMap(new TreeMap<>(changed));
    removed = Collections.unmodifiableSortedSet(new TreeSet<>(removed));
    keys = List.copyOf(keys);
    waiting = List.copyOf(waiting);
  }

  /**
   * Compares two configurations by what they mean: where in the file a thing stands is no
   * difference, and neither is a default that is written down.
   *
   * @param running the one that runs
   * @param read the one that was read now
   */
  public static ConfigurationChange of(Settings running, Settings read) {
    Waiting waiting = new Waiting(running, read);
    Settings taken = waiting.taken();
    SortedMap<ServiceName, ServiceSettings> added = new TreeMap<>(read.services());
    added.keySet().removeAll(running.services().keySet());
    SortedSet<ServiceName> removed = new TreeSet<>(running.services().keySet());
    removed.removeAll(read.services().keySet());
    return new ConfigurationChange(
        taken, added, changed(running, read), removed, keys(running, taken), waiting.keys);
  }

  private static SortedMap<ServiceName, ServiceChange> changed(Settings running, Settings read) {
    SortedMap<ServiceName, ServiceSettings> before = new TreeMap<>();
    SortedMap<ServiceName, ServiceSettings> after = new TreeMap<>();
    running
        .services()
        .forEach(
            (name, old) ->
                Optional.ofNullable(read.services().get(name))
                    .filter(now -> !isSame(old, now))
                    .ifPresent(
                        now -> {
                          before.put(name, old);
                          after.put(name, now);
                        }));
    SortedMap<String, String> shownBefore = Shown.services(running.withServices(before));
    SortedMap<String, String> shownAfter = Shown.services(read.withServices(after));
    SortedMap<ServiceName, ServiceChange> changed = new TreeMap<>();
    before.forEach(
        (name, old) -> {
          String path = name.text() + Shown.SEPARATOR;
          List<String> keys =
              Shown.differing(Shown.below(shownBefore, path), Shown.below(shownAfter, path));
          changed.put(
              name,
              new ServiceChange(
                  old,
                  Objects.requireNonNull(after.get(name)),
                  keys.isEmpty() ? List.of(A_SECRET) : keys));
        });
    return changed;
  }

  /** Whether they mean the same, wherever in the file they stand. */
  private static boolean isSame(ServiceSettings one, ServiceSettings other) {
    return one.at(0).equals(other.at(0));
  }

  private static List<String> keys(Settings running, Settings taken) {
    if (running.access().equals(taken.access()) && running.alerts().equals(taken.alerts())) {
      return List.of();
    }
    List<String> keys =
        Shown.differing(
            Shown.rest(running.withServices(new TreeMap<>())),
            Shown.rest(taken.withServices(new TreeMap<>())));
    return keys.isEmpty() ? List.of(A_SECRET) : keys;
  }

  /** What the running process cannot change, and the settings without it. */
  private static final class Waiting {
    private final Settings running;
    private final Settings read;
    private final List<String> keys = new ArrayList<>();

    Waiting(Settings running, Settings read) {
      this.running = running;
      this.read = read;
    }

    Settings taken() {
      return new Settings(
          read.file(),
          kept("data", Settings::data),
          kept("database", Settings::database),
          kept("journal-away", Settings::journalAway),
          kept("listen", Settings::listen),
          access(),
          read.alerts(),
          kept("retention", Settings::retention),
          read.services(),
          read.warnings());
    }

    private <T> T kept(String key, Function<Settings, T> value) {
      T runs = value.apply(running);
      if (!runs.equals(value.apply(read))) {
        keys.add(key);
      }
      return runs;
    }

    /** No tokens at all are taken only where the address that is in use may do without. */
    private AccessSettings access() {
      Optional<AccessSettings.Tls> tls = kept("tls", settings -> settings.access().tls());
      AccessSettings next = read.access();
      if (!running.listen().isLoopback() && !next.hasTokens() && running.access().hasTokens()) {
        keys.add("tokens");
        return running.access();
      }
      return new AccessSettings(next.token(), next.tokens(), next.reading(), tls, next.own());
    }
  }

  /** Whether there is nothing to be taken. What waits for a start may be there all the same. */
  public boolean isEmpty() {
    return added.isEmpty() && changed.isEmpty() && removed.isEmpty() && keys.isEmpty();
  }

  /**
   * What is taken, for people: {@code 2 services added, 1 changed (shop: threshold), 1 removed}.
   */
  public String text() {
    List<String> parts = new ArrayList<>();
    part(parts, added.keySet().stream().map(ServiceName::text).toList(), "added");
    part(
        parts,
        changed.entrySet().stream()
            .map(each -> each.getKey() + ": " + named(each.getValue().keys()))
            .toList(),
        "changed");
    part(parts, removed.stream().map(ServiceName::text).toList(), "removed");
    if (!keys.isEmpty()) {
      parts.add("other keys changed (" + named(keys) + ")");
    }
    return parts.isEmpty() ? "nothing has changed" : String.join(", ", parts);
  }

  private static void part(List<String> parts, List<String> services, String what) {
    if (!services.isEmpty()) {
      String noun = parts.isEmpty() ? services.size() == 1 ? " service" : " services" : "";
      parts.add(services.size() + noun + " " + what + " (" + among(services, "; ") + ")");
    }
  }

  private static String named(List<String> keys) {
    return among(keys, ", ");
  }

  private static String among(List<String> all, String separator) {
    int more = all.size() - NAMED_MAX;
    String first = String.join(separator, all.stream().limit(NAMED_MAX).toList());
    return more > 0 ? first + separator + more + " more" : first;
  }

  /** The file's own names and forms, flat. */
  private static final class Shown {
    static final String SEPARATOR = ".";
    private static final String SERVICES = "services";

    private Shown() {}

    /** The keys of all services, each behind the name of its service. */
    static SortedMap<String, String> services(Settings settings) {
      SortedMap<String, String> flat = new TreeMap<>();
      flatten("", Objects.requireNonNull(ConfigurationFile.shown(settings).get(SERVICES)), flat);
      return flat;
    }

    /** All other keys. */
    static SortedMap<String, String> rest(Settings settings) {
      SortedMap<String, String> flat = new TreeMap<>();
      flatten("", ConfigurationFile.shown(settings), flat);
      return flat;
    }

    private static void flatten(String path, Object value, SortedMap<String, String> into) {
      if (value instanceof Map<?, ?> map) {
        map.forEach(
            (key, each) -> flatten(path.isEmpty() ? "" + key : path + SEPARATOR + key, each, into));
      } else {
        into.put(path, value.toString());
      }
    }

    /** What stands below a path, by the rest of it. */
    static SortedMap<String, String> below(SortedMap<String, String> flat, String path) {
      SortedMap<String, String> below = new TreeMap<>();
      flat.tailMap(path).entrySet().stream()
          .takeWhile(each -> each.getKey().startsWith(path))
          .forEach(each -> below.put(each.getKey().substring(path.length()), each.getValue()));
      return below;
    }

    /** The keys whose values are not the same in both. */
    static List<String> differing(SortedMap<String, String> one, SortedMap<String, String> other) {
      SortedSet<String> all = new TreeSet<>(one.keySet());
      all.addAll(other.keySet());
      return all.stream().filter(key -> !Objects.equals(one.get(key), other.get(key))).toList();
    }
  }
}
