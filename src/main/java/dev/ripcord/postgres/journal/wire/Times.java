package dev.ripcord.postgres.journal.wire;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Instants as PostgreSQL keeps them: in UTC and in whole microseconds. */
public final class Times {
  private Times() {}

  /** As an argument of a statement. */
  public static OffsetDateTime column(Instant instant) {
    return stored(instant).atOffset(ZoneOffset.UTC);
  }

  /** What is left of an instant once it was stored. */
  public static Instant stored(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS);
  }
}
