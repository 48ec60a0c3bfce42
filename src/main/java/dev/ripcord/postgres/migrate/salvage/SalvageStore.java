package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.undo.LiveSql;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Table;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Target;
import io.vertx.core.json.JsonArray;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Copies rows and values into a schema of their own, in the transaction that is open on its
 * session.
 */
final class SalvageStore {
  private static final String CANCELLED = "57014";

  /** A type that a down could drop is kept as text, which stands on its own. */
  private static final String COLUMNS =
      """
      SELECT a.attnum::int AS number, a.attname::text AS name,
        format_type(a.atttypid, a.atttypmod) AS type,
        t.typnamespace = 'pg_catalog'::regnamespace AS plain,
        a.atthasdef OR a.atthasmissing AS gives,
        (a.attmissingval::text::text[])[1] AS missing
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = ''
      ORDER BY a.attnum
      """;

  /** The primary key, else the smallest key without holes. */
  private static final String KEY =
      """
      SELECT (i.indkey::int2[])[0:i.indnkeyatts - 1] AS numbers FROM pg_index i
      WHERE i.indrelid = $1::bigint::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid
          AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) AND NOT a.attnotnull)
      ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1
      """;

  /** From here on a copy under a lock would be felt. */
  private static final long LARGE = 8L << 20;

  private static final String BYTES = "SELECT pg_relation_size($1::bigint::oid)";

  /** Every change that is not seen by whoever begins now is of this transaction or a later one. */
  private static final String OLDEST = "SELECT txid_snapshot_xmin(txid_current_snapshot())";

  private static final String AHEAD =
      "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL row_security = off;"
          + " SET LOCAL statement_timeout = 0";

  private static final String SETTINGS =
      "SELECT current_setting('row_security') AS security, current_setting('statement_timeout') AS"
          + " timeout";

  private final MigrationSession session;
  private final SalvageManifest manifest;
  private final SalvageRule rule;
  private final boolean stageTwo;
  private final CopySize sizes;
  private final RowSecurity security;

  /**
   * For a migration.
   *
   * @param stageTwo whether it is of stage 2: its down adds a column as its author likes
   * @param sizes of its copies
   */
  SalvageStore(
      MigrationSession session,
      SalvageManifest manifest,
      SalvageRule rule,
      boolean stageTwo,
      CopySize sizes) {
    this.sizes = sizes;
    this.session = session;
    this.manifest = manifest;
    this.rule = rule;
    this.stageTwo = stageTwo;
    this.security = new RowSecurity(session);
  }

  /**
   * A column of a table.
   *
   * @param plain whether its type is the server's own
   * @param isSet the condition under which a row has a value that does not come back with the
   *     column
   */
  record Column(int number, String name, String type, boolean plain, String isSet) {
    /** How it is kept. */
    String kept() {
      return Quoting.name(name) + (plain ? "" : "::text AS " + Quoting.name(name));
    }
  }

  /**
   * Rows that were copied, not yet written down.
   *
   * @param columns that were copied, as they were
   * @param keys of them by number
   * @param facts what belongs to them beside, as it was
   */
  record Copy(
      long id,
      Target target,
      Table from,
      String keptAs,
      List<Column> columns,
      List<Integer> keys,
      JsonArray facts) {
    String sql() {
      return SalvageManifest.relation(SalvageManifest.SCHEMA, keptAs);
    }

    List<String> keyNames() {
      return columns.stream()
          .filter(each -> keys.contains(each.number()))
          .map(Column::name)
          .toList();
    }
  }

  List<Column> columns(long table) {
    return session.ask(COLUMNS, table).stream().map(this::column).toList();
  }

  private Column column(Row row) {
    return new Column(
        row.getInteger("number"),
        row.getString("name"),
        row.getString("type"),
        row.getBoolean("plain"),
        stageTwo && row.getBoolean("gives")
            ? "true"
            : LiveSql.isSet(
                Quoting.name(row.getString("name")),
                row.getString("type"),
                Optional.ofNullable(row.getString("missing"))));
  }

  private List<Integer> keys(long table) {
    return session.ask(KEY, table).stream()
        .flatMap(row -> List.of((Short[]) row.getValue("numbers")).stream())
        .map(Short::intValue)
        .toList();
  }

  /** Whether a target can be copied within the limits, as far as the statistics tell. */
  Optional<String> tooLarge(Target target, Table from) {
    long bytes = bytes(target);
    return bytes <= rule.maxBytes()
        ? Optional.empty()
        : Optional.of(
            "%s has about %d MB to be kept, and migrations.losses.max-size allows %d MB"
                .formatted(from, bytes >> 20, rule.maxBytes() >> 20));
  }

  /** How large a copy may get, as far as the statistics tell. */
  long bytes(Target target) {
    List<String> names =
        columns(target.table()).stream()
            .filter(
                each ->
                    target instanceof Target.Rows
                        || (target instanceof Target.Values values
                            && each.number() == values.number()))
            .map(Column::name)
            .toList();
    return sizes.bytes(session, target, names);
  }

  /** The same, outside a transaction: what seems too large is counted. */
  Optional<String> tooLargeCounted(Target target, Table from) {
    boolean mayBeLess = target instanceof Target.Values && !sizes.isCounted(target);
    if (mayBeLess && tooLarge(target, from).isPresent()) {
      Selection selection = selection(target, from);
      List<String> names = selection.columns().stream().map(Column::name).toList();
      sizes.count(session, target, from, names, selection.where());
    }
    return tooLarge(target, from);
  }

  /**
   * What is to be copied of a table.
   *
   * @param source the table
   * @param columns that are kept
   * @param keys of its rows, by number
   * @param where which rows; {@code true} for all
   */
  private record Selection(String source, List<Column> columns, List<Integer> keys, String where) {
    String list() {
      return columns.stream().map(Column::kept).collect(Collectors.joining(", "));
    }
  }

  private Selection selection(Target target, Table from) {
    List<Column> all = columns(target.table());
    List<Integer> keys = keys(target.table());
    String source = SalvageManifest.relation(from.schema(), from.name());
    if (!(target instanceof Target.Values values)) {
      return new Selection(source, all, keys, "true");
    }
    List<Column> kept =
        keys.isEmpty()
            ? all
            : all.stream()
                .filter(each -> keys.contains(each.number()) || each.number() == values.number())
                .toList();
    String set =
        all.stream()
            .filter(each -> each.number() == values.number())
            .findFirst()
            .map(Column::isSet)
            .orElse("true");
    return new Selection(source, kept, keys, set);
  }

  /**
   * Values that were copied while everybody went on writing.
   *
   * @param since the oldest transaction whose changes the copy may lack
   */
  record Ahead(Copy copy, long since) {}

  /**
   * Copies the values of a large table without holding anybody up, in transactions of its own;
   * {@link #copy} then asks only for what was changed since. Empty where that is not worth it.
   *
   * @param always whether a table that is not large is copied ahead too
   */
  Optional<Ahead> ahead(Target target, Table from, boolean always) {
    if (!(target instanceof Target.Values)
        || (!always && session.ask(BYTES, target.table()).getFirst().getLong(0) < LARGE)) {
      return Optional.empty();
    }
    // What has to be lifted is lifted under a lock.
    if (keys(target.table()).isEmpty() || security.isLifted(target.table())) {
      return Optional.empty();
    }
    // A policy would hide rows without a word, and nobody waits for this one.
    session.run(AHEAD);
    try {
      Ahead ahead = ExactText.within(session, () -> ahead(target, from));
      session.run("COMMIT");
      return Optional.of(ahead);
    } catch (RuntimeException failure) {
      session.runIgnoringErrors("ROLLBACK");
      throw failure;
    }
  }

  private Ahead ahead(Target target, Table from) {
    Selection selection = selection(target, from);
    Copy copy = copyOf(target, from, selection);
    long since = session.ask(OLDEST).getFirst().getLong(0);
    var _ = create(copy, selection);
    session.run(
        "ALTER TABLE %s ADD PRIMARY KEY (%s)"
            .formatted(
                copy.sql(),
                copy.keyNames().stream().map(Quoting::name).collect(Collectors.joining(", "))));
    return new Ahead(copy, since);
  }

  private Copy copyOf(Target target, Table from, Selection selection) {
    long id = manifest.nextId();
    String name = SalvageManifest.keptName(id, from.name());
    TableFacts facts = new TableFacts(session);
    return new Copy(
        id,
        target,
        from,
        name,
        selection.columns(),
        selection.keys(),
        switch (target) {
          case Target.Rows rows -> facts.ofTable(rows.table());
          case Target.Values values -> facts.ofColumn(values.table(), values.number());
        });
  }

  private Copy create(Copy copy, Selection selection) {
    session.run(
        "CREATE TABLE %s AS SELECT %s FROM ONLY %s WHERE %s"
            .formatted(copy.sql(), selection.list(), selection.source(), selection.where()));
    // Else nothing could be deleted from it where all tables are published.
    session.run("ALTER TABLE %s REPLICA IDENTITY FULL".formatted(copy.sql()));
    return copy;
  }

  /**
   * How long others may be kept waiting, counted from when the lock was asked for: whoever came
   * behind it in the queue waits since then. Rows that a down changes or deletes are read by the
   * down itself for as long, so only for values the lock timeout holds.
   *
   * @param work the down
   * @param until when the lock timeout has passed, on the clock of the down
   * @param longest how long one statement may take
   * @param bounded whether the lock timeout holds
   */
  private record Hold(SalvagedMigration.Work work, long until, Duration longest, boolean bounded) {
    Hold(SalvagedMigration.Work work, Duration longest, boolean bounded) {
      this(work, work.nanos() + work.lockTimeout().toNanos(), longest, bounded);
    }

    /** Limits the next statement. */
    String limit(Table from) {
      long left = bounded ? (until - work.nanos()) / 1_000_000 : longest.toMillis();
      if (left <= 0) {
        throw tooLong(from);
      }
      return "SET LOCAL statement_timeout = " + Math.min(left, longest.toMillis());
    }

    SalvagedMigration.HeldTooLong tooLong(Table from) {
      return new SalvagedMigration.HeldTooLong(
          "to read what is to be kept of %s would have kept others waiting for longer than the lock timeout of %d ms"
              .formatted(from, work.lockTimeout().toMillis()));
    }
  }

  /**
   * Copies what is to be kept, while nobody else can change it; empty where there is nothing.
   *
   * @param ahead what was copied of it before
   * @param work the down, for which the lock is waited for
   */
  Optional<Copy> copy(
      Target target, Table from, Optional<Ahead> ahead, SalvagedMigration.Work work) {
    tooLarge(target, from)
        .ifPresent(
            why -> {
              throw new PreconditionFailure("rows would be lost: " + why);
            });
    String mode = security.isLifted(target.table()) ? "ACCESS" : "SHARE ROW";
    String source = SalvageManifest.relation(from.schema(), from.name());
    String lock = "LOCK TABLE ONLY %s IN %s EXCLUSIVE MODE".formatted(source, mode);
    Hold hold = new Hold(work, rule.maxTime(), target instanceof Target.Values);
    work.waiting("the lock to keep rows of " + from, () -> session.run(lock));
    Row usual = session.ask(SETTINGS).getFirst();
    session.run("SET LOCAL row_security = off; " + hold.limit(from));
    try {
      return ExactText.within(session, () -> locked(target, from, ahead, hold));
    } catch (PgException failure) {
      if (hold.bounded() && CANCELLED.equals(failure.getSqlState())) {
        throw hold.tooLong(from);
      }
      throw CANCELLED.equals(failure.getSqlState())
          ? new PreconditionFailure(
              "rows would be lost: to keep those of %s takes longer than migrations.losses.max-time (%d s)"
                  .formatted(from, rule.maxTime().toSeconds()))
          : failure;
    } finally {
      session.runIgnoringErrors(
          "SET LOCAL row_security = %s; SET LOCAL statement_timeout = %s"
              .formatted(
                  Quoting.text(usual.getString("security")),
                  Quoting.text(usual.getString("timeout"))));
    }
  }

  private Optional<Copy> locked(Target target, Table from, Optional<Ahead> ahead, Hold hold) {
    Selection selection = selection(target, from);
    if (ahead.isPresent()) {
      catchUp(ahead.get(), selection, hold);
      return ahead.map(Ahead::copy);
    }
    if (!security.whole(target.table(), () -> isAny(selection))) {
      return Optional.empty();
    }
    // What belongs to the table is read with its policies as they are.
    Copy copy = copyOf(target, from, selection);
    return Optional.of(security.whole(target.table(), () -> create(copy, selection)));
  }

  private boolean isAny(Selection selection) {
    return !session
        .ask("SELECT FROM ONLY " + selection.source() + " WHERE " + selection.where() + " LIMIT 1")
        .isEmpty();
  }

  /** What others have changed since the copy takes its place in it. */
  private void catchUp(Ahead ahead, Selection selection, Hold hold) {
    Copy copy = ahead.copy();
    String keys =
        copy.keyNames().stream()
            .map(Quoting::name)
            .map(name -> "k." + name + " = c." + name)
            .collect(Collectors.joining(" AND "));
    // No temporary one: the role may have no right to that. Unlogged, it is published to nobody.
    String changed = SalvageManifest.relation(SalvageManifest.SCHEMA, "changed_" + copy.id());
    session.run(
        """
        CREATE UNLOGGED TABLE %s AS
          SELECT %s, (%s) AS ripcord_is_set FROM ONLY %s
          WHERE age(xmin) <= age(%s::xid)
        """
            .formatted(
                changed,
                selection.list(),
                selection.where(),
                selection.source(),
                Quoting.text(Long.toString(ahead.since() & 0xFFFF_FFFFL))));
    session.run(hold.limit(copy.from()));
    session.run("DELETE FROM %s k USING %s c WHERE %s".formatted(copy.sql(), changed, keys));
    session.run(hold.limit(copy.from()));
    String columns =
        copy.columns().stream()
            .map(each -> Quoting.name(each.name()))
            .collect(Collectors.joining(", "));
    session.run(
        "INSERT INTO %s SELECT %s FROM %s WHERE ripcord_is_set"
            .formatted(copy.sql(), columns, changed));
    session.run("DROP TABLE " + changed);
  }

  /**
   * After the down: of rows that are there as before nothing is kept, and what is left is written
   * down.
   *
   * @param later what there is now
   * @return empty where nothing was lost
   */
  Optional<SalvageEntry> settle(Copy copy, DataSnapshot later, SalvageManifest.Origin origin) {
    Optional<Table> now = Optional.ofNullable(later.tables().get(copy.target().table()));
    if (copy.target() instanceof Target.Rows && now.isPresent() && !copy.keys().isEmpty()) {
      reduce(copy, now.get(), later);
    }
    long rows = session.ask("SELECT count(*) FROM " + copy.sql()).getFirst().getLong(0);
    if (rows == 0) {
      session.run("DROP TABLE " + copy.sql());
      return Optional.empty();
    }
    Optional<String> column =
        copy.target() instanceof Target.Values values
            ? copy.columns().stream()
                .filter(each -> each.number() == values.number())
                .map(Column::name)
                .findFirst()
            : Optional.empty();
    SalvageEntry.Kind kind = column.isPresent() ? SalvageEntry.Kind.COLUMN : SalvageEntry.Kind.ROWS;
    return Optional.of(
        manifest.enter(
            copy.id(),
            origin,
            kind,
            copy.from(),
            new SalvageManifest.Kept(
                column,
                copy.keyNames(),
                copy.columns(),
                copy.keptAs(),
                rows,
                // Of a table that was there all the time they are what people made of them.
                column.isEmpty() && now.isPresent() ? new JsonArray() : copy.facts())));
  }

  private void reduce(Copy copy, Table now, DataSnapshot later) {
    List<String> same = new ArrayList<>();
    for (Column column : copy.columns()) {
      String before = "k." + Quoting.name(column.name()) + "::text";
      Optional<String> name =
          Optional.ofNullable(
              later.columns().get(new DataSnapshot.Column(copy.target().table(), column.number())));
      same.add(
          name.map(
                  each ->
                      before
                          + (copy.keys().contains(column.number())
                              ? " = "
                              : " IS NOT DISTINCT FROM ")
                          + "c."
                          + Quoting.name(each)
                          + "::text")
              .orElse(before + " IS NULL"));
    }
    String unchanged =
        "DELETE FROM %s k USING ONLY %s c WHERE %s"
            .formatted(
                copy.sql(),
                SalvageManifest.relation(now.schema(), now.name()),
                String.join(" AND ", same));
    var _ =
        security.whole(
            copy.target().table(),
            () -> ExactText.within(session, () -> session.changed(unchanged)));
  }
}
