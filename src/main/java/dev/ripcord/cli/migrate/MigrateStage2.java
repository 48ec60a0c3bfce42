package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateGate;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.MigrateReport;
import dev.ripcord.config.Durations;
import dev.ripcord.migration.History;
import dev.ripcord.migration.file.Approval;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationRecord;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.salvage.StageTwo;
import dev.ripcord.postgres.migrate.salvage.StageTwoPreview;
import dev.ripcord.release.PersonName;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate stage2}. */
@Command(
    name = "stage2",
    mixinStandardHelpOptions = true,
    description =
        "After the code is deployed: apply the pending removals, with an approval, and set the"
            + " savepoint before_field_remove.",
    footer = {"", "Example: ripcord migrate stage2 --approved-by alice --because \"not used\""})
final class MigrateStage2 implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--approved-by", paramLabel = "WHO", description = "who approved the removals")
  private @Nullable String approvedBy;

  @Option(names = "--because", paramLabel = "TEXT", description = "why it may go, for the audit")
  private @Nullable String because;

  @Option(names = "--release", paramLabel = "NAME", description = "the release they belong to")
  private @Nullable String release;

  @Option(
      names = "--dry-run",
      description = "only say what would be dropped, and what is kept of it until when")
  private boolean dryRun;

  @Option(
      names = "--accept-loss",
      description = "drop for good what cannot be kept, which is refused otherwise")
  private boolean acceptLoss;

  MigrateStage2(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    MigrateReport report = new MigrateReport(tools.console(), common.json(), "applied");
    StageTwo stage = tools.stageTwo(common, options, report).acceptingLoss(acceptLoss);
    if (dryRun) {
      tools.needNative(common, options);
      return preview(stage);
    }
    if (approvedBy == null || approvedBy.isBlank()) {
      return report.refuse(
          (stage.rule().isPresent()
                  ? "stage 2 removes what can be brought back for "
                      + Durations.text(stage.grace())
                      + " only"
                  : "stage 2 removes what cannot be brought back")
              + ", and needs an approval: ripcord migrate stage2 --approved-by NAME. What it would"
              + " drop: --dry-run");
    }
    tools.needNative(common, options);
    String approver =
        MigrateContext.read("--approved-by", approvedBy, PersonName::parse).orElseThrow();
    Folder folder = tools.folder(common, options);
    Database database = tools.database(common, options);
    MigrationStatus status = tools.withRunner(common, options, step -> {}, MigrationRunner::status);
    MigrationSelection<MigrationFile> choice =
        new PendingSelection(folder, status.history()).stage2();
    RunMetadata note =
        tools
            .note(Optional.ofNullable(release))
            .approvedBy(approver)
            .savepoint("before_field_remove");
    if (choice instanceof MigrationSelection.Chosen<MigrationFile>(List<MigrationFile> files)
        && !files.isEmpty()) {
      List<String> reasons = againstApproval(files, status, approver);
      if (!reasons.isEmpty()) {
        return report.end(new MigrationOutcome.Refused(reasons, List.of()));
      }
      MigrateGate gate = tools.gate(common, options, database, MigrateGate.Wish.FORWARD_ONLY);
      tools.withHistory(
          database, books -> books.approve(files, note, Optional.ofNullable(because)));
      return tools.run(
          common,
          options,
          report,
          runner -> {
            MigrationRunner kept = runner.stageTwo(stage);
            show(kept, files);
            return kept.up(past -> gate.pass(still(folder, past, files), runner), note);
          });
    }
    return tools.run(
        common,
        options,
        report,
        runner -> runner.up(past -> new PendingSelection(folder, past).stage2(), note));
  }

  /** What is about to be dropped; that it cannot be read stops nothing. */
  private void show(MigrationRunner runner, List<MigrationFile> files) {
    PrintStream err = tools.console().err();
    try {
      StageTwoText.lines(runner.preview(files).await()).forEach(err::println);
    } catch (SchemaException unreadable) {
      err.println("▲ what is kept cannot be said before: " + unreadable.getMessage());
    }
  }

  private int preview(StageTwo stage) {
    Folder folder = tools.folder(common, options);
    MigrationStatus status = tools.withRunner(common, options, step -> {}, MigrationRunner::status);
    List<MigrationFile> files =
        switch (new PendingSelection(folder, status.history()).stage2()) {
          case MigrationSelection.Chosen<MigrationFile> chosen -> chosen.items();
          case MigrationSelection.Refused<MigrationFile>(List<String> reasons) ->
              throw new ExitException(
                  ExitCode.REFUSED, "✖ refused:\n  · " + String.join("\n  · ", reasons));
        };
    StageTwoPreview.Kept kept =
        tools.withRunner(
            common, options, step -> {}, runner -> runner.stageTwo(stage).preview(files));
    PrintStream out = tools.console().out();
    if (common.json()) {
      out.println(StageTwoText.json(kept));
    } else if (files.isEmpty()) {
      out.println("✔ nothing to do");
    } else {
      StageTwoText.lines(kept).forEach(out::println);
    }
    return ExitCode.DONE;
  }

  /** What is run is what was approved, even when somebody ran something in between. */
  private static MigrationSelection<MigrationFile> still(
      Folder folder, History past, List<MigrationFile> approved) {
    MigrationSelection<MigrationFile> choice = new PendingSelection(folder, past).stage2();
    return choice instanceof MigrationSelection.Chosen<MigrationFile>(List<MigrationFile> now)
            && !approved.containsAll(now)
        ? new MigrationSelection.Refused<>(
            List.of("what is pending has changed since it was approved: approve it again"))
        : choice;
  }

  private List<String> againstApproval(
      List<MigrationFile> files, MigrationStatus status, String approver) {
    if (!tools.twoPerson(common, options)) {
      return List.of();
    }
    Path dir = tools.dir(common, options);
    List<Approval.Written> written =
        files.stream().map(file -> new Approval.Written(file, Authors.of(dir, file))).toList();
    List<String> stage1 =
        status.records().stream()
            .filter(MigrationRecord::isApplied)
            .filter(each -> each.stage() == 1)
            .filter(
                each -> release != null && each.applied().release().equals(Optional.of(release)))
            .map(MigrationRecord::by)
            .distinct()
            .toList();
    return new Approval(approver, stage1).against(written);
  }
}
