package dev.ripcord.cli.migrate.inspect;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.LiveBlock;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.ForeignToolCommands;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.MigrateStatusView;
import dev.ripcord.cli.migrate.context.ProofsShown;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.migrate.ActivityMonitor;
import dev.ripcord.postgres.migrate.MigrationRunner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "What is applied, what is pending, where one can go back to, what is wrong.",
    footer = {"", "Example: ripcord migrate status --exit-code"})
public final class MigrateStatus implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--exit-code", description = "end with 3 when something is pending")
  private boolean exitCode;

  @Option(
      names = "--watch",
      description = "look again every second, also at who runs and who waits, until Ctrl-C")
  private boolean watch;

  @Option(
      names = "--live",
      description = "count on the live data whether the checks of guarded down migrations hold")
  private boolean live;

  public MigrateStatus(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Optional<ForeignToolCommands> other = tools.otherTool(common, options);
    if (other.isPresent()) {
      if (watch || exitCode) {
        throw new ExitException(
            ExitCode.USAGE,
            "--watch and --exit-code are for migrations that Ripcord runs itself: what is pending"
                + " for another tool only that tool knows");
      }
      return other.get().status();
    }
    Folder folder = tools.folder(common, options);
    if (watch) {
      if (exitCode || live) {
        throw new ExitException(
            ExitCode.USAGE, "--watch has no end: leave --exit-code and --live out");
      }
      return watch();
    }
    MigrationStatus status = tools.withRunner(common, options, step -> {}, MigrationRunner::status);
    List<StoredProof> proofs =
        tools.withRunner(common, options, step -> {}, MigrationRunner::proofs);
    Map<String, Long> counts =
        live
            ? tools.withRunner(common, options, step -> {}, runner -> runner.counts(checks(proofs)))
            : Map.of();
    MigrateStatusView view =
        new MigrateStatusView(
            folder,
            status,
            new ProofsShown(proofs, counts),
            tools.withRunner(
                common,
                options,
                step -> {},
                runner ->
                    runner.batchesOfViews(
                        new PendingSelection(folder, status.history()).pending())),
            Optional.of(tools.withRunner(common, options, step -> {}, MigrationRunner::kept)));
    if (common.json()) {
      tools.console().out().println(view.json());
    } else {
      view.lines().forEach(tools.console().out()::println);
    }
    return exitCode && view.isPending() ? ExitCode.PENDING : ExitCode.DONE;
  }

  /** On a terminal one block is redrawn; elsewhere each look that differs is printed. */
  private int watch() {
    LiveBlock block = LiveBlock.of(tools.console(), tools.alarm().clocks());
    try (ActivityMonitor watched =
        ActivityMonitor.open(
            tools.loops().vertx(),
            tools.database(common, options),
            MigrateContext.SCHEMA,
            tools.kept(common, options))) {
      String last = "";
      while (true) {
        Folder folder = tools.folder(common, options);
        ActivityView live = new ActivityView(folder, watched.status(), watched.activity());
        String text = common.json() ? live.json().toString() : String.join("\n", live.lines());
        if (tools.console().interactive() && !common.json()) {
          block.draw(live.lines());
        } else if (!text.equals(last)) {
          tools.console().out().println(text);
          tools.console().out().flush();
        }
        last = text;
        watched.pause(LOOK_EVERY);
      }
    }
  }

  private static List<Check> checks(List<StoredProof> proofs) {
    return proofs.stream()
        .flatMap(proof -> proof.checks().stream())
        .filter(check -> check.when() == Check.When.BEFORE_DOWN)
        .distinct()
        .toList();
  }
}
