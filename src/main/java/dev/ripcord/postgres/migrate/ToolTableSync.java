package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.selection.ToolPage;
import dev.ripcord.migration.selection.ToolReconciliation;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.history.HistorySql;
import dev.ripcord.postgres.history.MigrationHistory;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.HistoryWriter;
import dev.ripcord.postgres.migrate.execution.RunContext;
import dev.ripcord.postgres.migrate.execution.RunnerTransaction;
import dev.ripcord.postgres.tool.ToolReconciler;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into Ripcord's history what another tool applied or reverted by itself.
 *
 * @param context the run that holds the lock
 * @param reckoner compares the tool's table with the history
 */
record ToolTableSync(RunContext context, Tool tool, ToolReconciler reckoner) {
  private static final Logger LOG = LoggerFactory.getLogger(ToolTableSync.class);
  private static final String MET =
      """
      UPDATE $schema.migration_history SET tool = $2, executed_at = coalesce($3, executed_at),
        execution_time_ms = $4
      WHERE version::numeric = $1::text::numeric AND success AND reverted_at IS NULL
      """;

  /**
   * Writes into the history what the tool did by itself, with a line in the audit for each; gives
   * the history as it then is, where what nobody can account for counts as applied.
   */
  History record(MigrationHistory history, RunMetadata note) {
    History past = history.history(context.lockSession().client()).await();
    ToolReconciliation reckoning = reckoner.reckon(context.lockSession(), past);
    if (!reckoning.problems().isEmpty()
        || (reckoning.gone().isEmpty() && reckoning.met().isEmpty())) {
      return reckoner.history(context.lockSession(), reckoning);
    }
    History now = reckoner.history(context.lockSession(), reckoning);
    List<String> lines =
        RunnerTransaction.fresh(context)
            .run(
                () -> {
                  new HistoryWriter(context.tables(), note, OptionalLong.empty())
                      .checkFence(context.workSession());
                  return write(context.workSession(), reckoning, now, note);
                });
    lines.forEach(line -> context.meanwhile().accept(RunProgress.once(line)));
    lines.forEach(line -> LOG.info("{}", line));
    History written = history.history(context.lockSession().client()).await();
    return reckoner.history(context.lockSession(), reckoner.reckon(context.lockSession(), written));
  }

  private List<String> write(
      MigrationSession session, ToolReconciliation reckoning, History now, RunMetadata note) {
    HistorySql sql = new HistorySql(context.tables());
    String name = tool.text();
    RunMetadata by = RunMetadata.by(name);
    List<String> lines = new ArrayList<>();
    for (Applied each : reckoning.gone()) {
      String what = each.label() + ": reverted by " + name + " itself; recorded";
      sql.revert(session, each.order(), by);
      audit(sql, session, each.version(), each.name(), what, note);
      lines.add(what);
    }
    for (ToolReconciliation.Met each : reckoning.met()) {
      MigrationFile file = each.file();
      String what = file.label() + ": applied by " + name + " itself; recorded with its down";
      Optional<String> release = now.applied(file.version()).flatMap(Applied::release);
      sql.insert(session, file, by.release(release));
      session.change(
          context.tables().sql(MET),
          file.version().text(),
          name,
          each.line()
              .flatMap(ToolPage.Line::at)
              .map(at -> at.atOffset(ZoneOffset.UTC))
              .orElse(null),
          each.line().map(ToolPage.Line::took).orElse(Duration.ZERO).toMillis());
      audit(sql, session, file.version(), file.name(), what, note);
      lines.add(what);
    }
    return lines;
  }

  private static void audit(
      HistorySql sql,
      MigrationSession session,
      Version version,
      String name,
      String what,
      RunMetadata note) {
    sql.audit(
        session,
        new HistorySql.Line(version, name, "repair", Optional.of(what)),
        note,
        Optional.empty());
  }
}
