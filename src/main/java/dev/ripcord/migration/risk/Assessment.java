package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one file will do.
 *
 * @param risk the least approval it needs
 * @param effects locks first, one for each table; then what else happens, in the order of the file
 * @param problems why it could not be told; not empty exactly when the risk is unknown
 */
public record Assessment(Grade risk, List<OperationImpact> effects, List<String> problems) {
  /** Copies the lists. */
  public Assessment {
    effects = List.copyOf(effects);
    problems = List.copyOf(problems);
  }

  private static final Set<Code> WORK = Set.of(Code.REWRITE, Code.SCAN, Code.INDEX_BUILD);

  /** Whether there is an effect of this kind. */
  public boolean has(Code code) {
    return effects.stream().anyMatch(each -> each.code() == code);
  }

  /**
   * The tables that cannot be written, or not even read, while all of them is gone through: there
   * the service stands still for as long as that takes.
   */
  public Set<String> standing() {
    Set<String> blocked = new TreeSet<>();
    for (OperationImpact effect : effects) {
      effect
          .lock()
          .filter(mode -> mode.compareTo(LockMode.SHARE) >= 0)
          .flatMap(m -> effect.table())
          .ifPresent(blocked::add);
    }
    Set<String> worked = new TreeSet<>();
    for (OperationImpact effect : effects) {
      if (WORK.contains(effect.code())) {
        effect.table().ifPresent(worked::add);
      }
    }
    blocked.retainAll(worked);
    return blocked;
  }
}
