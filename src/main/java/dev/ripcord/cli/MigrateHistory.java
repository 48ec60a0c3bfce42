package dev.ripcord.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.ripcord.migration.Applied;
import dev.ripcord.postgres.MigrationRecord;
import dev.ripcord.postgres.MigrationRunner;
import dev.ripcord.postgres.MigrationStatus;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ripcord migrate history}. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Every migration that was run here, oldest first, with what became of it.",
    footer = {"", "Example: ripcord migrate history -v"})
final class MigrateHistory implements Callable<Integer> {
  private final MigrateTools tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  MigrateHistory(MigrateTools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    MigrationStatus status =
        tools.withRunner(tools.database(common, options), step -> {}, MigrationRunner::status);
    PrintStream out = tools.console().out();
    if (common.json()) {
      out.println(json(status));
    } else if (status.records().isEmpty()) {
      out.println("no migration was run here");
    } else {
      status.records().forEach(each -> print(out, each));
    }
    return MigrateTools.DONE;
  }

  private void print(PrintStream out, MigrationRecord each) {
    Applied migration = each.applied();
    out.println(
        "%s  %-34s %-10s %8s  by %s  %s"
            .formatted(
                MigrateStatusView.local(migration.appliedAt()),
                migration.label(),
                migration.release().orElse("–"),
                MigrateReport.span(each.took()),
                each.by(),
                state(each)));
    if (common.verbose) {
      each.error().ifPresent(error -> out.println(error.indent(4).stripTrailing()));
      migration.down().ifPresent(down -> out.println(down.strip().indent(4).stripTrailing()));
    }
  }

  private static String state(MigrationRecord each) {
    if (each.error().isPresent()) {
      return "✖ failed: " + each.error().get().lines().findFirst().orElse("");
    }
    return each.revertedAt()
        .map(at -> "↺ taken back " + MigrateStatusView.local(at))
        .orElse("✔ applied");
  }

  private static ArrayNode json(MigrationStatus status) {
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (MigrationRecord each : status.records()) {
      array
          .addObject()
          .put("version", each.applied().version().text())
          .put("name", each.applied().name())
          .put("release", each.applied().release().orElse(null))
          .put("executedAt", MigrateStatusView.utc(each.applied().appliedAt()))
          .put("seconds", each.took().toMillis() / 1000.0)
          .put("by", each.by())
          .put("approvedBy", each.approvedBy().orElse(null))
          .put("success", each.error().isEmpty())
          .put("error", each.error().orElse(null))
          .put("revertedAt", each.revertedAt().map(MigrateStatusView::utc).orElse(null));
    }
    return array;
  }
}
