package dev.ripcord.cli.console;

import dev.ripcord.port.Clocks;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * A block of lines at the end of what a terminal shows, redrawn in place, at most five times a
 * second; other lines are printed above it. Lines are cut to the terminal's width, which may change
 * while the block stands. Any thread may call it.
 */
public final class LiveBlock {
  private static final long LEAST_NANOS = Duration.ofMillis(200).toNanos();
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final String REST_OF_LINE = "\u001b[K";
  private static final String REST_OF_SCREEN = "\u001b[J";

  private final PrintStream out;
  private final IntSupplier columns;
  private final LongSupplier nanos;
  private List<String> shown = List.of();
  private List<String> waiting = List.of();
  private int width;
  private long drawnAt;
  private boolean drawn;
  private boolean over;

  /**
   * Nothing is shown yet.
   *
   * @param columns how wide the terminal is now
   * @param nanos a clock for durations
   */
  public LiveBlock(PrintStream out, IntSupplier columns, LongSupplier nanos) {
    this.out = out;
    this.columns = columns;
    this.nanos = nanos;
  }

  /** On the terminal of a console. */
  public static LiveBlock of(Console console, Clocks clocks) {
    return new LiveBlock(console.out(), new TerminalSize(console.environment()), clocks.nanos());
  }

  /** A line above the block. */
  public synchronized void print(String text) {
    if (shown.isEmpty()) {
      out.println(text);
      return;
    }
    String line = TerminalOutput.shown(text, true) + System.lineSeparator();
    String back = back();
    width = columns.getAsInt();
    write(back + REST_OF_SCREEN + line + text(shown));
  }

  /** Draws the block in place of what it was; sooner than a fifth of a second later, not yet. */
  public synchronized void draw(List<String> lines) {
    if (over) {
      return;
    }
    long now = nanos.getAsLong();
    if (drawn && now - drawnAt < LEAST_NANOS) {
      waiting = List.copyOf(lines);
      return;
    }
    put(lines);
    drawnAt = now;
    drawn = true;
  }

  private void put(List<String> lines) {
    waiting = List.of();
    String back = back();
    boolean isSame = width == columns.getAsInt() && lines.size() >= shown.size();
    width = columns.getAsInt();
    write(back + text(lines) + (isSame || shown.isEmpty() ? "" : REST_OF_SCREEN));
    shown = List.copyOf(lines);
  }

  /** Leaves the last frame where it is; what follows is printed below. */
  public synchronized void end() {
    if (!over && !waiting.isEmpty()) {
      put(waiting);
    }
    over = true;
    shown = List.of();
  }

  /** As it is: these are our own control sequences. */
  private void write(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** To the block's first row: a terminal that became narrower has wrapped its lines. */
  private String back() {
    if (shown.isEmpty()) {
      return "";
    }
    int now = columns.getAsInt();
    int rows = shown.stream().mapToInt(line -> rows(Math.min(length(line), width), now)).sum();
    return "\r\u001b[" + rows + "A" + (now < width ? REST_OF_SCREEN : "");
  }

  private static int rows(int length, int width) {
    return Math.max(1, (length + width - 1) / width);
  }

  private String text(List<String> lines) {
    StringBuilder text = new StringBuilder(NO_WRAP);
    for (String line : lines) {
      text.append(cut(TerminalOutput.shown(line, true), width)).append(REST_OF_LINE).append('\n');
    }
    return text.append(WRAP).toString();
  }

  /** How many columns a line takes, without its colours. */
  private static int length(String line) {
    String plain = TerminalOutput.withoutColours(TerminalOutput.shown(line, true));
    return plain.codePointCount(0, plain.length());
  }

  /** The beginning of a line that fits, with its colours ended. */
  static String cut(String line, int width) {
    List<String> parts = new ArrayList<>();
    int left = width;
    boolean coloured = false;
    int at = 0;
    while (at < line.length()) {
      int end = TerminalOutput.endOfColour(line, at);
      if (end > at) {
        parts.add(line.substring(at, end));
        coloured = true;
        at = end;
      } else if (left == 0) {
        return String.join("", parts) + (coloured ? "\u001b[0m" : "");
      } else {
        int next = line.offsetByCodePoints(at, 1);
        parts.add(line.substring(at, next));
        left--;
        at = next;
      }
    }
    return line;
  }
}
