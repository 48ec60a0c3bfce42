package dev.ripcord.cli.migrate.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.MigrateReport;
import dev.ripcord.cli.migrate.context.MigrateStatusView;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationEvent;
import dev.ripcord.postgres.history.MigrationRecord;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.migrate.HistoryAdmin;
import dev.ripcord.postgres.migrate.MigrationRunner;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ripcord migrate history}. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Every migration that was run here, oldest first, with what became of it.",
    footer = {"", "Example: ripcord migrate history --verbose"})
public final class MigrateHistory implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  public MigrateHistory(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Database database = tools.database(common, options);
    MigrationStatus status = tools.withRunner(common, options, step -> {}, MigrationRunner::status);
    List<MigrationEvent> events =
        common.json() || common.verbose
            ? tools.withHistory(database, HistoryAdmin::events)
            : List.of();
    PrintStream out = tools.console().out();
    if (common.json()) {
      out.println(json(status, events));
    } else if (status.records().isEmpty()) {
      out.println("no migration was run here");
    } else {
      status.records().forEach(each -> print(out, each, of(each, events)));
    }
    return ExitCode.DONE;
  }

  /** What people did about a version; with a version that was applied twice, at both. */
  private static List<MigrationEvent> of(MigrationRecord each, List<MigrationEvent> events) {
    return events.stream()
        .filter(event -> event.version().equals(each.applied().version()))
        .toList();
  }

  private void print(PrintStream out, MigrationRecord each, List<MigrationEvent> events) {
    Applied migration = each.applied();
    out.println(
        "%s  %-34s %-10s %8s  by %s  %s"
            .formatted(
                MigrateStatusView.isKnown(migration)
                    ? MigrateStatusView.local(migration.appliedAt())
                    : "–",
                migration.label(),
                migration.release().orElse("–"),
                MigrateReport.span(each.took()),
                each.by(),
                state(each)));
    if (common.verbose) {
      indented(
          out,
          "%s, stage %d, checksum %s"
              .formatted(
                  migration.kind().text(), each.stage(), migration.checksum().substring(0, 12)));
      each.error().ifPresent(error -> indented(out, error));
      events.forEach(event -> indented(out, describe(event)));
      indented(out, RevertSelection.blocker(migration).orElse("down:"));
      migration.down().ifPresent(down -> indented(out, down.strip().indent(2).stripTrailing()));
    }
  }

  private static void indented(PrintStream out, String text) {
    out.println(text.indent(4).stripTrailing());
  }

  private static String describe(MigrationEvent event) {
    return event.what()
        + " "
        + MigrateStatusView.local(event.at())
        + " by "
        + event.by()
        + event.because().map(why -> ", because " + why).orElse("")
        + event.detail().map(detail -> ": " + detail).orElse("");
  }

  private static String state(MigrationRecord each) {
    if (each.error().isPresent()) {
      return "✖ failed: " + each.error().get().lines().findFirst().orElse("");
    }
    return each.revertedAt()
        .map(at -> "↺ reverted " + MigrateStatusView.local(at))
        .orElse("✔ applied");
  }

  private static ArrayNode json(MigrationStatus status, List<MigrationEvent> events) {
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (MigrationRecord each : status.records()) {
      ObjectNode node = array.addObject();
      node.put("version", each.applied().version().text())
          .put("name", each.applied().name())
          .put("kind", each.applied().kind().text())
          .put("stage", each.stage())
          .put("release", each.applied().release().orElse(null))
          .put(
              "executedAt",
              MigrateStatusView.isKnown(each.applied())
                  ? MigrateStatusView.utc(each.applied().appliedAt())
                  : null)
          .put("seconds", each.took().toMillis() / 1000.0)
          .put("by", each.by())
          .put("approvedBy", each.approvedBy().orElse(null))
          .put("success", each.error().isEmpty())
          .put("error", each.error().orElse(null))
          .put("revertedAt", each.revertedAt().map(MigrateStatusView::utc).orElse(null));
      ArrayNode people = node.putArray("events");
      for (MigrationEvent event : of(each, events)) {
        people
            .addObject()
            .put("what", event.what())
            .put("by", event.by())
            .put("at", MigrateStatusView.utc(event.at()))
            .put("because", event.because().orElse(null))
            .put("detail", event.detail().orElse(null));
      }
    }
    return array;
  }
}
