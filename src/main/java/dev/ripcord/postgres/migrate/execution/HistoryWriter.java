package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.PreparedCommand;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.history.RunnerRecords;
import dev.ripcord.postgres.migrate.lock.RunnerFence;
import dev.ripcord.postgres.tool.ToolTableWriter;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The history, the audit, savepoints and the fence, as one run needs them. */
public final class HistoryWriter {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryWriter.class);

  private static final String IS_APPLIED =
      """
      SELECT checksum FROM $schema.migration_history
      WHERE version::numeric = $1::text::numeric AND success AND reverted_at IS NULL
      """;
  private static final String STORED =
      """
      SELECT reverted_at IS NOT NULL AS reverted, down_text, down_checksum
      FROM $schema.migration_history WHERE id = $1 AND success FOR UPDATE
      """;

  /** Divides by zero where the down is not the one that was planned with, or is done. */
  private static final String SAME =
      """
      SELECT 1 / coalesce((
        SELECT success AND reverted_at IS NULL AND down_checksum = $2 AND down_text = $3
        FROM $schema.migration_history WHERE id = $1 FOR UPDATE)::int, 0)
      """;

  private static final String DOWN_FILES =
      """
      SELECT id, down_file FROM $schema.migration_history
      WHERE success AND reverted_at IS NULL AND down_file IS NOT NULL
      """;
  private static final String RECORDED =
      """
      SELECT FROM $schema.migration_audit
      WHERE attempt = $1::bigint AND migration_version = $2 AND success LIMIT 1
      """;
  private static final String SAVEPOINT =
      """
      INSERT INTO $schema.savepoint (name, history_id, version, release, set_by)
      SELECT $1, coalesce(max(id), 0),
        (array_agg(version ORDER BY id DESC) FILTER (WHERE id IS NOT NULL))[1], $2, $3
      FROM $schema.migration_history WHERE success AND reverted_at IS NULL
      """;

  private final MigrationTables tables;
  private final RunMetadata note;
  private final OptionalLong attempt;
  private final Optional<ToolTableWriter> ledger;
  private final RunnerRecords records;
  private final RunnerFence fence;

  /** For a run; its number is empty for what is no run. */
  public HistoryWriter(MigrationTables tables, RunMetadata note, OptionalLong attempt) {
    this(tables, note, attempt, Optional.empty());
  }

  /** The same with the table of another tool beside them. */
  public HistoryWriter(
      MigrationTables tables,
      RunMetadata note,
      OptionalLong attempt,
      Optional<ToolTableWriter> ledger) {
    this.tables = tables;
    this.note = note;
    this.attempt = attempt;
    this.ledger = ledger;
    this.records = new RunnerRecords(tables, note, attempt);
    this.fence = new RunnerFence(tables, note.permit());
  }

  /** Asks what {@link #lookAtStored} answers, inside of a text. */
  PreparedCommand sameStored(Applied applied) {
    return new PreparedCommand(
        "ripcord_same",
        tables.sql(SAME),
        Arrays.asList(
            applied.order(),
            applied.down().map(Checksum::of).orElse(null),
            applied.down().orElse(null)));
  }

  /** The release that the run belongs to. */
  Optional<String> release() {
    return note.release();
  }

  /** Who runs it. */
  String by() {
    return note.by();
  }

  /** Whether the team's own queries are asked in this run. */
  boolean checks() {
    return note.checks();
  }

  /** Refuses a run that a newer one has overtaken. Call it first in a transaction. */
  public void checkFence(MigrationSession session) {
    var _ = session.await(lookAtFence(session));
  }

  /** The same without waiting. Where no transaction is open it only says what was seen last. */
  Future<?> lookAtFence(MigrationSession session) {
    return fence.look(session);
  }

  Optional<String> appliedChecksum(MigrationSession session, Version version) {
    List<Row> rows = session.ask(tables.sql(IS_APPLIED), version.text());
    return rows.stream().findFirst().map(row -> row.getString(0));
  }

  /** The row of an applied migration, locked until the transaction ends. */
  Row stored(MigrationSession session, Applied applied) {
    return session.await(lookAtStored(session, applied));
  }

  /** The same without waiting. */
  Future<Row> lookAtStored(MigrationSession session, Applied applied) {
    return session
        .sendPrepared(tables.sql(STORED), applied.order())
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.failedFuture(
                        new PreconditionFailure(
                            applied.label()
                                + ": its row "
                                + applied.order()
                                + " is not in the history any more"))
                    : Future.succeededFuture(rows.iterator().next()));
  }

  /** The files that the stored downs were read from, by their rows in the history. */
  Map<Long, String> downFiles(MigrationSession session) {
    return session.ask(tables.sql(DOWN_FILES)).stream()
        .collect(Collectors.toMap(row -> row.getLong(0), row -> row.getString(1)));
  }

  /** Whether this run has committed what it wrote down of a version. */
  boolean isRecorded(MigrationSession session, Version version) {
    return !session.ask(tables.sql(RECORDED), number(attempt), version.text()).isEmpty();
  }

  /** Makes {@link #applied} ready to be sent without a wait. */
  void readyForUp(MigrationSession session, RunnerEntry entry) {
    var _ = session.prepare(entry.own().sql());
    ledger.ifPresent(each -> each.ready(session));
  }

  /** Makes {@link #reverted} ready to be sent without a wait. */
  void readyForDown(MigrationSession session, RunnerEntry entry) {
    var _ = session.prepare(tables.sql(STORED));
    readyForUp(session, entry);
  }

  /** The record of an up; an empty time is that of the transaction so far. */
  RunnerEntry applied(MigrationFile file, Script script, OptionalLong millis) {
    return new RunnerEntry(
        records.up(file, script, millis, null),
        ledger.map(each -> session -> each.applied(session, file, number(millis))));
  }

  /** The same for a down. */
  RunnerEntry reverted(Applied applied, OptionalLong millis) {
    return new RunnerEntry(
        records.down(applied, millis, null),
        ledger.map(each -> session -> each.reverted(session, applied)));
  }

  /** The record alone, where nothing else has to be sent with it or asked before it. */
  Optional<PreparedCommand> alone(RunnerEntry entry) {
    return entry.beside().isEmpty() && note.permit().isEmpty()
        ? Optional.of(entry.own())
        : Optional.empty();
  }

  /** Writes for the other tool that a file is being run outside a transaction. */
  void begins(MigrationSession session, Version version) {
    ledger.ifPresent(each -> each.begins(session, version));
  }

  /** Writes for it that nothing of the file stays. */
  void brokenOff(MigrationSession session) {
    ledger.ifPresent(each -> each.brokenOff(session));
  }

  /** A failed up leaves a row in the history too; a session that did not fail writes it. */
  void failedUp(MigrationSession session, MigrationFile file, long millis, String error) {
    afterwards(records.up(file, file.script(), OptionalLong.of(millis), error), session);
  }

  void failedDown(MigrationSession session, Applied applied, long millis, String error) {
    afterwards(records.down(applied, OptionalLong.of(millis), error), session);
  }

  /** Writes down a failure; that it could not be written must not hide it. */
  private static void afterwards(PreparedCommand record, MigrationSession session) {
    try {
      var _ = session.await(record.send(session));
    } catch (VertxException unwritten) {
      LOG.warn("the failure could not be written to the audit: {}", unwritten.getMessage());
    }
  }

  public void savepoint(MigrationSession session, String name) {
    session.change(tables.sql(SAVEPOINT), name, note.release().orElse(null), note.by());
  }

  private static @Nullable Long number(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
