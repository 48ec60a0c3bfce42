package dev.ripcord.migration.proof;

/**
 * What must hold on the live data for a guarded down to lose nothing.
 *
 * @param text for people, to be read after "if"
 * @param sql counts the rows against it: it holds when the answer is 0, and not when it fails
 * @param when when it must hold
 */
public record Check(String text, String sql, When when) {
  /** When a check must hold. */
  public enum When {
    /** Before the migration is applied. */
    BEFORE_UP("before-up"),
    /** Before it is reverted. */
    BEFORE_DOWN("before-down");

    private final String text;

    When(String text) {
      this.text = text;
    }

    /** As JSON has it. */
    public String text() {
      return text;
    }
  }
}
