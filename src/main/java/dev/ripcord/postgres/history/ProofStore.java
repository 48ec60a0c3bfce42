package dev.ripcord.postgres.history;

import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.LockTaken;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.catalog.FingerprintReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Keeps verdicts beside the history. The last word on two texts counts. */
public final class ProofStore {
  private static final String MAKE =
      """
      CREATE TABLE IF NOT EXISTS $schema.migration_proof (
        up_checksum text NOT NULL,
        down_checksum text NOT NULL,
        verdict text NOT NULL CHECK (verdict IN ('proven', 'guarded', 'lossy', 'impossible')),
        check_texts text[] NOT NULL,
        check_sqls text[] NOT NULL,
        check_whens text[] NOT NULL,
        proved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        proved_by text NOT NULL DEFAULT session_user,
        PRIMARY KEY (up_checksum, down_checksum))
      """;

  /** What tables of an older version lack. */
  private static final String WIDEN =
      """
      ALTER TABLE $schema.migration_proof
        ADD COLUMN IF NOT EXISTS lost text[] NOT NULL DEFAULT '{}',
        ADD COLUMN IF NOT EXISTS unknown text[] NOT NULL DEFAULT '{}',
        ADD COLUMN IF NOT EXISTS locks jsonb NOT NULL DEFAULT '[]'
      """;

  private static final String IS_WIDE =
      """
      SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass($1)
        AND attname = 'locks' AND NOT attisdropped)
      """;
  private static final String THERE = "SELECT to_regclass($1) IS NOT NULL";
  private static final String STORE =
      """
      INSERT INTO $schema.migration_proof
        (up_checksum, down_checksum, verdict, check_texts, check_sqls, check_whens, lost, unknown,
          locks)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (up_checksum, down_checksum) DO UPDATE
      SET verdict = excluded.verdict, check_texts = excluded.check_texts,
        check_sqls = excluded.check_sqls, check_whens = excluded.check_whens,
        lost = excluded.lost, unknown = excluded.unknown, locks = excluded.locks,
        proved_at = clock_timestamp(), proved_by = session_user
      """;
  private static final String READ =
      """
      SELECT up_checksum, down_checksum, verdict, check_texts, check_sqls, check_whens,
        to_jsonb(p) AS found FROM $schema.migration_proof p
      """;

  private final MigrationTables tables;

  public ProofStore(MigrationTables tables) {
    this.tables = tables;
  }

  /** Stores them; the caller holds the lock against other runs, and the history is there. */
  public void store(MigrationSession session, List<StoredProof> proofs) {
    session.run(tables.sql(MAKE));
    if (!session.ask(IS_WIDE, tables.sql("$schema.migration_proof")).getFirst().getBoolean(0)) {
      session.run(tables.sql(WIDEN));
    }
    for (StoredProof proof : proofs) {
      session.change(
          tables.sql(STORE),
          proof.up(),
          proof.down(),
          proof.verdict().text(),
          texts(proof, Check::text),
          texts(proof, Check::sql),
          texts(proof, check -> check.when().text()),
          proof.lost().toArray(String[]::new),
          proof.unknown().toArray(String[]::new),
          locks(proof));
    }
  }

  /** What is stored; nothing where nothing was ever stored. */
  public List<StoredProof> read(MigrationSession session) {
    if (!session.ask(THERE, tables.sql("$schema.migration_proof")).getFirst().getBoolean(0)) {
      return List.of();
    }
    return session.ask(tables.sql(READ)).stream().map(ProofStore::proof).toList();
  }

  private static StoredProof proof(Row row) {
    return new StoredProof(
        row.getString("up_checksum"),
        row.getString("down_checksum"),
        Verdict.valueOf(row.getString("verdict").toUpperCase(Locale.ROOT)),
        checks(row),
        texts(row.getJsonObject("found"), "lost"),
        texts(row.getJsonObject("found"), "unknown"),
        locks(row.getJsonObject("found")));
  }

  private static List<String> texts(JsonObject found, String key) {
    return found.getJsonArray(key, new JsonArray()).stream().map(Object::toString).toList();
  }

  private static JsonArray locks(StoredProof proof) {
    JsonArray locks = new JsonArray();
    for (LockTaken lock : proof.locks()) {
      locks.add(
          new JsonObject()
              .put("direction", lock.direction())
              .put("table", lock.table())
              .put("lock", lock.mode())
              .put("rewrite", lock.rewritten()));
    }
    return locks;
  }

  private static List<LockTaken> locks(JsonObject found) {
    return found.getJsonArray("locks", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .map(
            lock ->
                new LockTaken(
                    lock.getString("direction"),
                    lock.getString("table"),
                    lock.getString("lock"),
                    lock.getBoolean("rewrite")))
        .toList();
  }

  private static List<Check> checks(Row row) {
    String[] texts = row.getArrayOfStrings("check_texts");
    String[] sqls = row.getArrayOfStrings("check_sqls");
    String[] whens = row.getArrayOfStrings("check_whens");
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      boolean up = whens[i].equals(Check.When.BEFORE_UP.text());
      Check.When when = up ? Check.When.BEFORE_UP : Check.When.BEFORE_DOWN;
      checks.add(new Check(texts[i], sqls[i], when));
    }
    return checks;
  }

  private static Object texts(StoredProof proof, Function<Check, String> part) {
    return proof.checks().stream().map(part).toArray(String[]::new);
  }

  /**
   * How many rows are against each check now, by its SQL; less than 0 where the check fails, which
   * counts as against it. Reads only.
   */
  public static Map<String, Long> counts(MigrationSession session, List<Check> checks) {
    Map<String, Long> counts = new LinkedHashMap<>();
    new FingerprintReader(session).resetSession();
    for (Check check : checks) {
      session.run("BEGIN READ ONLY");
      try {
        counts.put(check.sql(), session.ask(check.sql()).getFirst().getLong(0));
      } catch (PgException failure) {
        counts.put(check.sql(), -1L);
      }
      session.runIgnoringErrors("ROLLBACK");
    }
    return counts;
  }
}
