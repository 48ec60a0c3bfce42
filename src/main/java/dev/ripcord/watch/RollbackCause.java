package dev.ripcord.watch;

/** Why a rollback begins. */
public sealed interface RollbackCause
    permits Condemnation, RollbackCause.ApprovedBy, RollbackCause.AskedBy {
  /** In one line, without a full stop. */
  String text();

  /**
   * The polls say so, and a person agreed.
   *
   * @param by who
   */
  record ApprovedBy(String by) implements RollbackCause {
    @Override
    public String text() {
      return "approved by " + by;
    }
  }

  /**
   * A person wants it, whatever was measured.
   *
   * @param by who
   */
  record AskedBy(String by) implements RollbackCause {
    @Override
    public String text() {
      return "asked for by " + by;
    }
  }
}
