package dev.ripcord.migration.proof;

import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import java.util.List;

/**
 * A verdict as the migrated database remembers it: good for exactly the two texts that were tried.
 *
 * @param up SHA-256 of the up text, in hex
 * @param down SHA-256 of the down text, in hex; empty when there was none
 * @param verdict what was found
 * @param checks what must hold on the live data
 * @param lost what is lost or goes wrong, in words, the worst first
 * @param unknown what was not compared or tried
 * @param locks the locks that were held on tables which were there before, and rewrites
 */
public record StoredProof(
    String up,
    String down,
    Verdict verdict,
    List<Check> checks,
    List<String> lost,
    List<String> unknown,
    List<LockTaken> locks) {
  /** Copies the lists. */
  public StoredProof {
    checks = List.copyOf(checks);
    lost = List.copyOf(lost);
    unknown = List.copyOf(unknown);
    locks = List.copyOf(locks);
  }

  /** What was found of a file. */
  public static StoredProof of(MigrationFile file, Proof proof) {
    return new StoredProof(
        file.checksum(),
        downOf(file),
        proof.verdict(),
        proof.checks(),
        proof.lost(),
        proof.unknown(),
        proof.locks());
  }

  /** Whether it is of these two texts. */
  public boolean isOf(String upChecksum, String downChecksum) {
    return up.equals(upChecksum) && down.equals(downChecksum);
  }

  /** Whether it is of this file's texts. */
  public boolean isOf(MigrationFile file) {
    return isOf(file.checksum(), downOf(file));
  }

  private static String downOf(MigrationFile file) {
    return file.down().map(SourceFile::text).map(Checksum::of).orElse("");
  }

  /** For people, to be read after "can go back". */
  public String text() {
    return switch (verdict) {
      case PROVEN -> "proved";
      case GUARDED ->
          checks.isEmpty()
              ? "guarded"
              : "guarded (if " + checks.getFirst().text() + (checks.size() > 1 ? ", …)" : ")");
      case LOSSY -> "lossy";
      case IMPOSSIBLE -> "not as proved";
    };
  }
}
