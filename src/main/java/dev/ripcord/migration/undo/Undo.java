package dev.ripcord.migration.undo;

import dev.ripcord.migration.proof.Difference;
import dev.ripcord.migration.proof.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What would make a catalog as it was: first what is too much is taken away, then what is missing
 * is made, then what is other is changed. Each is proposed from the catalog as it is at that
 * moment, so the three are asked again and again until nothing more works.
 *
 * @param want the catalog as it was
 */
public record Undo(Fingerprint want) {
  /** What takes away what was not there. */
  public List<InverseStep> removals(Fingerprint now) {
    return each(now, Difference.Sort.EXTRA);
  }

  /** What makes again what is not there any more. */
  public List<InverseStep> restorals(Fingerprint now) {
    return each(now, Difference.Sort.MISSING);
  }

  /** What gives columns their types back, which other things follow. */
  public List<InverseStep> retypings(Fingerprint now) {
    return want.against(now).stream()
        .filter(each -> each.sort() == Difference.Sort.CHANGED && isType(each))
        .flatMap(each -> undoing(each, now).stream())
        .distinct()
        .toList();
  }

  private static boolean isType(Difference each) {
    return each.thing().kind().equals("column")
        && (each.aspect().equals("type") || each.aspect().equals("collation"));
  }

  /** What changes back what else is other. */
  public List<InverseStep> changes(Fingerprint now) {
    List<InverseStep> undoings = new ArrayList<>();
    want.against(now).stream()
        .filter(each -> each.sort() == Difference.Sort.CHANGED && !isType(each))
        .forEach(each -> undoing(each, now).ifPresent(undoings::add));
    for (Difference each : want.against(now)) {
      if (each.thing().kind().equals("comment on") && each.sort() != Difference.Sort.CHANGED) {
        new Comment(new Facts(want), each).undoing().ifPresent(undoings::add);
      }
    }
    return undoings;
  }

  private List<InverseStep> each(Fingerprint now, Difference.Sort sort) {
    return want.against(now).stream()
        .filter(each -> each.sort() == sort)
        .flatMap(each -> undoing(each, now).stream())
        .toList();
  }

  private Optional<InverseStep> undoing(Difference each, Fingerprint now) {
    return switch (each.sort()) {
      case EXTRA -> new DropCreated(new Facts(now)).of(each.thing());
      case MISSING -> new RecreateDropped(new Facts(want)).of(each.thing());
      case CHANGED ->
          each.thing().kind().equals("comment on")
              ? new Comment(new Facts(want), each).undoing()
              : new SchemaChange(new Facts(want), each).undoing();
      case BEHIND, ORDER -> Optional.empty();
    };
  }
}
