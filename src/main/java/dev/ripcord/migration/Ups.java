package dev.ripcord.migration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which migrations of a folder are to be applied to a database, in which order. */
public final class Ups {
  private final Folder folder;
  private final History history;
  private final List<MigrationFile> pending;

  /** Compares a folder with a database. */
  public Ups(Folder folder, History history) {
    this.folder = folder;
    this.history = history;
    this.pending =
        folder.migrations().stream()
            .filter(file -> history.applied(file.version()).isEmpty())
            .toList();
  }

  /** Every migration that is not applied, ascending by version. */
  public List<MigrationFile> pending() {
    return pending;
  }

  /** All that is pending. */
  public Choice<MigrationFile> all() {
    return choice(pending, List.of());
  }

  /** The next {@code count} of them. */
  public Choice<MigrationFile> next(int count) {
    return choice(pending.subList(0, Math.min(count, pending.size())), List.of());
  }

  /** All up to a version and with it. */
  public Choice<MigrationFile> to(Version version) {
    if (folder.migration(version).isEmpty()) {
      return new Choice.Refused<>(List.of("the folder has no migration " + version));
    }
    return choice(
        pending.stream().filter(file -> file.version().compareTo(version) <= 0).toList(),
        List.of());
  }

  /** Stage 1: all before the first one of stage 2. */
  public Choice<MigrationFile> stage1() {
    return choice(pending.stream().takeWhile(file -> file.stage() == 1).toList(), List.of());
  }

  /** Stage 2: the removals, as far as no migration of stage 1 stands between. */
  public Choice<MigrationFile> stage2() {
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

  private Choice<MigrationFile> choice(List<MigrationFile> chosen, List<String> more) {
    List<String> reasons = new ArrayList<>(folderProblems());
    reasons.addAll(edited());
    reasons.addAll(outOfOrder(chosen));
    reasons.addAll(more);
    return Choice.of(chosen, reasons);
  }

  private List<String> folderProblems() {
    return folder.problems().stream()
        .filter(Problem::blocking)
        .filter(p -> p.version().flatMap(history::applied).isEmpty())
        .map(Problem::text)
        .toList();
  }

  /** What was applied and reads otherwise today. */
  public List<String> edited() {
    List<String> reasons = new ArrayList<>();
    for (MigrationFile file : folder.migrations()) {
      Optional<Applied> applied = history.applied(file.version());
      if (applied.isPresent() && !file.isSourceOf(applied.get())) {
        reasons.add(
            file.up().name()
                + ": changed since it was applied at "
                + applied.get().appliedAt()
                + (applied.get().name().equals(file.name())
                    ? ""
                    : " (as " + applied.get().label() + ")")
                + ". Put the old text back and write the change as a new migration");
      }
    }
    return reasons;
  }

  private List<String> outOfOrder(List<MigrationFile> chosen) {
    Optional<Applied> newest =
        history.applied().stream().max(Comparator.comparing(Applied::version));
    return chosen.stream()
        .filter(f -> newest.isPresent() && f.version().compareTo(newest.get().version()) < 0)
        .map(
            f ->
                f.label()
                    + ": older than "
                    + newest.orElseThrow().label()
                    + ", which is applied already. Give it a version above "
                    + newest.orElseThrow().version())
        .toList();
  }
}
