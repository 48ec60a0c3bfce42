package dev.ripcord.rollback;

import java.util.List;

/**
 * What would be lost or broken beside the service itself if its image was replaced now.
 *
 * @param blockers why it must not be, in words
 * @param warnings what would happen that a person may want to know, in words
 */
public record SideEffects(List<String> blockers, List<String> warnings) {
  /** Nothing that is known. */
  public static final SideEffects NONE = new SideEffects(List.of(), List.of());

  public SideEffects {
    blockers = List.copyOf(blockers);
    warnings = List.copyOf(warnings);
  }
}
