package dev.ripcord.cli.salvage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.config.Durations;
import dev.ripcord.json.Json;
import dev.ripcord.port.Clocks;
import dev.ripcord.postgres.migrate.salvage.SalvageArchive;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord salvage purge}. */
@Command(
    name = "purge",
    mixinStandardHelpOptions = true,
    description = "Delete kept rows for good.",
    footer = {"", "Example: ripcord salvage purge --older-than 30d --yes"})
final class SalvagePurge implements Callable<Integer> {
  private final SalvageAccess access;
  private final Clocks clocks;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(paramLabel = "ID", arity = "0..*", description = "as salvage list shows them")
  private List<Long> ids = new ArrayList<>();

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      description = "all that was kept longer ago, such as 30d")
  private @Nullable String olderThan;

  @Option(
      names = "--expired",
      description =
          "all of stage 2 whose time is over; does not ask, and takes nothing of a rollback")
  private boolean expired;

  @Option(
      names = {"-y", "--yes"},
      description = "do not ask")
  private boolean yes;

  SalvagePurge(SalvageAccess access, Clocks clocks) {
    this.access = access;
    this.clocks = clocks;
  }

  @Override
  public Integer call() throws Exception {
    return access.call(this::run);
  }

  private int run() throws IOException {
    if ((ids.isEmpty() ? 0 : 1) + (olderThan == null ? 0 : 1) + (expired ? 1 : 0) != 1) {
      throw new ExitException(
          ExitCode.USAGE, "name either ids, --older-than TIME or --expired; see: salvage list");
    }
    if (expired) {
      report(access.archive(common, options).purgeDue(access.who()).await());
      return ExitCode.DONE;
    }
    Optional<Duration> age = MigrateContext.read("--older-than", olderThan, Durations::parse);
    SalvageArchive archive = access.archive(common, options);
    List<SalvageEntry> all = archive.list().await();
    List<SalvageEntry> chosen =
        age.map(each -> olderThan(all, each))
            .orElseGet(() -> all.stream().filter(each -> ids.contains(each.id())).toList());
    ids.stream()
        .filter(id -> all.stream().noneMatch(each -> each.id() == id))
        .findFirst()
        .ifPresent(
            id -> {
              throw new ExitException(
                  ExitCode.REFUSED, "✖ nothing is kept under " + id + "; see: salvage list");
            });
    if (!chosen.isEmpty()) {
      agree(chosen);
    }
    report(archive.purge(chosen, access.who()).await());
    return ExitCode.DONE;
  }

  private List<SalvageEntry> olderThan(List<SalvageEntry> entries, Duration age) {
    Instant before = clocks.wall().instant().minus(age);
    return entries.stream()
        .filter(each -> each.purgedAt().isEmpty() && each.takenAt().isBefore(before))
        .toList();
  }

  private void report(List<SalvageEntry> purged) {
    if (common.json()) {
      ObjectNode object = Json.object().put("outcome", "done");
      ArrayNode array = object.putArray("purged");
      purged.forEach(each -> array.add(each.id()));
      access.console().out().println(object);
    } else if (purged.isEmpty()) {
      access.console().out().println("Nothing to purge.");
    } else {
      purged.forEach(
          each ->
              access.console().out().println("✔ %d purged: %s".formatted(each.id(), each.what())));
    }
  }

  private void agree(List<SalvageEntry> chosen) throws IOException {
    if (yes) {
      return;
    }
    Console console = access.console();
    String what =
        "%d %s would be deleted for good"
            .formatted(chosen.size(), chosen.size() == 1 ? "entry" : "entries");
    if (!console.interactive()) {
      throw new ExitException(
          ExitCode.REFUSED,
          what + ", and stdin is not a terminal; pass --yes to skip the confirmation");
    }
    chosen.forEach(each -> console.out().println("  " + each.id() + "  " + each.line()));
    console.out().print(what + ". Go on? [y/N] ");
    console.out().flush();
    String answer =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new ExitException(ExitCode.REFUSED, "not purged; nothing was changed");
    }
  }
}
