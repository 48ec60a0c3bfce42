package dev.ripcord.cli;

import dev.ripcord.migration.Folder;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationRunner;
import dev.ripcord.postgres.MigrationStatus;
import dev.ripcord.proof.Check;
import dev.ripcord.proof.StoredProof;
import java.util.List;
import java.util.Map;
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
final class MigrateStatus implements Callable<Integer> {
  private final MigrateTools tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--exit-code", description = "end with 3 when something is pending")
  private boolean exitCode;

  @Option(
      names = "--live",
      description = "count on the live data whether the checks of guarded ways back hold")
  private boolean live;

  MigrateStatus(MigrateTools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Folder folder = tools.folder(common, options);
    Database database = tools.database(common, options);
    MigrationStatus status = tools.withRunner(database, step -> {}, MigrationRunner::status);
    List<StoredProof> proofs = tools.withRunner(database, step -> {}, MigrationRunner::proofs);
    Map<String, Long> counts =
        live
            ? tools.withRunner(database, step -> {}, runner -> runner.counts(checks(proofs)))
            : Map.of();
    MigrateStatusView view = new MigrateStatusView(folder, status, new ProofsShown(proofs, counts));
    if (common.json()) {
      tools.console().out().println(view.json());
    } else {
      view.lines().forEach(tools.console().out()::println);
    }
    return exitCode && view.isPending() ? MigrateTools.PENDING : MigrateTools.DONE;
  }

  private static List<Check> checks(List<StoredProof> proofs) {
    return proofs.stream()
        .flatMap(proof -> proof.checks().stream())
        .filter(check -> check.when() == Check.When.BEFORE_DOWN)
        .distinct()
        .toList();
  }
}
