package dev.ripcord.migration.file;

import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the files of a folder are named. */
public enum Layout {
  /** {@code VERSION_name.up.sql} and {@code VERSION_name.down.sql}. */
  DOTTED("(\\d{1,40})_(.+)\\.(up|down)\\.sql", "VERSION_name.up.sql, VERSION_name.down.sql"),
  /** {@code NN_name_up.sql} and {@code NN_name_down.sql}. */
  SUFFIXED("(\\d{1,40})_(.+)_(up|down)\\.sql", "NN_name_up.sql, NN_name_down.sql"),
  /** {@code NNN_name.sql} and {@code NNN_name_rollback.sql}. */
  ROLLBACK("(\\d{1,40})_(.+?)(_rollback)?\\.sql", "NNN_name.sql, NNN_name_rollback.sql"),
  /**
   * As sqlx reads names, where a plain {@code VERSION_name.sql} is irreversible; never detected.
   */
  SQLX(
      "(\\d{1,40})_(.+?)(?:\\.(up|down))?\\.sql",
      "VERSION_name.up.sql, VERSION_name.down.sql, VERSION_name.sql");

  /** Those that are told apart by the names that are there. */
  static final List<Layout> DETECTED = List.of(DOTTED, SUFFIXED, ROLLBACK);

  private final Pattern pattern;
  private final String form;

  Layout(String pattern, String form) {
    this.pattern = Pattern.compile(pattern);
    this.form = form;
  }

  /** Its two file names, for people. */
  public String form() {
    return form;
  }

  /** The name of a file in this layout. */
  String fileName(String label, boolean isDown) {
    return switch (this) {
      case DOTTED, SQLX -> label + (isDown ? ".down.sql" : ".up.sql");
      case SUFFIXED -> label + (isDown ? "_down.sql" : "_up.sql");
      case ROLLBACK -> label + (isDown ? "_rollback.sql" : ".sql");
    };
  }

  /** A file's name taken apart. */
  record Part(Version version, String name, boolean isDown) {}

  /** What a file is in this layout; empty when its name does not fit. */
  Optional<Part> part(String fileName) {
    Matcher found = pattern.matcher(fileName);
    if (!found.matches()) {
      return Optional.empty();
    }
    String direction = found.group(3);
    boolean isDown = direction != null && !direction.equals("up");
    return Optional.of(new Part(new Version(found.group(1)), found.group(2), isDown));
  }

  /** How a tool's files are named; empty when the names that are there tell it. */
  static Optional<Layout> of(Tool tool) {
    return switch (tool) {
      case SQLX -> Optional.of(SQLX);
      case GOLANG_MIGRATE -> Optional.of(DOTTED);
      case NATIVE, ALEMBIC, FLYWAY, LIQUIBASE -> Optional.empty();
    };
  }

  /**
   * The layout in which most files find their counterpart, then the one that fits most names. Empty
   * when no name fits any.
   */
  static Optional<Layout> of(Collection<String> fileNames) {
    return DETECTED.stream()
        .map(layout -> layout.fit(fileNames))
        .filter(fit -> fit.names() > 0)
        .max(
            Comparator.comparingInt(Fit::pairs)
                .thenComparingInt(Fit::names)
                .thenComparing(Comparator.comparing(Fit::layout).reversed()))
        .map(Fit::layout);
  }

  /** How many names fit a layout, and how many ups have their down. */
  private record Fit(Layout layout, int names, int pairs) {}

  private Fit fit(Collection<String> fileNames) {
    List<Part> parts = fileNames.stream().flatMap(name -> part(name).stream()).toList();
    Set<String> ups = new HashSet<>();
    Set<String> downs = new HashSet<>();
    parts.forEach(p -> (p.isDown() ? downs : ups).add(p.version() + "_" + p.name()));
    ups.retainAll(downs);
    return new Fit(this, parts.size(), ups.size());
  }
}
