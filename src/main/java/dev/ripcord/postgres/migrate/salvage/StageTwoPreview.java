package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.undo.Deletion;
import dev.ripcord.migration.undo.Deletions;
import dev.ripcord.migration.undo.LiveSql;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Table;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Target;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What migrations of stage 2 would drop of the database as it stands, and what would be kept of it.
 * By their texts: what a block or a cascade does is seen only when it runs. Only reads.
 */
public final class StageTwoPreview {
  private static final String TABLE =
      """
      SELECT c.oid::bigint AS oid, greatest(c.reltuples, 0)::bigint AS rows,
        pg_size_pretty(pg_total_relation_size(c.oid)) AS size,
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid
          AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
          AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
            AND a.attnum = ANY (i.indkey::int2[]) AND NOT a.attnotnull)) AS keyed
      FROM pg_class c WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p')
      """;
  private static final String COLUMN =
      """
      SELECT attnum::int AS number FROM pg_attribute WHERE attrelid = $1::bigint::oid
        AND attname = $2::text::name AND NOT attisdropped AND attgenerated = ''
      """;
  private static final String UNTIL =
      "SELECT clock_timestamp() + $1::bigint * interval '1 millisecond' AS until";

  private final MigrationSession session;
  private final SalvageRule rule;
  private final StageTwo stage;
  private final SnapshotReader reader;
  private final SalvageStore store;

  private StageTwoPreview(
      MigrationSession session, MigrationTables tables, SalvageRule rule, StageTwo stage) {
    this.session = session;
    this.rule = rule;
    this.stage = stage;
    this.reader = new SnapshotReader(session, tables.schema());
    this.store =
        new SalvageStore(session, new SalvageManifest(session, tables), rule, true, new CopySize());
  }

  /**
   * What would be kept.
   *
   * @param files for each migration its label and what of it, line by line
   * @param until when it would be deleted for good; empty where nothing is kept
   */
  public record Kept(List<OfFile> files, Optional<Instant> until) {
    public Kept {
      files = List.copyOf(files);
    }
  }

  /** What would be kept of one migration. */
  public record OfFile(String label, List<String> lines) {
    public OfFile {
      lines = List.copyOf(lines);
    }
  }

  /** Reads it; for a thread that may wait. */
  public static Kept read(
      MigrationSession session, MigrationTables tables, StageTwo stage, List<MigrationFile> files) {
    if (stage.rule().isEmpty()) {
      return new Kept(
          files.stream().map(each -> new OfFile(each.label(), List.of())).toList(),
          Optional.empty());
    }
    StageTwoPreview preview = new StageTwoPreview(session, tables, stage.rule().get(), stage);
    return new Kept(
        files.stream().map(each -> new OfFile(each.label(), preview.lines(each))).toList(),
        Optional.of(preview.until()));
  }

  private Instant until() {
    return session
        .ask(UNTIL, stage.grace().toMillis())
        .getFirst()
        .getOffsetDateTime("until")
        .toInstant();
  }

  private List<String> lines(MigrationFile file) {
    List<Deletion.Placed> found = new Deletions(rule.reader()).next(file.script());
    if (!file.header().transaction() || file.script().runsOutsideTransaction()) {
      return found.isEmpty()
          ? List.of()
          : List.of(
              "it runs outside a transaction, so nothing of it can be kept: refused without"
                  + " --accept-loss where it drops rows or values");
    }
    List<String> lines = new ArrayList<>();
    found.forEach(each -> lines.add(line(each)));
    return lines.stream().distinct().toList();
  }

  private String line(Deletion.Placed placed) {
    return switch (placed.deletion()) {
      case Deletion.Rows(Name table) ->
          find(table)
              .map(
                  row ->
                      "table %s (%s): moved to %s as it is"
                          .formatted(table, size(row), SalvageManifest.SCHEMA))
              .orElse(table + " is not there now");
      case Deletion.Values values -> values(values);
      case Deletion.Some(String what, Name table) -> copied(what + " on " + table, table);
      case Deletion.Conversion conversion ->
          copied(
              "new type of " + conversion.table() + "." + conversion.column(), conversion.table());
      case Deletion.SchemaRows(String schema) ->
          "schema " + schema + ": the rows of its tables are copied";
      case Deletion.ExtensionRows(String extension) ->
          "extension " + extension + ": the rows of its tables are copied";
      case Deletion.Unknown(String why) ->
          "what it drops is seen when it runs, and kept then (" + why + ")";
    };
  }

  private String values(Deletion.Values values) {
    String column = values.table() + "." + values.column();
    Optional<Row> table = find(values.table());
    Optional<Integer> number =
        table.flatMap(
            row ->
                session.ask(COLUMN, row.getLong("oid"), values.column()).stream()
                    .findFirst()
                    .map(found -> found.getInteger("number")));
    if (table.isEmpty() || number.isEmpty()) {
      return column + " has no values now";
    }
    long oid = table.get().getLong("oid");
    String how =
        table.get().getBoolean("keyed")
            ? "its values are copied with the keys of their rows"
            : "the table has no key, so its rows are copied whole, and no down can put the values"
                + " back by itself";
    return "column %s (table of %s): %s%s"
        .formatted(column, size(table.get()), how, limit(new Target.Values(oid, number.get())));
  }

  private String copied(String what, Name table) {
    return find(table)
        .map(
            row ->
                "%s (%s): the rows that it changes or deletes are copied%s"
                    .formatted(what, size(row), limit(new Target.Rows(row.getLong("oid")))))
        .orElse(what + ": the table is not there now");
  }

  private String limit(Target target) {
    Optional<Table> table = reader.table(target.table());
    return table
        .flatMap(from -> store.tooLargeCounted(target, from))
        .map(why -> ". Refused without --accept-loss: " + why)
        .orElse("");
  }

  private Optional<Row> find(Name table) {
    return session.ask(TABLE, LiveSql.name(table)).stream().findFirst();
  }

  private static String size(Row table) {
    long rows = table.getLong("rows");
    return rows == 0
        ? table.getString("size")
        : "about " + rows + " rows, " + table.getString("size");
  }
}
