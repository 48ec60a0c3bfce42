package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A down that was written by the program, and what a proof has found of it.
 *
 * @param draft what was written
 * @param proof what came of trying it; empty when it was not tried
 */
public record Drafted(DownDraft draft, Optional<Proof> proof) {
  private static final int FOUND_MAX = 5;

  /** What the proof has found to be lost, of a draft that says nothing of a loss itself. */
  public List<String> found() {
    if (!draft.cannot().isEmpty() || proof.isEmpty()) {
      return List.of();
    }
    boolean holds = proof.get().verdict().compareTo(Verdict.GUARDED) <= 0;
    if (holds) {
      return List.of();
    }
    // Keys of real rows do not belong into a file.
    List<String> found =
        proof.get().lost().stream()
            .map(text -> text.replaceFirst(" \\(such as .*\\)", ""))
            .distinct()
            .toList();
    if (found.isEmpty()) {
      return List.of("the proof says " + proof.get().verdict().text());
    }
    List<String> shown = new ArrayList<>(found.subList(0, Math.min(FOUND_MAX, found.size())));
    if (found.size() > FOUND_MAX) {
      shown.add("and " + (found.size() - FOUND_MAX) + " more, see ripcord migrate verify");
    }
    return shown;
  }

  /** Whether it may be run as it is: nothing is known that it does not bring back. */
  public boolean isComplete() {
    return draft.cannot().isEmpty() && found().isEmpty() && !draft.isEmpty();
  }

  /**
   * The file's text.
   *
   * @param up the name of the up file
   */
  public String text(String up) {
    return draft.text(up, found());
  }
}
