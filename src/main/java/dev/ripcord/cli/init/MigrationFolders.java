package dev.ripcord.cli.init;

import dev.ripcord.cli.init.Findings.Migrations;
import dev.ripcord.migration.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the folder of migrations of a project. Reads names only; blocks on the disk. */
final class MigrationFolders {
  /** Where projects keep them, the likeliest first. */
  private static final List<String> PLACES =
      List.of(
          "migrations",
          "db/migrations",
          "db/migrate",
          "sql/migrations",
          "src/main/resources/db/migration",
          "src/main/resources/db/changelog",
          "alembic");

  private static final Pattern NUMBERED = Pattern.compile("\\d{1,40}_.+\\.sql");
  private static final Pattern DOTTED = Pattern.compile("\\d{1,40}_.+\\.(?:up|down)\\.sql");
  private static final Pattern FLYWAY = Pattern.compile("[VUR][0-9._]*__.+\\.sql");
  private static final Pattern CHANGELOG =
      Pattern.compile(".*changelog.*\\.(?:xml|ya?ml|json|sql)");

  private MigrationFolders() {}

  /** The first folder below another whose files can be told. */
  static Look<Migrations> look(Path project) {
    Optional<String> unlike = Optional.empty();
    for (String place : PLACES) {
      Path dir = project.resolve(place);
      if (Files.isDirectory(dir)) {
        try {
          Optional<Tool> tool = tool(names(dir), names(project));
          if (tool.isPresent()) {
            return new Look.Found<>(new Migrations(dir, tool.get()));
          }
          unlike = unlike.or(() -> Optional.of(place + " holds no migrations that are known here"));
        } catch (IOException unreadable) {
          unlike = unlike.or(() -> Optional.of(place + " cannot be read"));
        }
      }
    }
    return unlike
        .<Look<Migrations>>map(Look.Missed::new)
        .orElseGet(() -> new Look.Nothing<>("no folder " + PLACES.getFirst() + " or the like"));
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /**
   * Whose files these are; empty where it cannot be told. An empty folder is Ripcord's own.
   *
   * @param names in the folder
   * @param project the names in the project's own folder, which tell two tools apart whose files
   *     look the same
   */
  static Optional<Tool> tool(Set<String> names, Set<String> project) {
    if (any(names, FLYWAY)) {
      return Optional.of(Tool.FLYWAY);
    }
    if (names.contains("env.py")) {
      return Optional.of(Tool.ALEMBIC);
    }
    if (any(names, CHANGELOG)) {
      return Optional.of(Tool.LIQUIBASE);
    }
    if (any(names, DOTTED)) {
      boolean rust = project.contains("Cargo.toml");
      boolean go = project.contains("go.mod");
      return Optional.of(rust ? Tool.SQLX : go ? Tool.GOLANG_MIGRATE : Tool.NATIVE);
    }
    boolean ours = names.stream().allMatch(name -> name.startsWith(".")) || any(names, NUMBERED);
    return ours ? Optional.of(Tool.NATIVE) : Optional.empty();
  }

  private static boolean any(Set<String> names, Pattern form) {
    return names.stream().anyMatch(name -> form.matcher(name).matches());
  }
}
