package dev.ripcord.health;

import java.util.Locale;

/**
 * What a rule that is breached long enough may do: a ladder, each rung includes the ones before.
 */
public enum Escalation {
  /** Show it. */
  OBSERVE,
  /** Tell people. */
  ALERT,
  /** Tell people and wait for one of them to approve a rollback. */
  ASK,
  /** Roll back. */
  ROLLBACK;

  /** As the configuration spells it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
