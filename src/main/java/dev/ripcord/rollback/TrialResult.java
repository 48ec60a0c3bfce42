package dev.ripcord.rollback;

import dev.ripcord.migration.Version;
import java.util.List;

/**
 * What is known of a down before it runs: by its trial on a copy of the database, and by the live
 * one.
 *
 * @param version of which migration
 * @param impossible whether it failed, or led to another schema than before
 * @param lost what would be lost now, or may be since it could not be counted or tried, in words
 * @param uncheckable whether something in it is unknown and no check can be asked about it
 */
public record TrialResult(
    Version version, boolean impossible, List<String> lost, boolean uncheckable) {
  public TrialResult {
    lost = List.copyOf(lost);
  }
}
