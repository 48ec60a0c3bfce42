package dev.ripcord.postgres;

import dev.ripcord.migration.Additivity;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Checksum;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Script;
import dev.ripcord.migration.SourceFile;
import dev.ripcord.migration.Version;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes history, audit, savepoints and the fence. */
final class RunnerBooks {
  private static final Logger LOG = LoggerFactory.getLogger(RunnerBooks.class);
  private static final String TOOL = "ripcord";

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
  private static final String FENCE =
      """
      UPDATE $schema.fence SET token = $1, seen_at = clock_timestamp() WHERE token <= $1
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
  private final MigrationNote note;
  private final OptionalLong attempt;
  private final Optional<ToolLedger> ledger;

  /** The books of a run; its number is empty for what is no run. */
  RunnerBooks(MigrationTables tables, MigrationNote note, OptionalLong attempt) {
    this(tables, note, attempt, Optional.empty());
  }

  /** The same with the table of another tool beside them. */
  RunnerBooks(
      MigrationTables tables,
      MigrationNote note,
      OptionalLong attempt,
      Optional<ToolLedger> ledger) {
    this.tables = tables;
    this.note = note;
    this.attempt = attempt;
    this.ledger = ledger;
  }

  /** Asks what {@link #lookAtStored} answers, inside of a text. */
  RunnerCommand sameStored(Applied applied) {
    return new RunnerCommand(
        "ripcord_same",
        tables.sql(SAME),
        Arrays.asList(
            applied.order(),
            applied.down().map(Checksum::of).orElse(null),
            applied.down().orElse(null)));
  }

  /** Whether the team's own queries are asked in this run. */
  boolean checks() {
    return note.checks();
  }

  /** A record that is ready to be sent, inside a transaction. */
  @FunctionalInterface
  interface Entry {
    Future<?> send(MigrationSession session);

    /** The same as a command; nothing where it takes more than one, or a look at the fence. */
    default Optional<RunnerCommand> command() {
      return Optional.empty();
    }

    /** With another one behind it, sent without a wait. */
    default Entry and(Entry other) {
      return session -> {
        Future<?> first = send(session);
        Future<?> second = other.send(session);
        return first.compose(done -> second);
      };
    }
  }

  /** Refuses a run that a newer one has overtaken. Call it first in a transaction. */
  void checkFence(MigrationSession session) {
    var _ = lookAtFence(session).await();
  }

  /** The same without waiting. Where no transaction is open it only says what was seen last. */
  Future<?> lookAtFence(MigrationSession session) {
    if (note.fence().isEmpty()) {
      return Future.succeededFuture();
    }
    long token = note.fence().getAsLong();
    return session
        .later(tables.sql(FENCE), token)
        .compose(rows -> rows.rowCount() == 0 ? overtaken(token) : Future.succeededFuture());
  }

  private static Future<Void> overtaken(long token) {
    return Future.failedFuture(
        new RunnerRefusal(
            "fence "
                + token
                + " is behind what the database has seen: a newer run has taken over, and this one"
                + " may not change anything any more"));
  }

  Optional<String> appliedChecksum(MigrationSession session, Version version) {
    List<Row> rows = session.ask(tables.sql(IS_APPLIED), version.text());
    return rows.stream().findFirst().map(row -> row.getString(0));
  }

  /** The row of an applied migration, locked until the transaction ends. */
  Row stored(MigrationSession session, Applied applied) {
    return lookAtStored(session, applied).await();
  }

  /** The same without waiting. */
  Future<Row> lookAtStored(MigrationSession session, Applied applied) {
    return session
        .sendPrepared(tables.sql(STORED), applied.order())
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.failedFuture(
                        new RunnerRefusal(
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
  void readyForUp(MigrationSession session) {
    var _ = session.prepare(tables.sql(RecordSql.UP));
    ledger.ifPresent(each -> each.ready(session));
  }

  /** Makes {@link #reverted} ready to be sent without a wait. */
  void readyForDown(MigrationSession session) {
    var _ = session.prepare(tables.sql(STORED));
    var _ = session.prepare(tables.sql(RecordSql.DOWN));
    ledger.ifPresent(each -> each.ready(session));
  }

  /** The record of an up; an empty time is that of the transaction so far. */
  Entry applied(MigrationFile file, Script script, OptionalLong millis) {
    Entry own = up(file, script, millis, null);
    return ledger
        .map(each -> own.and(session -> each.applied(session, file, number(millis))))
        .orElse(own);
  }

  /** The same for a down. */
  Entry reverted(Applied applied, OptionalLong millis) {
    Entry own = down(applied, millis, null);
    return ledger.map(each -> own.and(session -> each.reverted(session, applied))).orElse(own);
  }

  /** Tells the other tool that a file is being run outside a transaction. */
  void begins(MigrationSession session, Version version) {
    ledger.ifPresent(each -> each.begins(session, version));
  }

  /** Tells it that nothing of the file stays. */
  void brokenOff(MigrationSession session) {
    ledger.ifPresent(each -> each.brokenOff(session));
  }

  /** A failed up leaves a row in the history too; a session that did not fail writes it. */
  void failedUp(MigrationSession session, MigrationFile file, long millis, String error) {
    Entry entry = up(file, file.script(), OptionalLong.of(millis), error);
    afterwards(() -> entry.send(session).await());
  }

  void failedDown(MigrationSession session, Applied applied, long millis, String error) {
    Entry entry = down(applied, OptionalLong.of(millis), error);
    afterwards(() -> entry.send(session).await());
  }

  /** Writes down a failure; that it could not be written must not hide it. */
  private static void afterwards(Runnable record) {
    try {
      record.run();
    } catch (VertxException unwritten) {
      LOG.warn("the failure could not be written to the audit: {}", unwritten.getMessage());
    }
  }

  void savepoint(MigrationSession session, String name) {
    session.change(tables.sql(SAVEPOINT), name, release(), note.by());
  }

  private Entry down(Applied applied, OptionalLong millis, @Nullable String error) {
    return entry(
        "ripcord_down",
        RecordSql.DOWN,
        Arrays.asList(
            applied.version().text(),
            note.by(),
            number(millis),
            error == null,
            error,
            release(),
            applied.name(),
            note.approvedBy().orElse(null),
            applied.order(),
            number(attempt)));
  }

  private Entry up(MigrationFile file, Script script, OptionalLong millis, @Nullable String error) {
    List<@Nullable Object> columns = new ArrayList<>(columns(file, script, millis, error));
    columns.add(number(attempt));
    return entry("ripcord_up", RecordSql.UP, columns);
  }

  private Entry entry(String name, String sql, List<@Nullable Object> values) {
    RunnerCommand command = new RunnerCommand(name, tables.sql(sql), values);
    return new Entry() {
      @Override
      public Future<?> send(MigrationSession session) {
        return session.sendPrepared(command.sql(), command.values().toArray());
      }

      @Override
      public Optional<RunnerCommand> command() {
        return Optional.of(command).filter(free -> note.fence().isEmpty());
      }
    };
  }

  /** The row of a migration that a person says is applied; the audit is the person's own. */
  void history(MigrationSession session, MigrationFile file) {
    session
        .sendPrepared(
            tables.sql(RecordSql.HISTORY),
            columns(file, file.script(), OptionalLong.of(0), null).toArray())
        .await();
  }

  private List<@Nullable Object> columns(
      MigrationFile file, Script script, OptionalLong millis, @Nullable String error) {
    Optional<SourceFile> down = file.down();
    return Arrays.asList(
        file.version().text(),
        file.description(),
        number(millis),
        error == null,
        error,
        file.name(),
        file.kind().text(),
        file.stage(),
        release(),
        note.by(),
        note.approvedBy().orElse(null),
        file.checksum(),
        file.up().name(),
        file.up().text(),
        down.map(SourceFile::name).orElse(null),
        down.map(SourceFile::text).orElse(null),
        down.map(SourceFile::text).map(Checksum::of).orElse(null),
        file.header().irreversible().orElse(null),
        file.kind() != Kind.FIELD_REMOVE && Additivity.of(script).additive(),
        number(note.fence()),
        TOOL);
  }

  private static @Nullable Long number(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private @Nullable String release() {
    return note.release().orElse(null);
  }
}
