package dev.ripcord.postgres.history;

import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The statements that change the history without a run. */
public final class HistorySql {
  static final String BASELINED = "recorded by a baseline, Ripcord did not run it";

  private static final String AUDIT =
      """
      INSERT INTO $schema.migration_audit (migration_version, executed_by, execution_time_ms, success,
        rollback_executed, name, direction, release, approved_by, detail, because)
      VALUES ($1, $2, 0, true, false, $3, $4, $5, $6, $7, $8)
      """;
  private static final String EVENTS =
      """
      SELECT migration_version, direction, coalesce(approved_by, executed_by) AS by, executed_at,
        nullif(concat_ws(': ', error_message, detail), '') AS detail, because
      FROM $schema.migration_audit
      WHERE direction IN ('approval', 'baseline', 'repair', 'schema', 'cancel', 'purge') ORDER BY id
      """;
  private static final String BASELINE =
      """
      UPDATE $schema.migration_history SET irreversible = $2, tool = 'baseline'
      WHERE version::numeric = $1::text::numeric AND success AND reverted_at IS NULL
      """;
  private static final String UP =
      """
      UPDATE $schema.migration_history SET checksum = $2, up_file = $3, up_text = $4, name = $5
      WHERE id = $1
      """;
  private static final String DOWN =
      """
      UPDATE $schema.migration_history
      SET down_file = $2, down_text = $3, down_checksum = $4, irreversible = $5 WHERE id = $1
      """;
  private static final String REVERT =
      """
      UPDATE $schema.migration_history
      SET reverted_at = clock_timestamp(), reverted_by = $2, reverted_release = $3
      WHERE id = $1 AND reverted_at IS NULL
      """;
  private static final String FORGET =
      "DELETE FROM $schema.migration_progress WHERE version = $1::text::numeric";

  private final MigrationTables tables;

  public HistorySql(MigrationTables tables) {
    this.tables = tables;
  }

  /**
   * A line of the audit.
   *
   * @param what {@code approval}, {@code baseline} or {@code repair}
   * @param detail what was changed, for people
   */
  public record Line(Version version, String name, String what, Optional<String> detail) {}

  public void audit(
      MigrationSession session, Line line, RunMetadata note, Optional<String> because) {
    session.change(
        tables.sql(AUDIT),
        line.version().text(),
        note.by(),
        line.name(),
        line.what(),
        note.release().orElse(null),
        note.approvedBy().orElse(null),
        line.detail().orElse(null),
        because.orElse(null));
  }

  public List<MigrationEvent> events(MigrationSession session) {
    if (!tables.tellOfPeople(session)) {
      return List.of();
    }
    return session.ask(tables.sql(EVENTS)).stream().map(HistorySql::event).toList();
  }

  private static MigrationEvent event(Row row) {
    return new MigrationEvent(
        new Version(row.getString("migration_version")),
        row.getString("direction"),
        row.getString("by"),
        row.getOffsetDateTime("executed_at").toInstant(),
        Optional.ofNullable(row.getString("detail")),
        Optional.ofNullable(row.getString("because")));
  }

  /** Records a migration that was not run. */
  public void baseline(MigrationSession session, MigrationFile file, RunMetadata note) {
    insert(session, file, note);
    session.change(tables.sql(BASELINE), file.version().text(), BASELINED);
    audit(
        session,
        new Line(file.version(), file.name(), "baseline", Optional.of(recorded(file))),
        note,
        Optional.empty());
  }

  public static String recorded(MigrationFile file) {
    return file.label() + ": recorded as applied, without being run";
  }

  public void insert(MigrationSession session, MigrationFile file, RunMetadata note) {
    var _ =
        new RunnerRecords(tables, note, OptionalLong.empty()).history(file).send(session).await();
  }

  public void changeUp(MigrationSession session, long order, MigrationFile file) {
    session.change(
        tables.sql(UP), order, file.checksum(), file.up().name(), file.up().text(), file.name());
  }

  public void changeDown(MigrationSession session, long order, MigrationFile file) {
    Optional<SourceFile> down = file.down();
    session.change(
        tables.sql(DOWN),
        order,
        down.map(SourceFile::name).orElse(null),
        down.map(SourceFile::text).orElse(null),
        down.map(SourceFile::text).map(Checksum::of).orElse(null),
        file.header().irreversible().orElse(null));
  }

  public void revert(MigrationSession session, long order, RunMetadata note) {
    session.change(tables.sql(REVERT), order, note.by(), note.release().orElse(null));
  }

  public void forget(MigrationSession session, Version version) {
    session.change(tables.sql(FORGET), version.text());
  }
}
