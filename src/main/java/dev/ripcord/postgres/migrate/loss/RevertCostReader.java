package dev.ripcord.postgres.migrate.loss;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.LockTaken;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.catalog.FingerprintReader;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.ProofStore;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Reads what taking migrations back will cost. Only reads, and not for long. */
public final class RevertCostReader {
  /** For all checks together: who waits for a plan waits for a rollback. */
  private static final long COUNT_MILLIS = 3_000;

  private static final String CANCELLED = "57014";
  private static final String SIZE =
      "SELECT pg_total_relation_size(coalesce(to_regclass($1), to_regclass('public.' || $1)))";

  private final MigrationSession session;
  private final MigrationTables tables;
  private final LongSupplier nanos;
  private final long countMillis;

  public RevertCostReader(MigrationSession session, MigrationTables tables, LongSupplier nanos) {
    this(session, tables, nanos, COUNT_MILLIS);
  }

  private RevertCostReader(
      MigrationSession session, MigrationTables tables, LongSupplier nanos, long countMillis) {
    this.session = session;
    this.tables = tables;
    this.nanos = nanos;
    this.countMillis = countMillis;
  }

  /** The same with another time for all checks together. */
  RevertCostReader within(Duration patience) {
    return new RevertCostReader(session, tables, nanos, patience.toMillis());
  }

  public List<RevertCost> read(List<Applied> migrations) {
    List<StoredProof> proofs = new ProofStore(tables).read(session);
    if (!proofs.isEmpty()) {
      new FingerprintReader(session).resetSession();
    }
    long end = nanos.getAsLong() + countMillis * 1_000_000;
    List<RevertCost> ways = new ArrayList<>();
    for (Applied applied : migrations) {
      String down = applied.downChecksum().orElse("");
      RevertCost way =
          new RevertCost(
              applied.version(),
              proofs.stream().filter(p -> p.isOf(applied.checksum(), down)).findFirst(),
              Map.of(),
              Map.of());
      ways.add(new RevertCost(way.version(), way.proof(), counts(way, end), sizes(way)));
    }
    return ways;
  }

  private Map<String, Long> counts(RevertCost way, long end) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Check check : way.checks()) {
      long left = (end - nanos.getAsLong()) / 1_000_000;
      if (left > 0) {
        count(check, left).ifPresent(rows -> counts.put(check.sql(), rows));
      }
    }
    return counts;
  }

  private Optional<Long> count(Check check, long millis) {
    session.run("BEGIN READ ONLY");
    try {
      session.run("SET LOCAL statement_timeout = " + millis);
      return Optional.of(session.ask(check.sql()).getFirst().getLong(0));
    } catch (PgException failure) {
      return CANCELLED.equals(failure.getSqlState()) ? Optional.empty() : Optional.of(-1L);
    } finally {
      session.runIgnoringErrors("ROLLBACK");
    }
  }

  private Map<String, Long> sizes(RevertCost way) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (LockTaken lock : way.locks()) {
      try {
        Row row = session.ask(SIZE, lock.table()).getFirst();
        Optional.ofNullable(row.getLong(0)).ifPresent(bytes -> sizes.put(lock.table(), bytes));
      } catch (PgException unreadable) {
        sizes.remove(lock.table());
      }
    }
    return sizes;
  }
}
