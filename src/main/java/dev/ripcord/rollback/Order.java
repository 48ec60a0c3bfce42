package dev.ripcord.rollback;

import java.util.Locale;

/** Which goes back first, the image or the schema. */
public enum Order {
  /** Decided from the release's migrations. */
  AUTO,
  /** The previous image runs on the wider schema while the downs run. */
  IMAGE_FIRST,
  /** The application is stopped, the downs run, then the previous image starts. */
  MIGRATIONS_FIRST;

  /** As the configuration spells it: {@code image-first}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
