package dev.ripcord.cli.console;

import dev.ripcord.release.Printable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Standard output or standard error, in UTF-8. Whatever is printed may hold text from outside, so
 * control characters other than line feeds and tabs are shown as escapes; only the colours of
 * {@link Ansi} pass, and only on a terminal. Bytes are written as they are.
 */
public final class TerminalOutput extends PrintStream {
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[(?:[012]|3[123])m");

  private final boolean colours;

  /**
   * Writes to another stream, and flushes after each line.
   *
   * @param colours whether colours pass
   */
  public TerminalOutput(PrintStream to, boolean colours) {
    super(to, true, StandardCharsets.UTF_8);
    this.colours = colours;
  }

  @Override
  public void print(@Nullable String text) {
    super.print(shown(String.valueOf(text), colours));
  }

  @Override
  public void print(@Nullable Object object) {
    print(String.valueOf(object));
  }

  /** A text as it may be printed. */
  static String shown(String text, boolean colours) {
    if (!colours || text.indexOf('\u001b') < 0) {
      return Printable.lines(text);
    }
    StringBuilder shown = new StringBuilder(text.length());
    Matcher colour = COLOUR.matcher(text);
    int from = 0;
    while (colour.find()) {
      shown.append(Printable.lines(text.substring(from, colour.start()))).append(colour.group());
      from = colour.end();
    }
    return shown.append(Printable.lines(text.substring(from))).toString();
  }
}
