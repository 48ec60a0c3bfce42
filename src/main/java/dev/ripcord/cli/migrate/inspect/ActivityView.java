package dev.ripcord.cli.migrate.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.migrate.context.MigrateReport;
import dev.ripcord.cli.migrate.context.MigrateStatusView;
import dev.ripcord.cli.migrate.context.ProofsShown;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.migrate.MigrationActivity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One look at a database that may be migrated just now.
 *
 * @param folder the files
 * @param status what the database remembers
 * @param activity who migrates, waits, or is waited for
 */
record ActivityView(Folder folder, MigrationStatus status, List<MigrationActivity> activity) {
  List<String> lines() {
    List<String> lines =
        new ArrayList<>(
            new MigrateStatusView(folder, status, ProofsShown.NONE, List.of(), Optional.empty())
                .lines());
    lines.add("");
    Optional<MigrationActivity> runner =
        activity.stream().filter(MigrationActivity::migrates).findFirst();
    lines.add(runner.map(ActivityView::running).orElse("No run of migrations is under way."));
    for (MigrationActivity each : activity) {
      if (!each.waitsFor().isEmpty()) {
        lines.add("▲ " + who(each) + " waits for a lock, " + span(each) + ": " + each.query());
        each.waitsFor().forEach(pid -> lines.add("    behind " + blocker(pid)));
      }
    }
    return lines;
  }

  private static String running(MigrationActivity each) {
    String what =
        each.state().equals("active")
            ? "▶ " + who(each) + " runs since " + span(each) + ": " + each.query()
            : "▶ " + who(each) + " is between two statements";
    return what + each.progress().map(far -> " (" + far + ")").orElse("");
  }

  private String blocker(int pid) {
    return activity.stream()
        .filter(each -> each.pid() == pid)
        .findFirst()
        .map(each -> who(each) + ", " + each.state() + " since " + span(each) + ": " + each.query())
        .orElse("pid " + pid + ", a session that cannot be seen");
  }

  private static String who(MigrationActivity each) {
    return "pid " + each.pid() + " (" + each.program() + ")";
  }

  private static String span(MigrationActivity each) {
    return MigrateReport.span(each.since());
  }

  /** The status as JSON, with who is at work beside it. */
  ObjectNode json() {
    ObjectNode object =
        new MigrateStatusView(folder, status, ProofsShown.NONE, List.of(), Optional.empty()).json();
    ArrayNode sessions = object.putArray("activity");
    activity.forEach(each -> sessions.add(json(each)));
    return object;
  }

  private static ObjectNode json(MigrationActivity each) {
    ObjectNode node =
        new ObjectMapper()
            .createObjectNode()
            .put("pid", each.pid())
            .put("program", each.program())
            .put("state", each.state())
            .put("seconds", each.since().toMillis() / 1000.0)
            .put("query", each.query())
            .put("migrates", each.migrates())
            .put("progress", each.progress().orElse(null));
    ArrayNode waits = node.putArray("waitsFor");
    each.waitsFor().forEach(waits::add);
    return node;
  }
}
