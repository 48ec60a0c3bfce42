package dev.ripcord.migration.selection;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Interrupted;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;

/** One change of the history of a database. Its schema is not touched by any of them. */
public sealed interface HistoryFix {
  /** Which migration it is about. */
  Version version();

  /** The name of the migration, without its version. */
  String name();

  /** What would be changed, for people. */
  String text();

  /** The text of an up that was changed after it was applied counts from now on. */
  record AcceptUp(Applied applied, MigrationFile file) implements HistoryFix {
    @Override
    public Version version() {
      return applied.version();
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public String text() {
      return applied.label()
          + ": the text of "
          + file.up().name()
          + " as it is now counts as the one that was applied (checksum "
          + brief(applied.checksum())
          + " becomes "
          + brief(file.checksum())
          + ")";
    }
  }

  /** A down that was changed after its up was applied is the one that will be run. */
  record AcceptDown(Applied applied, MigrationFile file) implements HistoryFix {
    @Override
    public Version version() {
      return applied.version();
    }

    @Override
    public String name() {
      return applied.name();
    }

    /** The text of the down from now on; empty when the file says that there is none. */
    public String down() {
      return file.down().map(SourceFile::text).orElse("");
    }

    @Override
    public String text() {
      String from = applied.downChecksum().map(HistoryFix::brief).orElse("none");
      String to = file.down().map(down -> brief(Checksum.of(down.text()))).orElse("none");
      return applied.label()
          + ": the stored down becomes the one of "
          + file.down().map(SourceFile::name).orElse("the folder, where there is none")
          + " (checksum "
          + from
          + " becomes "
          + to
          + ")";
    }
  }

  /** A migration that a person ran by hand is recorded as applied. */
  record MarkApplied(MigrationFile file) implements HistoryFix {
    @Override
    public Version version() {
      return file.version();
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public String text() {
      return file.label()
          + ": recorded as applied, with the texts of "
          + file.up().name()
          + file.down().map(down -> " and " + down.name()).orElse("");
    }
  }

  /** A migration that a person reverted by hand is recorded as reverted. */
  record MarkReverted(Applied applied) implements HistoryFix {
    @Override
    public Version version() {
      return applied.version();
    }

    @Override
    public String name() {
      return applied.name();
    }

    @Override
    public String text() {
      return applied.label() + ": recorded as reverted";
    }
  }

  /** The count of a run that broke off outside a transaction is dropped. */
  record Forget(Interrupted interrupted) implements HistoryFix {
    @Override
    public Version version() {
      return interrupted.version();
    }

    @Override
    public String name() {
      return interrupted.name();
    }

    @Override
    public String text() {
      return interrupted.label()
          + ": the count of its "
          + interrupted.direction()
          + " that broke off ("
          + interrupted.done()
          + " of "
          + interrupted.total()
          + " statements) is dropped; the next run begins it at its first statement";
    }
  }

  private static String brief(String checksum) {
    return checksum.substring(0, Math.min(12, checksum.length()));
  }
}
