package dev.ripcord.rollback;

/**
 * Why a rollback must not run.
 *
 * @param code for programs: one of {@code no_platform, no_target, target_absent, target_runs,
 *     target_condemned, superseded, no_way_back, down_changed, down_unreadable, proved_impossible,
 *     down_unverified, no_right, later_release, backup, cannot_stop, others_depend, below_floor,
 *     unreachable}
 * @param text one sentence for people: the thing, what was found
 * @param next what to do
 */
public record Refusal(String code, String text, String next) {
  /** Whether it only says that somebody did not answer. */
  public boolean isUnanswered() {
    return code.equals("unreachable");
  }
}
