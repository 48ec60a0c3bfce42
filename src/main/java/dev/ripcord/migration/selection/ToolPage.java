package dev.ripcord.migration.selection;

import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the own table of a tool says, whose plain SQL files Ripcord runs.
 *
 * @param tool {@link Tool#SQLX} or {@link Tool#GOLANG_MIGRATE}
 * @param lines in the order of application; for golang-migrate at most one, where it stands
 * @param problems why nothing may be run now, for people
 * @param underWay whether a run of Ripcord's own broke off outside a transaction, so that the table
 *     is not to be compared until it has ended
 */
public record ToolPage(Tool tool, List<Line> lines, List<String> problems, boolean underWay) {
  /** Copies the lists. */
  public ToolPage {
    lines = List.copyOf(lines);
    problems = List.copyOf(problems);
  }

  /**
   * One row.
   *
   * @param version the version
   * @param checksum SHA-384 of the up file in hex, where the table has it
   * @param at when it was applied, where the table tells
   * @param took how long that took; zero where the table does not tell
   */
  public record Line(
      Version version, Optional<String> checksum, Optional<Instant> at, Duration took) {}

  /** The row of a version. */
  Optional<Line> line(Version version) {
    return lines.stream().filter(each -> each.version().equals(version)).findFirst();
  }
}
