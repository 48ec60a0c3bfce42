package dev.ripcord.migration.proof;

/** One thing that was found out about a migration's down. */
public sealed interface Finding {
  /** The worst verdict that it leaves. */
  Verdict verdict();

  /** For people, in one line. */
  String text();

  /** There is no down, or it leads to another schema, whatever is written. */
  record Blocked(String text) implements Finding {
    @Override
    public Verdict verdict() {
      return Verdict.IMPOSSIBLE;
    }
  }

  /** The catalog is another one afterwards. */
  record Differs(Difference difference) implements Finding {
    @Override
    public Verdict verdict() {
      return switch (difference.sort()) {
        case MISSING, EXTRA, CHANGED -> Verdict.IMPOSSIBLE;
        case BEHIND -> Verdict.LOSSY;
        case ORDER -> Verdict.GUARDED;
      };
    }

    @Override
    public String text() {
      return difference.text();
    }
  }

  /** What was there before the up is not as it was. */
  record Lost(Loss loss) implements Finding {
    @Override
    public Verdict verdict() {
      return Verdict.LOSSY;
    }

    @Override
    public String text() {
      return loss.text();
    }
  }

  /**
   * Rows of a kind would be lost, changed, or make the down fail.
   *
   * @param text what happens to them
   * @param check whether there are any
   */
  record Endangered(String text, Check check) implements Finding {
    @Override
    public Verdict verdict() {
      return Verdict.GUARDED;
    }
  }

  /** Something could not be tried or compared; unknown is not proven. */
  record Unknown(String text) implements Finding {
    @Override
    public Verdict verdict() {
      return Verdict.GUARDED;
    }
  }
}
