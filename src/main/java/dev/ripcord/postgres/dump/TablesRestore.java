package dev.ripcord.postgres.dump;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.dump.CopyReader.Table;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts a backup of some tables beside the tables that are in use: into a schema of its own, where
 * every value is text, so that it fits whatever has become of the types. What is in use is only
 * read. All of it in one transaction, so that nothing is left where it fails.
 *
 * <p>Blocks; for an ordinary or a virtual thread.
 */
public final class TablesRestore {
  private static final String NAME = "ripcord_backup_";
  private static final int NAME_MAX = 63;

  /** Rows that are sent at once, by what they weigh. */
  private static final int BATCH_CHARS = 1 << 18;

  private static final int BATCH_ROWS = 2_000;

  private static final String HISTORY =
      "SELECT to_regclass('ripcord.migration_history') IS NOT NULL AS there";

  private static final String LIVE =
      "SELECT c.oid::bigint AS oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = $1::text::name AND c.relname = $2::text::name AND c.relkind IN"
          + " ('r', 'p')";

  private static final String COLUMNS =
      """
      SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type
      FROM pg_attribute a WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0
        AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
      """;

  /** The primary key, else the smallest key without holes. */
  private static final String KEY =
      """
      SELECT ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, at)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.at) AS names
      FROM pg_index i
      WHERE i.indrelid = $1::bigint::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid
          AND a.attnum = ANY (i.indkey::int2[]) AND NOT a.attnotnull)
      ORDER BY i.indisprimary DESC, i.indnatts, i.indexrelid LIMIT 1
      """;

  private final Vertx vertx;
  private final Database database;

  /** For one database. Opens nothing yet. */
  public TablesRestore(Vertx vertx, Database database) {
    this.vertx = vertx;
    this.database = database;
  }

  /**
   * A table of the backup.
   *
   * @param table as people write it
   * @param copy where its rows are now, as SQL has it
   * @param rows how many it has in the backup
   * @param missing how many of them the table that is in use does not have, by its key; empty where
   *     that cannot be told
   * @param remark why it cannot be told, or what does not fit, for people; may be empty
   * @param insert the SQL that brings back what is missing and changes nothing else; empty where
   *     there is no key that tells rows apart
   */
  public record Restored(
      String table,
      String copy,
      long rows,
      OptionalLong missing,
      String remark,
      Optional<String> insert) {}

  /**
   * What was put beside.
   *
   * @param schema the new one
   * @param tables each table of the backup that has rows of its own
   */
  public record Beside(String schema, List<Restored> tables) {
    public Beside {
      tables = List.copyOf(tables);
    }

    /** The command that drops it. */
    public String dropping() {
      return "DROP SCHEMA " + Quoting.name(schema) + " CASCADE";
    }
  }

  /** What a backup holds. Fails where it is none. */
  public BackupContents contents(Path file) {
    ClientProgram programs = new ClientProgram(database);
    return BackupContents.of(
        programs.check(
            Promise.<Void>promise().future(),
            "pg_restore",
            "--list",
            file.toAbsolutePath().toString()));
  }

  /** Whether Ripcord has migrated here, so that a backup of the whole has the history too. */
  public boolean hasHistory() {
    try (MigrationSession session = MigrationSession.open(vertx, database)) {
      return session.ask(HISTORY).getFirst().getBoolean("there");
    }
  }

  /**
   * Puts the rows of a backup beside the tables.
   *
   * @param stamp the time, for the name of the schema
   */
  public Beside beside(Path file, String stamp) {
    String schema = NAME + stamp.toLowerCase(Locale.ROOT);
    // Sessions of which the configuration says that they only read can be filled all the same.
    try (MigrationSession session = MigrationSession.open(vertx, database.writing())) {
      session.run("BEGIN; SET LOCAL row_security = off; CREATE SCHEMA " + Quoting.name(schema));
      Filling filling = new Filling(session, schema);
      new ClientProgram(database)
          .read(
              output -> new CopyReader(output, filling).read(),
              "pg_restore",
              "--data-only",
              "--no-owner",
              "--file=-",
              file.toAbsolutePath().toString());
      List<Restored> tables = new ArrayList<>();
      filling.filled.forEach((copy, filled) -> tables.add(compared(session, copy, filled)));
      session.run("COMMIT");
      return new Beside(schema, tables);
    }
  }

  /** A table of the backup, and how many rows were read. */
  private record Filled(Table table, long rows) {}

  /** Makes the tables and sends the rows. */
  private static final class Filling implements CopyReader.Sink {
    private final MigrationSession session;
    private final String schema;
    private final Map<String, Filled> filled = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private final List<@Nullable String[]> batch = new ArrayList<>();
    private int chars;
    private Table table = new Table("", "", List.of());
    private String copy = "";
    private long rows;

    Filling(MigrationSession session, String schema) {
      this.session = session;
      this.schema = schema;
    }

    @Override
    public void begin(Table begun) {
      table = begun;
      rows = 0;
      copy = Quoting.name(schema) + "." + Quoting.name(name(begun));
      String columns =
          begun.columns().stream()
              .map(column -> Quoting.name(column) + " text")
              .collect(Collectors.joining(", "));
      session.run("CREATE TABLE %s (%s)".formatted(copy, columns));
    }

    private String name(Table begun) {
      String wanted =
          begun.schema().equals("public") ? begun.name() : begun.schema() + "_" + begun.name();
      String name = cut(wanted, "");
      for (int i = 2; !names.add(name); i++) {
        name = cut(wanted, "_" + i);
      }
      return name;
    }

    /** A name may have so many bytes; what is longer is cut by the server without a word. */
    private static String cut(String name, String end) {
      int length = name.length();
      while ((name.substring(0, length) + end).getBytes(StandardCharsets.UTF_8).length > NAME_MAX) {
        length = name.offsetByCodePoints(length, -1);
      }
      return name.substring(0, length) + end;
    }

    @Override
    public void row(@Nullable String[] values) {
      rows++;
      batch.add(values);
      for (@Nullable String value : values) {
        chars += value == null ? 1 : value.length() + 1;
      }
      if (chars >= BATCH_CHARS || batch.size() >= BATCH_ROWS) {
        send();
      }
    }

    @Override
    public void end() {
      send();
      filled.put(copy, new Filled(table, rows));
    }

    private void send() {
      int columns = table.columns().size();
      if (!batch.isEmpty() && columns > 0) {
        Object[] arguments = new Object[columns];
        List<String> places = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
          @Nullable String[] values = new @Nullable String[batch.size()];
          for (int row = 0; row < values.length; row++) {
            values[row] = batch.get(row)[i];
          }
          arguments[i] = values;
          places.add("$" + (i + 1) + "::text[]");
        }
        session.change(
            "INSERT INTO %s SELECT * FROM unnest(%s)".formatted(copy, String.join(", ", places)),
            arguments);
      }
      batch.clear();
      chars = 0;
    }
  }

  private static Restored compared(MigrationSession session, String copy, Filled filled) {
    Table table = filled.table();
    String name =
        table.schema().equals("public") ? table.name() : table.schema() + "." + table.name();
    Optional<Row> live = session.ask(LIVE, table.schema(), table.name()).stream().findFirst();
    if (live.isEmpty()) {
      return unknown(name, copy, filled, name + " is not there now");
    }
    long oid = live.get().getLong("oid");
    Map<String, String> types = new LinkedHashMap<>();
    session
        .ask(COLUMNS, oid)
        .forEach(row -> types.put(row.getString("name"), row.getString("type")));
    List<String> gone = table.columns().stream().filter(c -> !types.containsKey(c)).toList();
    List<String> both = table.columns().stream().filter(types::containsKey).toList();
    List<String> keys =
        session.ask(KEY, oid).stream()
            .flatMap(row -> List.of(row.getArrayOfStrings("names")).stream())
            .toList();
    if (keys.isEmpty() || !both.containsAll(keys)) {
      return unknown(
          name, copy, filled, name + " has no key that tells its rows apart: compare them by hand");
    }
    String remark =
        gone.isEmpty() ? "" : name + " has no column " + String.join(", ", gone) + " now";
    String relation = Quoting.name(table.schema()) + "." + Quoting.name(table.name());
    String same =
        keys.stream()
            .map(key -> "t.%1$s = b.%1$s::%2$s".formatted(Quoting.name(key), types.get(key)))
            .collect(Collectors.joining(" AND "));
    String insert =
        "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s ON CONFLICT DO NOTHING"
            .formatted(
                relation,
                both.stream().map(Quoting::name).collect(Collectors.joining(", ")),
                both.stream()
                    .map(column -> Quoting.name(column) + "::" + types.get(column))
                    .collect(Collectors.joining(", ")),
                copy);
    session.run("SAVEPOINT ripcord_compare");
    try {
      long missing =
          session
              .ask(
                  "SELECT count(*) AS missing FROM %s b WHERE NOT EXISTS (SELECT FROM %s t WHERE %s)"
                      .formatted(copy, relation, same))
              .getFirst()
              .getLong("missing");
      session.run("RELEASE SAVEPOINT ripcord_compare");
      return new Restored(
          name, copy, filled.rows(), OptionalLong.of(missing), remark, Optional.of(insert));
    } catch (PgException refused) {
      session.run("ROLLBACK TO SAVEPOINT ripcord_compare");
      return unknown(
          name, copy, filled, name + " cannot be compared: " + ServerMessage.withoutRows(refused));
    }
  }

  private static Restored unknown(String name, String copy, Filled filled, String remark) {
    return new Restored(name, copy, filled.rows(), OptionalLong.empty(), remark, Optional.empty());
  }
}
