package dev.ripcord.watch;

import java.util.Arrays;
import java.util.Locale;

/** How a watch ended. */
public enum Outcome {
  /** Proved healthy to the end of the bake time. */
  HEALTHY(0),
  /** Condemned, rolled back, and healthy again. */
  ROLLED_BACK(10),
  /** Rolled back, and not seen healthy again: it was not the release. */
  ROLLED_BACK_UNHEALTHY(11),
  /** The rollback failed or was refused: a person is needed. */
  FAILED(12),
  /** Not enough evidence, or blind. */
  INCONCLUSIVE(13),
  /** A person stopped it. */
  ABORTED(14),
  /** A newer release took its place. */
  SUPERSEDED(15),
  /** Condemned, and acting was switched off. */
  CONDEMNED(16);

  private final int exitCode;

  Outcome(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The exit code of the command that watched. */
  public int exitCode() {
    return exitCode;
  }

  /** As JSON spells it: {@code rolled-back}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The outcome that {@link #text()} spells. */
  public static Outcome of(String text) {
    return Arrays.stream(values()).filter(o -> o.text().equals(text)).findFirst().orElseThrow();
  }
}
