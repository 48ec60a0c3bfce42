package dev.ripcord.postgres.tool;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The own table of a tool whose plain SQL migrations Ripcord runs: each change of it is sent in the
 * transaction of the migration, so that the tool finds what it would have written itself.
 *
 * <p>sqlx has a row for each version, with SHA-384 of the up file. golang-migrate has one row,
 * where it stands: that is the highest version that Ripcord's history has as applied, and {@code
 * dirty} while a file is being run outside a transaction.
 */
public final class ToolTableWriter {
  private static final String MAKE_SQLX =
      """
      CREATE TABLE IF NOT EXISTS _sqlx_migrations (
        version bigint PRIMARY KEY, description text NOT NULL,
        installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,
        checksum bytea NOT NULL, execution_time bigint NOT NULL)
      """;
  private static final String MAKE_GOLANG =
      """
      CREATE TABLE IF NOT EXISTS schema_migrations (
        version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)
      """;
  private static final String QUALIFIED =
      """
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)
      """;
  private static final String SQLX_UP =
      """
      INSERT INTO $table (version, description, success, checksum, execution_time)
      VALUES ($1, $2, true, decode($3, 'hex'),
        coalesce($4::bigint * 1000000, (1e9 * extract(epoch FROM clock_timestamp() - now()))::bigint))
      """;
  private static final String SQLX_DOWN = "DELETE FROM $table WHERE version = $1";
  private static final String GOLANG_EMPTY = "DELETE FROM $table";

  /** Nothing stands there when nothing is applied. */
  private static final String GOLANG_STANDS =
      """
      INSERT INTO $table (version, dirty)
      SELECT max(version::numeric)::bigint, false FROM $schema.migration_history
      WHERE success AND reverted_at IS NULL HAVING count(*) > 0
      """;

  private static final String GOLANG_DIRTY =
      "INSERT INTO $table (version, dirty) VALUES ($1, true)";
  private static final String PLACE =
      "SELECT current_database() AS database, coalesce(current_schema(), '') AS schema";
  private static final long SQLX_LOCK = 0x3d32ad9eL;
  private static final long GOLANG_LOCK = 1_486_364_155L;

  private final Tool tool;
  private final String table;
  private final MigrationTables tables;

  private ToolTableWriter(Tool tool, String table, MigrationTables tables) {
    this.tool = tool;
    this.table = table;
    this.tables = tables;
  }

  /** The table where the session's search path finds it; empty when it is not there. */
  static Optional<ToolTableWriter> find(
      MigrationSession session, Tool tool, MigrationTables tables) {
    return session.ask(QUALIFIED, ToolTable.name(tool)).stream()
        .findFirst()
        .map(row -> new ToolTableWriter(tool, row.getString("name"), tables));
  }

  /** The same, made as the tool makes it where it is not there. */
  public static ToolTableWriter made(MigrationSession session, Tool tool, MigrationTables tables) {
    session.run(tool == Tool.SQLX ? MAKE_SQLX : MAKE_GOLANG);
    return find(session, tool, tables).orElseThrow();
  }

  /**
   * The advisory locks that the tool itself holds while it runs. golang-migrate makes its own from
   * the name of the database, which its command takes from the URL with the slash before it.
   */
  public static List<Long> lockKeys(MigrationSession session, Tool tool) {
    Row place = session.ask(PLACE).getFirst();
    String database = place.getString("database");
    if (tool == Tool.SQLX) {
      return List.of(SQLX_LOCK * crc(database));
    }
    String table = place.getString("schema") + "\0schema_migrations\0";
    return Stream.of("/", "")
        .map(slash -> GOLANG_LOCK * crc(table + slash + database) & 0xffff_ffffL)
        .toList();
  }

  private static long crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  /** Its name with its schema, quoted. */
  String table() {
    return table;
  }

  /** Makes what {@link #applied} and {@link #reverted} send ready to be sent without a wait. */
  public void ready(MigrationSession session) {
    List<String> parts =
        tool == Tool.SQLX ? List.of(SQLX_UP, SQLX_DOWN) : List.of(GOLANG_EMPTY, GOLANG_STANDS);
    parts.forEach(part -> session.prepare(sql(part)));
  }

  /**
   * Sends what the tool writes for an up, behind Ripcord's own record.
   *
   * @param millis how long it took; null for the time of the transaction so far
   */
  public Future<?> applied(MigrationSession session, MigrationFile file, @Nullable Long millis) {
    if (tool == Tool.GOLANG_MIGRATE) {
      return stands(session);
    }
    return session.sendPrepared(
        sql(SQLX_UP),
        number(file.version()),
        file.name().replace('_', ' '),
        Checksum.of384(file.up().text()),
        millis);
  }

  /** Sends what the tool writes for a down, behind Ripcord's own record. */
  public Future<?> reverted(MigrationSession session, Applied applied) {
    return tool == Tool.GOLANG_MIGRATE
        ? stands(session)
        : session.sendPrepared(sql(SQLX_DOWN), number(applied.version()));
  }

  private Future<?> stands(MigrationSession session) {
    Future<?> emptied = session.sendPrepared(sql(GOLANG_EMPTY));
    Future<?> stands = session.sendPrepared(sql(GOLANG_STANDS));
    return emptied.compose(done -> stands);
  }

  /** Says before a file is run outside a transaction that the database is not at a version. */
  public void begins(MigrationSession session, Version version) {
    if (tool == Tool.GOLANG_MIGRATE) {
      session.change(sql(GOLANG_EMPTY));
      session.change(sql(GOLANG_DIRTY), number(version));
    }
  }

  /** Takes that back where nothing of the file stays. */
  public void brokenOff(MigrationSession session) {
    if (tool == Tool.GOLANG_MIGRATE) {
      var _ = stands(session).await();
    }
  }

  private static long number(Version version) {
    return Long.parseLong(version.text());
  }

  private String sql(String text) {
    return tables.sql(text.replace("$table", table));
  }
}
