package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a fingerprint says of its things, taken apart. */
record Facts(Fingerprint fingerprint) {
  private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** A publication and a table of it. */
  private static final Pattern PUBLISHED =
      Pattern.compile("(\"(?:[^\"]|\"\")*\"|[^\" ]*) (.*)", Pattern.DOTALL);

  /** Kinds whose SQL words are not the kind in capitals. */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("statistics object", "STATISTICS"),
          Map.entry("event_trigger", "EVENT TRIGGER"),
          Map.entry("foreign_data_wrapper", "FOREIGN DATA WRAPPER"),
          Map.entry("foreign_server", "SERVER"),
          Map.entry("ts_config", "TEXT SEARCH CONFIGURATION"),
          Map.entry("ts_dict", "TEXT SEARCH DICTIONARY"),
          Map.entry("ts_parser", "TEXT SEARCH PARSER"),
          Map.entry("ts_template", "TEXT SEARCH TEMPLATE"),
          Map.entry("opclass", "OPERATOR CLASS"),
          Map.entry("opfamily", "OPERATOR FAMILY"),
          Map.entry("am", "ACCESS METHOD"));

  /** The words of SQL for a kind of thing. */
  static String word(CatalogObject thing) {
    return WORDS.getOrDefault(thing.kind(), thing.kind().toUpperCase(Locale.ROOT));
  }

  /** The last part of the name of something that belongs to another thing. */
  static String last(CatalogObject part) {
    return part.name().substring(part.of().length() + 1);
  }

  /** The change of a publication by one of its tables. */
  static String publication(CatalogObject published, String how) {
    Matcher names = PUBLISHED.matcher(published.name());
    return names.matches()
        ? "ALTER PUBLICATION " + names.group(1) + how + names.group(2)
        : "ALTER PUBLICATION " + published.name();
  }

  /** What is said of a thing; empty for nothing. */
  String of(CatalogObject thing, String aspect) {
    return fingerprint.things().getOrDefault(thing, Map.of()).getOrDefault(aspect, "");
  }

  boolean is(CatalogObject thing, String aspect) {
    return of(thing, aspect).equals("true");
  }

  /** A value that is a list of texts. */
  List<String> list(CatalogObject thing, String aspect) {
    return strings(of(thing, aspect));
  }

  Optional<CatalogObject> find(String kind, String name) {
    return fingerprint.things().keySet().stream()
        .filter(each -> each.kind().equals(kind) && each.name().equals(name))
        .findFirst();
  }

  /** What belongs to a thing, of a kind. */
  List<CatalogObject> parts(String kind, String of) {
    return fingerprint.things().keySet().stream()
        .filter(each -> each.kind().equals(kind) && each.of().equals(of))
        .toList();
  }

  /** The texts of a JSON array of texts. */
  static List<String> strings(String json) {
    List<String> texts = new ArrayList<>();
    Matcher each = STRING.matcher(json);
    while (each.find()) {
      texts.add(unescaped(each.group(1)));
    }
    return texts;
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      char next = text.charAt(++i);
      switch (next) {
        case 'n' -> plain.append('\n');
        case 't' -> plain.append('\t');
        case 'r' -> plain.append('\r');
        case 'b' -> plain.append('\b');
        case 'f' -> plain.append('\f');
        case 'u' -> {
          plain.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
          i += 4;
        }
        default -> plain.append(next);
      }
    }
    return plain.toString();
  }
}
