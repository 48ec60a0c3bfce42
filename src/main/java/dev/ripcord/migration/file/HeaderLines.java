package dev.ripcord.migration.file;

import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Version;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code -- key: value} lines above the first statement of a migration's files. Other comments
 * are left alone; a known key with a value that makes no sense is a problem.
 */
public final class HeaderLines {
  private static final Pattern LINE = Pattern.compile("--\\s*([A-Za-z]+)\\s*:\\s*(.*)");
  private static final Pattern NO_DOWN =
      Pattern.compile("none\\s*,?\\s*because\\s+(.*\\S.*)", Pattern.CASE_INSENSITIVE);

  private static final Pattern DEPENDENCY =
      Pattern.compile("(\\d{1,40})(?:_([^\\s,]+?))?(?:(?:[._]up)?\\.sql)?");

  /** What sqlx looks for at the very beginning of a file. */
  private static final String SQLX_NO_TRANSACTION = "-- no-transaction";

  private static final Pattern NOTHING =
      Pattern.compile("none|nothing|-|–|", Pattern.CASE_INSENSITIVE);

  private final Map<String, String> values = new TreeMap<>();
  private final Map<String, String> upValues;
  private final List<String> problems = new ArrayList<>();

  /** Reads the up file and, below it, the down file; the up file's word counts first. */
  HeaderLines(SourceFile up, Optional<SourceFile> down) {
    read(up);
    upValues = Map.copyOf(values);
    down.ifPresent(this::read);
  }

  /** Whether a text says {@code -- transaction: none}, or as sqlx spells it, of itself. */
  public static boolean saysNoTransaction(SourceFile file) {
    return new HeaderLines(file, Optional.empty()).upSaysNoTransaction();
  }

  private boolean upSaysNoTransaction() {
    return upValues.getOrDefault("transaction", "").equals("none");
  }

  private void read(SourceFile file) {
    if (file.text().startsWith(SQLX_NO_TRANSACTION)) {
      values.putIfAbsent("transaction", "none");
    }
    Iterator<String> lines = file.text().replace("\uFEFF", "").lines().iterator();
    while (lines.hasNext()) {
      String line = lines.next().strip();
      Matcher found = LINE.matcher(line);
      if (found.matches()) {
        String key = found.group(1).toLowerCase(Locale.ROOT);
        String value = found.group(2).strip();
        values.putIfAbsent(key, value);
        check(file, key, value);
      } else if (!line.isEmpty() && !line.startsWith("--")) {
        return;
      }
    }
  }

  private void check(SourceFile file, String key, String value) {
    String rule =
        switch (key) {
          case "kind" -> isKind(value) ? "" : "schema_add, schema_modify or field_remove is needed";
          case "stage" -> value.equals("1") || value.equals("2") ? "" : "1 or 2 is needed";
          case "transaction" -> value.equals("none") ? "" : "only none can be said";
          case "down" ->
              value.startsWith("none") && !NO_DOWN.matcher(value).matches()
                  ? "say why: \"-- down: none, because …\""
                  : "";
          case "depends" ->
              dependencies(value).isPresent()
                  ? ""
                  : "a version such as 03, or its whole name 03_add_email, is needed, with commas"
                      + " between several";
          default -> "";
        };
    if (!rule.isEmpty()) {
      problems.add(file.name() + ": \"-- " + key + ": " + value + "\": " + rule);
    }
  }

  private static boolean isKind(String value) {
    for (Kind kind : Kind.values()) {
      if (kind.text().equals(value)) {
        return true;
      }
    }
    return false;
  }

  List<String> problems() {
    return problems;
  }

  Kind kind(String name) {
    return value("kind")
        .filter(HeaderLines::isKind)
        .map(Kind::of)
        .orElseGet(() -> Kind.ofName(name));
  }

  int stage(Kind kind) {
    return switch (value("stage").orElse("")) {
      case "1" -> 1;
      case "2" -> 2;
      default -> kind.stage();
    };
  }

  MigrationFile.Header header() {
    Optional<String> irreversible =
        value("down").map(NO_DOWN::matcher).filter(Matcher::matches).map(m -> m.group(1).strip());
    return new MigrationFile.Header(
        value("description").or(() -> value("purpose")).filter(text -> !text.isEmpty()),
        irreversible,
        !upSaysNoTransaction(),
        value("depends").flatMap(HeaderLines::dependencies).orElse(List.of()),
        value("author").filter(text -> !text.isEmpty()),
        Optional.ofNullable(upValues.get("reviewer")).filter(text -> !text.isEmpty()));
  }

  /** What {@code -- depends:} names; empty when it makes no sense. */
  private static Optional<List<MigrationFile.Dependency>> dependencies(String value) {
    if (NOTHING.matcher(value).matches()) {
      return Optional.of(List.of());
    }
    List<MigrationFile.Dependency> found = new ArrayList<>();
    for (String part : value.split(",", -1)) {
      Matcher matched = DEPENDENCY.matcher(part.strip());
      if (!matched.matches()) {
        return Optional.empty();
      }
      found.add(
          new MigrationFile.Dependency(
              new Version(matched.group(1)), Optional.ofNullable(matched.group(2))));
    }
    return Optional.of(List.copyOf(found));
  }

  private Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key));
  }
}
