package dev.ripcord.postgres.tool;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.migration.sql.Quoting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What releases did to a database by another tool, told from the savepoints that were set before
 * them: each release that moved the tool from one place to another counts as one migration.
 */
public final class ToolReleases {
  /**
   * One release's way up.
   *
   * @param id the number of its savepoint, ascending
   * @param from where the tool stood before it
   * @param at when the savepoint was set
   */
  public record Way(long id, String from, Optional<String> release, Instant at) {}

  private ToolReleases() {}

  /**
   * The ways that are still gone, oldest first. A way is over when the tool stands again where it
   * began, or stood there when a later one began.
   *
   * @param ways every savepoint, in the order in which they were set
   * @param standing where the tool stands now
   */
  public static List<Applied> applied(List<Way> ways, ToolPosition standing, boolean hasCommand) {
    List<Way> open = new ArrayList<>();
    for (Way way : ways) {
      cut(open, way.from());
      open.add(way);
    }
    cut(open, standing.place());
    List<Applied> applied = new ArrayList<>();
    for (int i = 0; i < open.size(); i++) {
      String to = i + 1 < open.size() ? open.get(i + 1).from() : standing.place();
      applied.add(applied(open.get(i), to, standing, hasCommand));
    }
    return applied;
  }

  private static void cut(List<Way> open, String place) {
    for (int i = 0; i < open.size(); i++) {
      if (open.get(i).from().equals(place)) {
        open.subList(i, open.size()).clear();
        return;
      }
    }
  }

  private static Applied applied(Way way, String to, ToolPosition standing, boolean hasCommand) {
    String tool = standing.tool().text();
    String text = "SELECT " + Quoting.text(tool + " back to " + way.from());
    Optional<String> blocker =
        hasCommand
            ? standing.problems().stream().findFirst()
            : Optional.of("no command reverts what " + tool + " did: set migrations.down");
    return new Applied(
        way.id(),
        new Version(Long.toString(way.id())),
        tool + "_" + way.from() + "_to_" + to,
        Kind.SCHEMA_MODIFY,
        way.release(),
        way.at(),
        false,
        Checksum.of(text),
        Optional.of(text),
        Optional.of(Checksum.of(text)),
        blocker);
  }
}
