package dev.ripcord.migration.selection;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Interrupted;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.FolderProblem;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is to be changed in the history of a database so that it is true again: what is plainly left
 * over is always fixed, the rest only by a person's explicit word.
 *
 * @param folder the files
 * @param history what the database remembers
 * @param interrupted what broke off outside a transaction and is not being run now
 */
public record Repair(Folder folder, History history, List<Interrupted> interrupted) {
  public Repair {
    interrupted = List.copyOf(interrupted);
  }

  /**
   * What a person accepts.
   *
   * @param accept versions whose changed texts count from now on
   * @param acceptAll the same for every version
   * @param applied versions that were applied by hand
   * @param reverted versions that were reverted by hand
   * @param forget versions whose broken-off run is not to be gone on with
   */
  public record Wish(
      Set<Version> accept,
      boolean acceptAll,
      Set<Version> applied,
      Set<Version> reverted,
      Set<Version> forget) {
    public Wish {
      accept = Set.copyOf(accept);
      applied = Set.copyOf(applied);
      reverted = Set.copyOf(reverted);
      forget = Set.copyOf(forget);
    }
  }

  /** What to change, ascending by version, or why nothing is changed. */
  public MigrationSelection<HistoryFix> plan(Wish wish) {
    List<HistoryFix> mends = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    wish.applied().stream().sorted().forEach(each -> markApplied(each, mends, reasons));
    wish.reverted().stream().sorted().forEach(each -> markReverted(each, mends, reasons));
    for (Version each : wish.accept()) {
      if (changed().stream().noneMatch(mend -> mend.version().equals(each))) {
        reasons.add("--accept " + each + ": nothing of this version differs from what was applied");
      }
    }
    changed().stream()
        .filter(mend -> wish.acceptAll() || wish.accept().contains(mend.version()))
        .filter(mend -> !wish.reverted().contains(mend.version()))
        .forEach(mends::add);
    forget(wish, mends, reasons);
    return MigrationSelection.of(
        mends.stream().sorted((a, b) -> a.version().compareTo(b.version())).toList(), reasons);
  }

  /** Every text that differs from what was applied; each needs a person's word. */
  public List<HistoryFix> changed() {
    return folder.migrations().stream().flatMap(this::changed).toList();
  }

  private Stream<HistoryFix> changed(MigrationFile file) {
    Optional<Applied> found = history.applied(file.version());
    if (found.isEmpty()) {
      return Stream.of();
    }
    Applied applied = found.get();
    List<HistoryFix> mends = new ArrayList<>();
    if (!file.isSourceOf(applied)) {
      mends.add(new HistoryFix.AcceptUp(applied, file));
    }
    if (!isDownOf(file, applied)) {
      mends.add(new HistoryFix.AcceptDown(applied, file));
    }
    return mends.stream();
  }

  private static boolean isDownOf(MigrationFile file, Applied applied) {
    Optional<String> now = file.down().map(SourceFile::text);
    return now.isPresent() == applied.down().isPresent()
        && now.filter(text -> !Checksum.fits(applied.downChecksum().orElse(""), text)).isEmpty();
  }

  private void markApplied(Version version, List<HistoryFix> mends, List<String> reasons) {
    Optional<MigrationFile> file = folder.migration(version);
    if (file.isEmpty()) {
      reasons.add("--applied " + version + ": the folder has no such migration");
    } else if (history.applied(version).isPresent()) {
      reasons.add("--applied " + version + ": it is recorded as applied already");
    } else {
      List<String> wrong =
          folder.problems().stream()
              .filter(each -> each.blocking() && each.version().equals(Optional.of(version)))
              .map(FolderProblem::text)
              .toList();
      reasons.addAll(wrong);
      mends.add(new HistoryFix.MarkApplied(file.get()));
    }
  }

  private void markReverted(Version version, List<HistoryFix> mends, List<String> reasons) {
    history
        .applied(version)
        .ifPresentOrElse(
            applied -> mends.add(new HistoryFix.MarkReverted(applied)),
            () -> reasons.add("--taken-back " + version + ": it is not recorded as applied"));
  }

  /** A count is left over when the history say that what it counts has ended. */
  private void forget(Wish wish, List<HistoryFix> mends, List<String> reasons) {
    for (Version each : wish.forget()) {
      if (interrupted.stream().noneMatch(left -> left.version().equals(each))) {
        reasons.add("--forget " + each + ": no run of this version has broken off");
      }
    }
    for (Interrupted left : interrupted) {
      Version version = left.version();
      boolean isApplied = history.applied(version).isPresent();
      boolean ended = left.direction().equals("up") == isApplied;
      boolean byHand = wish.applied().contains(version) || wish.reverted().contains(version);
      if (ended || byHand || wish.forget().contains(version)) {
        mends.add(new HistoryFix.Forget(left));
      }
    }
  }
}
