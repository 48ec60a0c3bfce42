package dev.ripcord.cli.migrate.inspect;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.ShutdownHook;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.MigrateStatusView;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.FolderProblem;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.verify.ProofRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Prove that migrations can be reverted: up, writes as new code would, down, on a scratch"
          + " copy of the database, and everything compared with before.",
      "Without FILE all that is pending, in order; each FILE on its own, as if it were the next."
    },
    footer = {
      "",
      "Exit codes: 0 each can go back (proven, guarded or lossy), 4 one cannot (impossible).",
      "Example: ripcord migrate verify --dir migrations"
    })
public final class MigrateVerify implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--pending", description = "all that is pending, in order (the default)")
  private boolean pending;

  @Option(names = "--no-rows", description = "copy no real rows; only made-up ones are tried")
  private boolean noRows;

  @Option(
      names = "--no-store",
      description =
          "write nothing to the database; else the verdicts go beside the history, for"
              + " \"migrate status\"")
  private boolean noStore;

  @Option(
      names = "--shadow",
      paramLabel = "PLACE",
      description =
          "where the copy is made: server, embedded (a PostgreSQL of the same major version on this"
              + " machine), or auto: embedded where the role may make no database (default: the"
              + " configuration's, then auto)")
  private @Nullable String shadow;

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "up files")
  private List<Path> files = List.of();

  public MigrateVerify(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    if (pending && !files.isEmpty()) {
      throw new ExitException(ExitCode.USAGE, "--pending and FILE cannot both be given");
    }
    Database database = tools.database(common, options);
    Folder folder =
        files.isEmpty() ? tools.folder(common, options) : tools.folderOf(common, options, files);
    List<MigrationFile> chosen = files.isEmpty() ? pending(folder) : unapplied(named(folder));
    refuse(folder, chosen);
    List<Proof> proofs = chosen.isEmpty() ? List.of() : prove(database, chosen);
    if (!noStore && !proofs.isEmpty()) {
      store(chosen, proofs);
    }
    VerifyView view = new VerifyView(proofs);
    if (common.json()) {
      tools.console().out().println(view.json());
    } else {
      view.lines().forEach(tools.console().out()::println);
    }
    return proofs.stream().anyMatch(proof -> proof.verdict() == Verdict.IMPOSSIBLE)
        ? ExitCode.REFUSED
        : ExitCode.DONE;
  }

  private List<MigrationFile> pending(Folder folder) {
    return new PendingSelection(
            folder,
            tools.withRunner(common, options, step -> {}, MigrationRunner::status).history())
        .pending();
  }

  private List<MigrationFile> named(Folder folder) {
    List<MigrationFile> chosen = new ArrayList<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      chosen.add(
          folder.migrations().stream()
              .filter(each -> each.up().name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ExitException(
                          ExitCode.USAGE, file + ": is no up file of a migration there")));
    }
    return chosen;
  }

  /** The copy is of the database as it stands: what is in it already cannot be tried on it. */
  private List<MigrationFile> unapplied(List<MigrationFile> chosen) {
    MigrationStatus status;
    try {
      status = tools.withRunner(common, options, step -> {}, MigrationRunner::status);
    } catch (SchemaException unreadable) {
      return chosen; // Who may not read the history can prove all the same.
    }
    List<String> applied =
        chosen.stream()
            .flatMap(
                file ->
                    status.history().applied(file.version()).stream()
                        .map(
                            each ->
                                file.up().name()
                                    + " is applied already, as "
                                    + each.label()
                                    + " at "
                                    + MigrateStatusView.local(each.appliedAt())))
            .toList();
    if (!applied.isEmpty()) {
      throw new ExitException(
          ExitCode.REFUSED,
          "✖ "
              + String.join("\n✖ ", applied)
              + "\n"
              + "  A down migration is verified before the up is applied, on a copy of the database"
              + " as it stands. What was found then: ripcord migrate status. To try it again,"
              + " verify it on a database without it: --database-url");
    }
    return chosen;
  }

  /** A missing or empty down is a verdict; what else is wrong with the folder stops it. */
  private static void refuse(Folder folder, List<MigrationFile> chosen) {
    List<String> reasons =
        folder.problems().stream()
            .filter(FolderProblem::blocking)
            .filter(problem -> problem.version().isEmpty())
            .map(FolderProblem::text)
            .toList();
    if (!reasons.isEmpty() && !chosen.isEmpty()) {
      throw new ExitException(ExitCode.REFUSED, "✖ " + String.join("\n✖ ", reasons));
    }
  }

  /** A role that may only read proves as well; then the verdict is printed and not kept. */
  private void store(List<MigrationFile> chosen, List<Proof> proofs) {
    List<StoredProof> stored = new ArrayList<>();
    for (int i = 0; i < proofs.size(); i++) {
      stored.add(StoredProof.of(chosen.get(i), proofs.get(i)));
    }
    try {
      var _ = tools.withRunner(common, options, step -> {}, runner -> runner.store(stored));
    } catch (SchemaException refused) {
      tools
          .console()
          .err()
          .println("▲ the verdicts were not stored beside the history: " + refused.getMessage());
    }
  }

  private ShadowChoice place() {
    if (shadow == null) {
      return tools.shadow(common, options);
    }
    return Stream.of(ShadowChoice.values())
        .filter(choice -> choice.text().equals(shadow))
        .findFirst()
        .orElseThrow(
            () ->
                new ExitException(
                    ExitCode.USAGE, "--shadow " + shadow + ": auto, server or embedded is needed"));
  }

  private List<Proof> prove(Database database, List<MigrationFile> chosen) {
    ProofRunner runner =
        new ProofRunner(
            tools.loops().vertx(),
            database,
            !noRows,
            place(),
            what -> tools.console().err().println("… " + what));
    try (ShutdownHook _ = new ShutdownHook("drop shadows", runner::abandon)) {
      return (files.isEmpty() ? runner.inOrder(chosen) : runner.eachAlone(chosen)).await();
    }
  }
}
