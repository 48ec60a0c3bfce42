package dev.ripcord.postgres.tool;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.selection.ToolPage;
import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.migration.selection.ToolReconciliation;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationRecord;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.history.MigrationTables;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings Ripcord's history and the own table of a tool together: the table is right about what is
 * applied, the history knows releases and downs.
 */
public final class ToolReconciler {
  private static final String SQLX =
      """
      SELECT version::text AS version, encode(checksum, 'hex') AS checksum, installed_on,
        execution_time FROM $table WHERE success ORDER BY installed_on, _sqlx_migrations.version
      """;
  private static final String UNDER_WAY = "SELECT FROM $schema.migration_progress";
  private static final String WAYS =
      """
      SELECT place, release FROM $schema.tool_savepoint
      WHERE tool = $1 AND release IS NOT NULL AND place ~ '^(base|[0-9]+)$' ORDER BY id DESC
      """;
  private static final String THERE = "SELECT to_regclass($1) IS NOT NULL";
  private final MigrationTables tables;
  private final ManagedToolFiles kept;

  public ToolReconciler(MigrationTables tables, ManagedToolFiles kept) {
    this.tables = tables;
    this.kept = kept;
  }

  /** Compares as things stand; reads only. */
  public ToolReconciliation reckon(MigrationSession session, History history) {
    return new ToolReconciliation(page(session, history), kept.folder().get(), history);
  }

  private ToolPage page(MigrationSession session, History history) {
    Tool tool = kept.tool();
    Optional<ToolTableWriter> ledger = ToolTableWriter.find(session, tool, tables);
    if (ledger.isEmpty()) {
      return new ToolPage(tool, List.of(), missing(history), !history.applied().isEmpty());
    }
    ToolPosition standing = ToolTable.read(session, tool);
    if (tool == Tool.GOLANG_MIGRATE) {
      boolean ours =
          !standing.problems().isEmpty()
              && isThere(session, "$schema.migration_progress")
              && !session.ask(tables.sql(UNDER_WAY)).isEmpty();
      return new ToolPage(
          tool,
          standing.current().filter(Version::isValid).map(ToolReconciler::line).stream().toList(),
          ours ? List.of() : standing.problems(),
          ours || !standing.problems().isEmpty());
    }
    List<ToolPage.Line> lines =
        session.ask(SQLX.replace("$table", ledger.get().table() + " _sqlx_migrations")).stream()
            .map(ToolReconciler::line)
            .toList();
    return new ToolPage(tool, lines, standing.problems(), false);
  }

  /** Whether the schema was emptied, or the tool never knew of it, only a person can tell. */
  private List<String> missing(History history) {
    String table = ToolTable.name(kept.tool());
    String tool = kept.tool().text();
    return history.applied().isEmpty()
        ? List.of()
        : List.of(
            "there is no table "
                + table
                + ", while ripcord.migration_history has "
                + history.applied().size()
                + " as applied. If the database was emptied, let "
                + tool
                + " make its table, and Ripcord counts them as reverted; else bring the table"
                + " back, or leave out \"tool\" in the configuration");
  }

  private static ToolPage.Line line(String version) {
    return new ToolPage.Line(
        new Version(version), Optional.empty(), Optional.empty(), Duration.ZERO);
  }

  private static ToolPage.Line line(Row row) {
    return new ToolPage.Line(
        new Version(row.getString("version")),
        Optional.ofNullable(row.getString("checksum")),
        Optional.ofNullable(row.getOffsetDateTime("installed_on")).map(OffsetDateTime::toInstant),
        Duration.ofNanos(Math.max(0, row.getLong("execution_time"))));
  }

  /** What is applied, as it is. */
  public History history(MigrationSession session, ToolReconciliation reckoning) {
    List<Row> ways =
        isThere(session, "$schema.tool_savepoint")
            ? session.ask(tables.sql(WAYS), kept.tool().text())
            : List.of();
    return reckoning.history(version -> release(ways, version));
  }

  /** The release whose savepoint was set last below a version. */
  private static Optional<String> release(List<Row> newestFirst, Version version) {
    return newestFirst.stream()
        .filter(
            way ->
                way.getString("place").equals(ToolPosition.BASE)
                    || new Version(way.getString("place")).compareTo(version) < 0)
        .findFirst()
        .map(way -> way.getString("release"));
  }

  private boolean isThere(MigrationSession session, String table) {
    return session.ask(THERE, tables.sql(table)).getFirst().getBoolean(0);
  }

  /** The status with what the tool did by itself; reads only. */
  public MigrationStatus seen(MigrationSession session, MigrationStatus status) {
    ToolReconciliation reckoning = reckon(session, status.history());
    History now = history(session, reckoning);
    List<MigrationRecord> records = new ArrayList<>();
    for (MigrationRecord each : status.records()) {
      boolean gone = each.isApplied() && !now.applied().contains(each.applied());
      records.add(gone ? reverted(each) : each);
    }
    for (Applied each : now.applied()) {
      if (each.order() >= ToolReconciliation.UNRECORDED) {
        records.add(record(each, reckoning));
      }
    }
    return new MigrationStatus(
        records,
        now,
        status.interrupted(),
        status.unfinished(),
        reckoning.blockers(),
        status.open());
  }

  private static MigrationRecord reverted(MigrationRecord record) {
    return new MigrationRecord(
        record.applied(),
        record.stage(),
        record.took(),
        record.by(),
        record.approvedBy(),
        record.error(),
        Optional.of(record.applied().appliedAt()));
  }

  private MigrationRecord record(Applied applied, ToolReconciliation reckoning) {
    Optional<ToolReconciliation.Met> met =
        reckoning.met().stream()
            .filter(each -> each.file().version().equals(applied.version()))
            .findFirst();
    return new MigrationRecord(
        applied,
        met.map(each -> each.file().stage()).orElse(1),
        met.flatMap(ToolReconciliation.Met::line).map(ToolPage.Line::took).orElse(Duration.ZERO),
        kept.tool().text(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
