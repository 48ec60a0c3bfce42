package dev.ripcord.postgres.journal.wire;

import dev.ripcord.port.Entry;
import dev.ripcord.port.JournalException;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.WatchEvent;
import java.util.HashMap;
import java.util.Map;

/**
 * Entries as rows: a type such as {@code opened}, {@code watch.sampled} or {@code run.step-begun},
 * and the rest as JSON, both by their {@link WireNames}. Thread-safe.
 */
public final class EntryCodec {
  private final Map<String, Class<?>> classes = new HashMap<>();
  private final Map<Class<?>, String> types = new HashMap<>();

  /**
   * An entry as it is kept.
   *
   * @param type what happened
   * @param json the rest
   */
  public record Encoded(String type, String json) {}

  public EntryCodec() {
    JournalJson.names()
        .types()
        .forEach(
            (type, name) -> {
              if (!Step.class.isAssignableFrom(type)) {
                classes.put(name, type);
                types.put(type, name);
              }
            });
  }

  /** As it is kept. */
  public Encoded encode(Entry entry) {
    Object body =
        switch (entry) {
          case Entry.Watched watched -> watched.event();
          case Entry.Ran ran -> ran.event();
          case Entry.Opened opened -> opened;
          case Entry.Revised revised -> revised;
          case Entry.Planned planned -> planned;
          case Entry.Refused refused -> refused;
          case Entry.ClockJumped jumped -> jumped;
          case Entry.Finished finished -> finished;
        };
    String type = types.get(body.getClass());
    if (type == null) {
      throw new IllegalStateException(body.getClass() + " is not an entry of the journal");
    }
    return new Encoded(type, JournalJson.write(body));
  }

  /** What {@link #encode} was given. Fails when the type is not known. */
  public Entry decode(String type, String json) {
    Class<?> known = classes.get(type);
    if (known == null) {
      throw new JournalException(
          "the journal holds an entry of type \""
              + type
              + "\", which this version does not know; use the newer ripcord that wrote it");
    }
    return switch (JournalJson.read(json, known)) {
      case Entry entry -> entry;
      case WatchEvent event -> new Entry.Watched(event);
      case RunEvent event -> new Entry.Ran(event);
      default -> throw new IllegalStateException(known + " is not an entry of the journal");
    };
  }
}
