package dev.ripcord.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What an up allows, by the catalog, that no write is made up for: rows that use it may stop the
 * down or be changed by it, and nobody has tried.
 */
public final class Loosened {
  private static final Set<String> RULES = Set.of("constraint", "foreign key", "primary key");
  private static final Set<String> LIMITS =
      Set.of("seqmax", "seqmin", "seqcycle", "type", "seqincrement");

  private Loosened() {}

  /**
   * What was loosened.
   *
   * @param changes from before the up to after it
   * @param tables full names of the tables that writes are made up for
   */
  public static List<Finding> in(List<Difference> changes, Set<String> tables) {
    List<Finding> found = new ArrayList<>();
    for (Difference change : changes) {
      if (isLoosened(change, tables)) {
        found.add(
            new Finding.Unknown(
                change.text() + " after the up: rows that this lets in were not tried"));
      }
    }
    return found;
  }

  private static boolean isLoosened(Difference change, Set<String> tables) {
    Thing thing = change.thing();
    String aspect = change.aspect();
    return switch (change.sort()) {
      case MISSING ->
          (RULES.contains(thing.kind()) && !tables.contains(thing.of()))
              || thing.kind().equals("inheritance");
      case CHANGED ->
          (thing.kind().equals("numbering") && LIMITS.contains(aspect))
              || (thing.kind().equals("domain") && !aspect.equals("acl") && !aspect.equals("owner"))
              || (RULES.contains(thing.kind()) && !tables.contains(thing.of()))
              || aspect.equals("partition bound")
              || aspect.equals("tgenabled")
              || aspect.equals("collation");
      case EXTRA, BEHIND, ORDER -> false;
    };
  }
}
