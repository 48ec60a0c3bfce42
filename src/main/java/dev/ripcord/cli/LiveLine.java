package dev.ripcord.cli;

import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.watch.Charter;
import dev.ripcord.watch.Counts;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/**
 * The last line of a terminal, redrawn in place under the lines of the story: how the last polls
 * went, how many breaches in a row, how long until the next poll, how much of the bake time is
 * over. Any thread may call it.
 */
final class LiveLine {
  private static final int BARS = 12;
  private static final String LEVELS = "▁▂▃▄▅▆▇█";
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream out;
  private final Paint paint;
  private final Clocks clocks;
  private final Deque<Counts> last = new ArrayDeque<>();
  private boolean shown;
  private boolean over;

  LiveLine(PrintStream out, Paint paint, Clocks clocks) {
    this.out = out;
    this.paint = paint;
    this.clocks = clocks;
  }

  /** A line of the story; the live line goes on under it. */
  synchronized void say(String text) {
    out.println((shown ? CLEAR : "") + text);
    shown = false;
  }

  /** One more poll for the picture. */
  synchronized void polled(Counts counts) {
    last.addLast(counts);
    if (last.size() > BARS) {
      last.removeFirst();
    }
  }

  /** Draws it as things stand. */
  synchronized void draw(ServiceStatus status) {
    Optional<WatchStatus> watch = status.watch();
    if (over || watch.isEmpty()) {
      return;
    }
    Charter charter = watch.get().row().charter();
    Instant now = clocks.wall().instant();
    String next =
        status
            .nextPoll()
            .map(n -> "next poll in " + Words.duration(atLeastZero(Duration.between(now, n))))
            .orElse("polling");
    out.print(
        CLEAR
            + picture(charter)
            + "  "
            + status.streak()
            + " of "
            + charter.rules().breaches().needed()
            + " breaches  "
            + (watch.get().state().equals("watching") ? next : watch.get().state())
            + "  "
            + Words.duration(wholeSeconds(Duration.between(charter.startedAt(), now)))
            + " of "
            + Words.duration(charter.bake()));
    out.flush();
    shown = true;
  }

  private static Duration wholeSeconds(Duration duration) {
    return Duration.ofSeconds(Math.max(1, duration.toSeconds()));
  }

  private static Duration atLeastZero(Duration duration) {
    return wholeSeconds(duration.isNegative() ? Duration.ZERO : duration);
  }

  /** A bar for each poll, the limit at half height. */
  private String picture(Charter charter) {
    if (last.isEmpty() || paint.ascii()) {
      return "waiting";
    }
    StringBuilder bars = new StringBuilder();
    double limit = charter.rules().threshold().value();
    for (Counts counts : last) {
      double rate = counts.requests() == 0 ? 0 : counts.errorRate();
      int level = (int) Math.min(LEVELS.length() - 1.0, rate / (2 * limit) * LEVELS.length());
      bars.append(LEVELS.charAt(level));
    }
    Counts newest = last.getLast();
    boolean bad = charter.rules().threshold().isReachedBy(newest.errors(), newest.requests());
    String figure = String.format(Locale.ROOT, "%s  %s", bars, Words.rate(newest));
    return newest.requests() > 0 && bad ? paint.bad(figure) : paint.good(figure);
  }

  /** Takes it away; the story goes on without it. */
  synchronized void end() {
    over = true;
    if (shown) {
      out.print(CLEAR);
      out.flush();
      shown = false;
    }
  }
}
