package dev.ripcord.proof;

import dev.ripcord.migration.Checksum;
import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.SourceFile;
import java.util.List;

/**
 * A verdict as the migrated database remembers it: good for exactly the two texts that were tried.
 *
 * @param up SHA-256 of the up text, in hex
 * @param down SHA-256 of the down text, in hex; empty when there was none
 * @param verdict what was found
 * @param checks what must hold on the live data
 */
public record StoredProof(String up, String down, Verdict verdict, List<Check> checks) {
  /** Copies the list. */
  public StoredProof {
    checks = List.copyOf(checks);
  }

  /** What was found of a file. */
  public static StoredProof of(MigrationFile file, Proof proof) {
    return new StoredProof(file.checksum(), downOf(file), proof.verdict(), proof.checks());
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
