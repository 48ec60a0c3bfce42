package dev.ripcord.rollback;

import java.util.Locale;

/** What a rollback does where the service's database does not answer. */
public enum DatabaseAway {
  /** It waits, and is refused when the database stays away. */
  WAIT,
  /**
   * The image goes back alone, where the plan that was made while the database answered had the
   * previous image run on the schema of the release.
   */
  IMAGE_ONLY;

  /** As the configuration spells it: {@code image-only}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
