package dev.ripcord.cli.salvage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.json.Json;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord salvage list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Show what rollbacks and stage 2 kept of the rows that they dropped.",
    footer = {"", "Example: ripcord salvage list --service shop"})
final class SalvageList implements Callable<Integer> {
  private final SalvageAccess access;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--all", description = "what was purged too")
  private boolean all;

  SalvageList(SalvageAccess access) {
    this.access = access;
  }

  @Override
  public Integer call() throws Exception {
    return access.call(this::run);
  }

  private int run() {
    List<SalvageEntry> entries =
        access.archive(common, options).list().await().stream()
            .filter(each -> all || each.purgedAt().isEmpty())
            .toList();
    PrintStream out = access.console().out();
    if (common.json()) {
      ObjectNode object = Json.object();
      ArrayNode array = object.putArray("entries");
      entries.forEach(each -> array.add(SalvageAccess.json(each)));
      out.println(object);
      return ExitCode.DONE;
    }
    if (entries.isEmpty()) {
      out.println("Nothing is kept: neither a rollback nor a stage 2 has dropped a row here.");
      return ExitCode.DONE;
    }
    String format = "%4s  %-10s  %-8s  %-12s  %-28s  %-12s  %-20s  %-14s  %s%n";
    out.printf(format, "id", "taken", "by", "release", "from", "kept", "state", "until", "in");
    for (SalvageEntry each : entries) {
      out.printf(
          format,
          each.id(),
          SalvageAccess.day(each.takenAt()),
          SalvageAccess.cause(each),
          each.release().orElse("-"),
          each.place(),
          each.amount(),
          SalvageAccess.state(each),
          SalvageAccess.until(each),
          each.keptIn());
    }
    out.println(
        "Bring back: ripcord salvage restore ID. Delete for good: ripcord salvage purge ID");
    return ExitCode.DONE;
  }
}
