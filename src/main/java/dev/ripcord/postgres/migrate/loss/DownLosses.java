package dev.ripcord.postgres.migrate.loss;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.undo.DataLoss;
import dev.ripcord.migration.undo.Deletion;
import dev.ripcord.migration.undo.Deletions;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.ProofStore;
import dev.ripcord.postgres.migrate.salvage.StageTwoRestore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Finds what reverting migrations would delete now. A verdict of {@code migrate verify} says it,
 * with its checks counted on the live data; where there is none the statements of the down do, with
 * the rows and values counted that they name. Only reads.
 */
public final class DownLosses {
  /** For all counts together. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int SHOWN = 5;

  private final MigrationSession session;
  private final MigrationTables tables;
  private final LongSupplier nanos;
  private final Deletions deletions;

  public DownLosses(
      MigrationSession session,
      MigrationTables tables,
      LongSupplier nanos,
      Function<Statement, List<SqlOperation>> reader) {
    this.session = session;
    this.tables = tables;
    this.nanos = nanos;
    this.deletions = new Deletions(reader);
  }

  /**
   * What each of them would delete.
   *
   * @param downs in the order in which they would be reverted
   */
  public List<DataLoss> read(List<Applied> downs) {
    DeletionCounts counts = DeletionCounts.of(session, tables, downs, nanos, PATIENCE);
    List<StoredProof> proofs = new ProofStore(tables).read(session);
    Set<String> waiting = StageTwoRestore.waiting(session, tables);
    List<List<Deletion.Placed>> found = new ArrayList<>();
    for (Applied each : downs) {
      List<Deletion.Placed> all = deletions.next(Script.parse(each.down().orElse("")));
      boolean isCounted = needsCount(each, proofs) || waiting.contains(each.label());
      found.add(isCounted ? all : List.of());
    }
    counts.countAhead(found.stream().flatMap(List::stream).toList());
    List<List<String>> counted = found.stream().map(counts::texts).toList();
    List<RevertCost> ways =
        new RevertCostReader(session, tables, nanos).within(PATIENCE).read(downs);
    List<DataLoss> losses = new ArrayList<>();
    for (int i = 0; i < downs.size(); i++) {
      List<String> texts =
          texts(ways.get(i), counted.get(i), waiting.contains(downs.get(i).label()));
      if (!texts.isEmpty()) {
        losses.add(new DataLoss(downs.get(i).label(), shown(texts)));
      }
    }
    return losses;
  }

  /**
   * What the statements of those that are not verified would delete now, in their order; nothing
   * for the others.
   *
   * @param patience for all counts together
   */
  public List<List<String>> counted(List<Applied> downs, Duration patience) {
    List<StoredProof> proofs = new ProofStore(tables).read(session);
    DeletionCounts counts = DeletionCounts.of(session, tables, downs, nanos, patience);
    List<List<Deletion.Placed>> found = new ArrayList<>();
    for (Applied each : downs) {
      List<Deletion.Placed> all = deletions.next(Script.parse(each.down().orElse("")));
      boolean verified =
          proofs.stream()
              .anyMatch(proof -> proof.isOf(each.checksum(), each.downChecksum().orElse("")));
      found.add(verified ? List.of() : all);
    }
    counts.countAhead(found.stream().flatMap(List::stream).toList());
    return found.stream().map(counts::texts).map(DownLosses::shown).toList();
  }

  /** What the statements of an up would delete now. */
  public List<String> ofUp(Script up) {
    DeletionCounts counts = DeletionCounts.of(session, tables, List.of(), nanos, PATIENCE);
    List<Deletion.Placed> found = deletions.next(up);
    counts.countAhead(found);
    return shown(counts.texts(found));
  }

  private static boolean needsCount(Applied applied, List<StoredProof> proofs) {
    String down = applied.downChecksum().orElse("");
    Optional<StoredProof> proof =
        proofs.stream().filter(each -> each.isOf(applied.checksum(), down)).findFirst();
    return proof
        .map(each -> each.verdict() == Verdict.GUARDED && each.checks().isEmpty())
        .orElse(true);
  }

  /**
   * What one of them would delete.
   *
   * @param kept whether what its up has dropped is kept, and comes back with it: then what a
   *     verdict says is lost by the up and the down together is not
   */
  private static List<String> texts(RevertCost way, List<String> counted, boolean kept) {
    Optional<Verdict> verdict = way.verdict();
    if (verdict.isEmpty()) {
      return counted;
    }
    return switch (verdict.get()) {
      case PROVEN -> List.of();
      case GUARDED -> way.checks().isEmpty() ? counted : way.possibleLosses();
      case LOSSY -> kept ? counted : found("verified, and lossy", way);
      case IMPOSSIBLE -> found("verified, and does not restore the schema", way);
    };
  }

  private static List<String> found(String how, RevertCost way) {
    List<String> lost = way.proof().orElseThrow().lost();
    return lost.isEmpty() ? List.of(how) : List.of(how + ": " + String.join("; ", shown(lost)));
  }

  private static List<String> shown(List<String> texts) {
    if (texts.size() <= SHOWN) {
      return texts;
    }
    List<String> some = new ArrayList<>(texts.subList(0, SHOWN));
    some.add("and " + (texts.size() - SHOWN) + " more");
    return some;
  }
}
