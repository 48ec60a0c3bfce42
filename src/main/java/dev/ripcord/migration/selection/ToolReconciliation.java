package dev.ripcord.migration.selection;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.Additivity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Compares a tool's own table with the files and with what Ripcord remembers: what the tool applied
 * or reverted by itself, and what nobody can account for.
 *
 * <p>golang-migrate keeps one version and applies its files in order, so every file up to that
 * version counts as applied. Where Ripcord has a history only the files above its last one do: one
 * that was added below later was never run by anybody.
 */
public final class ToolReconciliation {
  /** Added to the order of what Ripcord has not recorded yet: it lies above all that it has. */
  public static final long UNRECORDED = 1L << 40;

  private final ToolPage page;
  private final Folder folder;
  private final History history;
  private final List<Applied> gone;
  private final List<Met> met = new ArrayList<>();
  private final List<Strange> strange = new ArrayList<>();

  /**
   * A migration that the tool applied by itself.
   *
   * @param file its files
   * @param line its row, where the table has one for it
   */
  public record Met(MigrationFile file, Optional<ToolPage.Line> line) {}

  /**
   * A version that the tool's table has and that cannot be accounted for.
   *
   * @param file its files as they are now, where there are some
   * @param reason short, for a sentence
   * @param text what was found and what to do
   */
  public record Strange(
      Version version, Optional<MigrationFile> file, String reason, String text) {}

  /** Compares. */
  public ToolReconciliation(ToolPage page, Folder folder, History history) {
    this.page = page;
    this.folder = folder;
    this.history = history;
    this.gone =
        page.underWay()
            ? List.of()
            : history.applied().stream().filter(each -> !isThere(each.version())).toList();
    if (!page.underWay()) {
      if (page.tool() == Tool.SQLX) {
        meetListed();
      } else {
        meetUpTo();
      }
    }
  }

  private boolean isThere(Version version) {
    return page.tool() == Tool.SQLX
        ? page.line(version).isPresent()
        : page.lines().stream().anyMatch(line -> version.compareTo(line.version()) <= 0);
  }

  private void meetListed() {
    for (ToolPage.Line line : page.lines()) {
      Optional<MigrationFile> file = folder.migration(line.version());
      if (history.applied(line.version()).isPresent()) {
        continue;
      }
      if (file.isEmpty()) {
        strange.add(missing(line.version()));
      } else if (differs(line, file.get())) {
        strange.add(edited(file.get()));
      } else {
        met.add(new Met(file.get(), Optional.of(line)));
      }
    }
  }

  private void meetUpTo() {
    for (ToolPage.Line line : page.lines()) {
      Optional<Version> known =
          history.applied().stream()
              .map(Applied::version)
              .filter(this::isThere)
              .max(Version::compareTo);
      folder.migrations().stream()
          .filter(file -> isThere(file.version()))
          .filter(file -> known.isEmpty() || file.version().compareTo(known.get()) > 0)
          .forEach(file -> met.add(new Met(file, Optional.empty())));
      if (folder.migration(line.version()).isEmpty()
          && !known.equals(Optional.of(line.version()))) {
        strange.add(missing(line.version()));
      }
    }
  }

  private static boolean differs(ToolPage.Line line, MigrationFile file) {
    return line.checksum().filter(sum -> !Checksum.fits384(sum, file.up().text())).isPresent();
  }

  private Strange missing(Version version) {
    return new Strange(
        version,
        Optional.empty(),
        "the folder has no file of it",
        page.tool().text()
            + " has applied version "
            + version
            + ", and the folder has no file of it: fetch the files that were deployed, or name"
            + " their folder with --dir");
  }

  private Strange edited(MigrationFile file) {
    return new Strange(
        file.version(),
        Optional.of(file),
        "its file was changed since " + page.tool().text() + " applied it",
        changed(file));
  }

  private String changed(MigrationFile file) {
    return file.up().name()
        + ": changed since "
        + page.tool().text()
        + " applied it (its checksum in _sqlx_migrations is another). Put the old text back and"
        + " write the change as a new migration";
  }

  /** What Ripcord has as applied and the tool reverted by itself. */
  public List<Applied> gone() {
    return gone;
  }

  /** What the tool applied by itself, in the order of application. */
  public List<Met> met() {
    return List.copyOf(met);
  }

  /** What nobody can account for. */
  public List<Strange> strange() {
    return List.copyOf(strange);
  }

  /** Why nothing may be run in either direction. */
  public List<String> problems() {
    return page.problems();
  }

  /** Why nothing new may be applied. */
  public List<String> blockers() {
    List<String> reasons = new ArrayList<>(page.problems());
    strange.forEach(each -> reasons.add(each.text()));
    for (Applied each : history.applied()) {
      Optional<MigrationFile> file = folder.migration(each.version());
      Optional<ToolPage.Line> line = page.line(each.version());
      if (file.isPresent() && line.isPresent() && differs(line.get(), file.get())) {
        reasons.add(changed(file.get()));
      }
    }
    folder.migrations().stream()
        .filter(file -> file.version().text().length() > 18)
        .forEach(
            file ->
                reasons.add(
                    file.up().name()
                        + ": "
                        + page.tool().text()
                        + " keeps versions as 64-bit numbers, give it one of at most 18 digits"));
    return reasons;
  }

  /**
   * What is applied, as it is: without what is gone, with what the tool applied.
   *
   * @param release which release a version belongs to, as far as savepoints tell
   */
  public History history(Function<Version, Optional<String>> release) {
    List<Applied> applied = new ArrayList<>(history.applied());
    applied.removeAll(gone);
    long order = UNRECORDED;
    for (Met each : met) {
      applied.add(applied(each, order++, release.apply(each.file().version())));
    }
    for (Strange each : strange) {
      applied.add(applied(each, order++, release.apply(each.version())));
    }
    return new History(applied, history.savepoints(), history.releases());
  }

  private static Applied applied(Met met, long order, Optional<String> release) {
    MigrationFile file = met.file();
    return new Applied(
        order,
        file.version(),
        file.name(),
        file.kind(),
        release,
        met.line().flatMap(ToolPage.Line::at).orElse(Instant.EPOCH),
        file.kind() != Kind.FIELD_REMOVE && Additivity.of(file.script()).additive(),
        file.checksum(),
        file.down().map(SourceFile::text),
        file.down().map(SourceFile::text).map(Checksum::of),
        file.header().irreversible());
  }

  private static Applied applied(Strange strange, long order, Optional<String> release) {
    return new Applied(
        order,
        strange.version(),
        strange.file().map(MigrationFile::name).orElse("without_a_file"),
        Kind.SCHEMA_MODIFY,
        release,
        Instant.EPOCH,
        false,
        strange.file().map(MigrationFile::checksum).orElse(""),
        Optional.empty(),
        Optional.empty(),
        Optional.of(strange.reason()));
  }
}
