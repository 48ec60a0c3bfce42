package dev.ripcord.migration;

import java.util.Locale;

/** What a migration does to the schema, as its name says. */
public enum Kind {
  /** Adds; old code keeps working. Named {@code add_*} or {@code create_*}. Stage 1. */
  SCHEMA_ADD(1),
  /** Changes in another way. Any other name. Stage 1. */
  SCHEMA_MODIFY(1),
  /** Removes what new code no longer uses. Named {@code remove_*} or {@code drop_*}. Stage 2. */
  FIELD_REMOVE(2);

  private final int stage;

  Kind(int stage) {
    this.stage = stage;
  }

  /** The kind that follows from a migration's name. */
  public static Kind ofName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith("add_") || lower.startsWith("create_")) {
      return SCHEMA_ADD;
    }
    return lower.startsWith("remove_") || lower.startsWith("drop_") ? FIELD_REMOVE : SCHEMA_MODIFY;
  }

  /** 1: before the code is deployed. 2: after it, with an approval. */
  public int stage() {
    return stage;
  }

  /** As JSON and tables spell it: {@code schema_add}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind that {@link #text()} spells. */
  public static Kind of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
