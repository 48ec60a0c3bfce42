package dev.ripcord.rollback;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Version;
import java.util.Map;
import java.util.Optional;

/**
 * What the role that would run the downs lacks, as far as it is known before they run.
 *
 * @param forbidden what of a down it may not do, in words, by the down's migration
 * @param blockers why it could not cancel who holds a lock that a down needs, though the
 *     configuration says so, in words; empty where it could, or need not
 */
public record DownRights(Map<Version, String> forbidden, Optional<String> blockers) {
  /** Nothing is known to be missing. */
  public static final DownRights NONE = new DownRights(Map.of(), Optional.empty());

  public DownRights {
    forbidden = Map.copyOf(forbidden);
  }

  /** What of a down the role may not do, in words; empty where nothing is known to be. */
  Optional<String> forbidden(Applied migration) {
    return Optional.ofNullable(forbidden.get(migration.version()));
  }
}
