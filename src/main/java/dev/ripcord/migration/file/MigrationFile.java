package dev.ripcord.migration.file;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.sql.Batch;
import dev.ripcord.migration.sql.NonTransactional;
import dev.ripcord.migration.sql.Script;
import java.util.List;
import java.util.Optional;

/**
 * A migration as its files say it.
 *
 * @param name the rest of the file's name, such as {@code add_customer_email}
 * @param kind what it does to the schema
 * @param stage 1: before the code is deployed; 2: after it, with an approval
 * @param up the file that applies it
 * @param down the file that reverts it; empty when there is none
 * @param header what the comment lines at the top say
 * @param checks the team's own queries on what it must leave
 */
public record MigrationFile(
    Version version,
    String name,
    Kind kind,
    int stage,
    SourceFile up,
    Optional<SourceFile> down,
    Header header,
    Checks checks) {

  /**
   * What the comment lines at the top of a file say.
   *
   * @param description what it is for, from {@code -- description:} or {@code -- purpose:}
   * @param irreversible the reason, from {@code -- down: none, because …}
   * @param transaction false for {@code -- transaction: none} in the up file; the down file says it
   *     for itself
   * @param depends from {@code -- depends: 03, 05_add_email}
   * @param author who wrote it, from {@code -- author:}
   * @param reviewer who has read it and found it good, from {@code -- reviewer:} in the up file
   */
  public record Header(
      Optional<String> description,
      Optional<String> irreversible,
      boolean transaction,
      List<Dependency> depends,
      Optional<String> author,
      Optional<String> reviewer) {
    public Header {
      depends = List.copyOf(depends);
    }
  }

  /**
   * A migration that must be applied before.
   *
   * @param name the rest of its name, where the header says it
   */
  public record Dependency(Version version, Optional<String> name) {
    /** As the header spells it. */
    public String label() {
      return version + name.map(rest -> "_" + rest).orElse("");
    }

    /** Whether a migration is the one that is meant. */
    public boolean isMetBy(Version otherVersion, String otherName) {
      return version.equals(otherVersion) && name.filter(each -> !each.equals(otherName)).isEmpty();
    }
  }

  /**
   * The team's own queries, from {@code verify/NN_*.sql}.
   *
   * @param up those that are asked after the up, in the order of their names
   * @param down those that are asked after the down
   */
  public record Checks(List<SourceFile> up, List<SourceFile> down) {
    /** There are none. */
    public static final Checks NONE = new Checks(List.of(), List.of());

    public Checks {
      up = List.copyOf(up);
      down = List.copyOf(down);
    }
  }

  /** The same with another down, whatever is said of there being none. */
  public MigrationFile withDown(SourceFile other) {
    Header reversible =
        new Header(
            header.description(),
            Optional.empty(),
            header.transaction(),
            header.depends(),
            header.author(),
            header.reviewer());
    return new MigrationFile(
        version, name, kind, stage, up, Optional.of(other), reversible, checks);
  }

  /** The same with checks. */
  MigrationFile with(Checks own) {
    return new MigrationFile(version, name, kind, stage, up, down, header, own);
  }

  /** Version and name as the file spells them: {@code 01_add_customer_email}. */
  public String label() {
    return version + "_" + name;
  }

  /** What it is for: its header's words, else its name. */
  public String description() {
    return header.description().orElseGet(() -> name.replace('_', ' '));
  }

  /** SHA-256 of the up text, in hex. */
  public String checksum() {
    return Checksum.of(up.text());
  }

  /** The statements of the up file. */
  public Script script() {
    return up.script();
  }

  /** Whether the up runs inside a transaction. */
  public boolean isInTransaction() {
    return isInTransaction(up);
  }

  /** Whether every statement of a file may run inside a transaction. */
  public static boolean isInTransaction(SourceFile file) {
    Script script = file.script();
    return !HeaderLines.saysNoTransaction(file)
        && Batch.size(script).isEmpty()
        && script.work().stream().allMatch(each -> NonTransactional.of(each).isEmpty());
  }

  /** Whether this is what an applied migration was made of. */
  public boolean isSourceOf(Applied applied) {
    return version.equals(applied.version()) && Checksum.fits(applied.checksum(), up.text());
  }
}
