package dev.ripcord.cli.migrate.context;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.StoredProof;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is known of downs, in the words of a status.
 *
 * @param proofs the verdicts that are stored
 * @param counts how many rows are against a check, by its SQL; nothing where it was not counted
 */
public record ProofsShown(List<StoredProof> proofs, Map<String, Long> counts) {
  /** Nothing is known of the down. */
  public static final ProofsShown NONE = new ProofsShown(List.of(), Map.of());

  Optional<StoredProof> of(Applied migration) {
    String down = migration.downChecksum().orElse("");
    return proofs.stream().filter(each -> each.isOf(migration.checksum(), down)).findFirst();
  }

  Optional<StoredProof> of(MigrationFile file) {
    return proofs.stream().filter(each -> each.isOf(file)).findFirst();
  }

  /** To be read after "can go back". */
  String text(StoredProof proof) {
    List<Check> counted =
        proof.checks().stream().filter(check -> counts.containsKey(check.sql())).toList();
    if (counted.isEmpty()) {
      return proof.text();
    }
    String against =
        counted.stream()
            .filter(check -> count(check) != 0)
            .map(check -> check.text() + ": " + against(count(check)))
            .collect(Collectors.joining("; "));
    return against.isEmpty()
        ? "guarded, and the checks hold now"
        : "guarded, and does not hold now: " + against;
  }

  private long count(Check check) {
    return counts.getOrDefault(check.sql(), 0L);
  }

  private static String against(long rows) {
    return rows < 0
        ? "cannot be counted"
        : rows == 1 ? "1 row against it" : rows + " rows against it";
  }
}
