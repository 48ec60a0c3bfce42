package dev.ripcord.postgres;

import dev.ripcord.proof.StoredProof;
import dev.ripcord.proof.Verdict;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Locale;

/** Keeps verdicts beside the history. The last word on two texts counts. */
final class ProofStore {
  private static final String MAKE =
      """
      CREATE TABLE IF NOT EXISTS $schema.migration_proof (
        up_checksum text NOT NULL,
        down_checksum text NOT NULL,
        verdict text NOT NULL CHECK (verdict IN ('proven', 'guarded', 'lossy', 'impossible')),
        checks text[] NOT NULL,
        proved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        proved_by text NOT NULL DEFAULT session_user,
        PRIMARY KEY (up_checksum, down_checksum))
      """;
  private static final String THERE = "SELECT to_regclass($1) IS NOT NULL";
  private static final String STORE =
      """
      INSERT INTO $schema.migration_proof (up_checksum, down_checksum, verdict, checks)
      VALUES ($1, $2, $3, $4) ON CONFLICT (up_checksum, down_checksum) DO UPDATE
      SET verdict = excluded.verdict, checks = excluded.checks, proved_at = clock_timestamp(),
        proved_by = session_user
      """;
  private static final String READ =
      "SELECT up_checksum, down_checksum, verdict, checks FROM $schema.migration_proof";

  private final MigrationTables tables;

  ProofStore(MigrationTables tables) {
    this.tables = tables;
  }

  /** Stores them; the caller holds the lock against other runs, and the history is there. */
  void store(MigrationSession session, List<StoredProof> proofs) {
    session.run(tables.sql(MAKE));
    for (StoredProof proof : proofs) {
      session.change(
          tables.sql(STORE),
          proof.up(),
          proof.down(),
          proof.verdict().text(),
          proof.checks().toArray(String[]::new));
    }
  }

  /** What is stored; nothing where nothing was ever stored. */
  List<StoredProof> read(MigrationSession session) {
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
        List.of(row.getArrayOfStrings("checks")));
  }
}
