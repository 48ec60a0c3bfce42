package dev.ripcord.cli.console;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A block of lines at the end of what a terminal shows, redrawn in place; other lines are printed
 * above it. Lines that are too long are cut by the terminal, so that the block keeps its height.
 * Any thread may call it.
 */
public final class LiveBlock {
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final String REST_OF_LINE = "\u001b[K";
  private static final String REST_OF_SCREEN = "\u001b[J";

  private final PrintStream out;
  private List<String> shown = List.of();
  private boolean over;

  public LiveBlock(PrintStream out) {
    this.out = out;
  }

  /** A line above the block. */
  public synchronized void print(String text) {
    if (shown.isEmpty()) {
      out.println(text);
      return;
    }
    String line = TerminalOutput.shown(text, true) + System.lineSeparator();
    write(back() + REST_OF_SCREEN + line + text(shown));
  }

  /** Draws the block in place of what it was. */
  public synchronized void draw(List<String> lines) {
    if (over) {
      return;
    }
    String rest = lines.size() < shown.size() ? REST_OF_SCREEN : "";
    write(back() + text(lines) + rest);
    shown = List.copyOf(lines);
  }

  /** Leaves the last frame where it is; what follows is printed below. */
  public synchronized void end() {
    over = true;
    shown = List.of();
  }

  /** As it is: these are our own control sequences. */
  private void write(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private String back() {
    return shown.isEmpty() ? "" : "\r\u001b[" + shown.size() + "A";
  }

  private static String text(List<String> lines) {
    StringBuilder text = new StringBuilder(NO_WRAP);
    for (String line : lines) {
      text.append(TerminalOutput.shown(line, true)).append(REST_OF_LINE).append('\n');
    }
    return text.append(WRAP).toString();
  }
}
