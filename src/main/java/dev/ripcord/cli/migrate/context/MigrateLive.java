package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.Console;
import dev.ripcord.postgres.ProgressPace;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.release.Printable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * What takes long in a run of migrations, on standard error: one line that changes in place for a
 * person at a terminal; elsewhere a line when it begins, and at most one every ten seconds about
 * the same thing. Any thread may call it.
 */
final class MigrateLive {
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream err;
  private final boolean interactive;
  private final ProgressPace pace;
  private boolean drawn;

  MigrateLive(Console console, LongSupplier nanos) {
    this.err = console.err();
    this.interactive = console.interactive();
    this.pace = new ProgressPace(nanos);
  }

  /** Says how it goes. */
  synchronized void show(RunProgress progress) {
    if (interactive) {
      write(CLEAR + NO_WRAP + "… " + Printable.of(progress.line()) + WRAP);
      drawn = true;
      return;
    }
    if (pace.isDue(progress)) {
      err.println("… " + progress.line());
    }
  }

  /** Takes the line away; what follows is printed in its place. */
  synchronized void clear() {
    if (drawn) {
      write(CLEAR);
      drawn = false;
    }
  }

  /** As it is: these are our own control sequences. */
  private void write(String text) {
    err.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    err.flush();
  }
}
