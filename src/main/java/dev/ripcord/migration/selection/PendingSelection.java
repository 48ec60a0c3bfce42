package dev.ripcord.migration.selection;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.FolderProblem;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.PartialRun;
import dev.ripcord.migration.file.UnsupportedStatement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which migrations of a folder are to be applied to a database, in which order. */
public final class PendingSelection {
  private final Folder folder;
  private final History history;
  private final Map<Version, Applied> applied = new HashMap<>();
  private final List<MigrationFile> pending;

  /** Compares a folder with a database. */
  public PendingSelection(Folder folder, History history) {
    this.folder = folder;
    this.history = history;
    history.applied().forEach(each -> applied.putIfAbsent(each.version(), each));
    this.pending =
        folder.migrations().stream().filter(file -> !applied.containsKey(file.version())).toList();
  }

  /** Every migration that is not applied, ascending by version. */
  public List<MigrationFile> pending() {
    return pending;
  }

  /** All that is pending. */
  public MigrationSelection<MigrationFile> all() {
    return choice(pending, List.of());
  }

  /** The next {@code count} of them. */
  public MigrationSelection<MigrationFile> next(int count) {
    return choice(pending.subList(0, Math.min(count, pending.size())), List.of());
  }

  /** All up to a version and with it. */
  public MigrationSelection<MigrationFile> to(Version version) {
    if (folder.migration(version).isEmpty()) {
      return new MigrationSelection.Refused<>(List.of("the folder has no migration " + version));
    }
    return choice(
        pending.stream().filter(file -> file.version().compareTo(version) <= 0).toList(),
        List.of());
  }

  /** Stage 1: all before the first one of stage 2. */
  public MigrationSelection<MigrationFile> stage1() {
    return choice(pending.stream().takeWhile(file -> file.stage() == 1).toList(), List.of());
  }

  /** Stage 2: the removals, as far as no migration of stage 1 stands between. */
  public MigrationSelection<MigrationFile> stage2() {
    List<MigrationFile> chosen = pending.stream().takeWhile(file -> file.stage() == 2).toList();
    boolean later = pending.stream().anyMatch(file -> file.stage() == 2);
    if (chosen.isEmpty() && later) {
      String reason =
          pending.getFirst().label()
              + " is of stage 1 and comes first: run \"ripcord migrate stage1\", deploy the code,"
              + " then stage2";
      return choice(chosen, List.of(reason));
    }
    return choice(chosen, List.of());
  }

  /**
   * Everything for which a run of all that is pending would be refused, whether or not something is
   * pending; empty when it would run.
   *
   * @param unfinished what broke off outside a transaction
   */
  public List<String> refusals(List<PartialRun> unfinished) {
    List<String> reasons =
        switch (all()) {
          case MigrationSelection.Refused<MigrationFile>(List<String> against) ->
              new ArrayList<>(against);
          case MigrationSelection.Chosen<MigrationFile> ignored -> new ArrayList<>();
        };
    for (MigrationFile file : pending) {
      reasons.addAll(UnsupportedStatement.in(file.up()));
      file.down().map(UnsupportedStatement::in).ifPresent(reasons::addAll);
      unfinished.stream()
          .filter(each -> each.version().equals(file.version()))
          .flatMap(each -> each.againstUp(file).stream())
          .forEach(reasons::add);
    }
    return reasons;
  }

  private MigrationSelection<MigrationFile> choice(List<MigrationFile> chosen, List<String> more) {
    List<String> reasons = new ArrayList<>(folderProblems());
    reasons.addAll(edited());
    reasons.addAll(outOfOrder(chosen));
    reasons.addAll(unmet(chosen));
    reasons.addAll(more);
    return MigrationSelection.of(chosen, reasons);
  }

  private List<String> folderProblems() {
    return folder.problems().stream()
        .filter(FolderProblem::blocking)
        .filter(p -> p.version().filter(applied::containsKey).isEmpty())
        .map(FolderProblem::text)
        .toList();
  }

  /** What was applied and reads otherwise today. */
  public List<String> edited() {
    List<String> reasons = new ArrayList<>();
    for (MigrationFile file : folder.migrations()) {
      Optional<Applied> past = Optional.ofNullable(applied.get(file.version()));
      if (past.isPresent() && !file.isSourceOf(past.get())) {
        reasons.add(
            past.get().name().equals(file.name())
                ? edited(file, past.get())
                : taken(file, past.get()));
      }
    }
    return reasons;
  }

  private static String edited(MigrationFile file, Applied applied) {
    return file.up().name()
        + ": changed since it was applied at "
        + applied.appliedAt()
        + ". Put the old text back and write the change as a new migration, or accept the new text"
        + " with \"ripcord migrate repair\"";
  }

  private String taken(MigrationFile file, Applied applied) {
    return file.up().name()
        + ": version "
        + file.version()
        + " is applied already, as "
        + applied.label()
        + " at "
        + applied.appliedAt()
        + ": two branches took one version. Give this one a version above "
        + highest();
  }

  /** The highest version that the folder or the database has. */
  private Version highest() {
    return Stream.concat(
            folder.migrations().stream().map(MigrationFile::version),
            history.applied().stream().map(Applied::version))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** What the chosen ones depend on and is neither applied nor chosen before them. */
  private List<String> unmet(List<MigrationFile> chosen) {
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      MigrationFile file = chosen.get(i);
      List<MigrationFile> before = chosen.subList(0, i);
      for (MigrationFile.Dependency each : file.header().depends()) {
        boolean met =
            history.applied().stream().anyMatch(a -> each.isMetBy(a.version(), a.name()))
                || before.stream().anyMatch(f -> each.isMetBy(f.version(), f.name()));
        if (!met) {
          reasons.add(file.up().name() + ": " + missing(each));
        }
      }
    }
    return reasons;
  }

  private String missing(MigrationFile.Dependency dependency) {
    Optional<String> other =
        history
            .applied(dependency.version())
            .map(Applied::label)
            .or(() -> folder.migration(dependency.version()).map(MigrationFile::label));
    return "it depends on "
        + dependency.label()
        + ", which is neither applied nor in the folder before it"
        + other.map(label -> "; that version is " + label).orElse("")
        + ". Add it, or fix the line \"-- depends:\"";
  }

  private List<String> outOfOrder(List<MigrationFile> chosen) {
    Optional<Applied> newest =
        history.applied().stream().max(Comparator.comparing(Applied::version));
    return chosen.stream()
        .filter(f -> newest.isPresent() && f.version().compareTo(newest.get().version()) < 0)
        .map(
            f ->
                f.up().name()
                    + ": older than "
                    + newest.orElseThrow().label()
                    + ", which is applied already. Give it a version above "
                    + highest())
        .toList();
  }
}
