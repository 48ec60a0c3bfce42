package dev.ripcord.cli.console;

import dev.ripcord.release.Printable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Standard output or standard error, in UTF-8. Whatever is printed may hold text from outside, so
 * control characters other than line feeds and tabs are shown as escapes; only the colours of
 * {@link Ansi} pass, and only on a terminal; and nothing is a command of the build server that
 * reads it. Bytes are written as they are.
 */
public final class TerminalOutput extends PrintStream {
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[(?:[012]|3[123])m");

  private final boolean colours;
  private final UnaryOperator<String> guard;

  /**
   * Writes to another stream, and flushes after each line.
   *
   * @param colours whether colours pass
   * @param environment says which build server reads it, whose commands do not pass
   */
  public TerminalOutput(PrintStream to, boolean colours, Map<String, String> environment) {
    super(to, true, StandardCharsets.UTF_8);
    this.colours = colours;
    this.guard = BuildServerGuard.of(environment);
  }

  @Override
  public void print(@Nullable String text) {
    super.print(guard.apply(shown(String.valueOf(text), colours)));
  }

  /** Prints a document that programs read, as SQL, in which a line may begin as a command does. */
  public static void document(PrintStream out, String text) {
    if (out instanceof TerminalOutput own) {
      own.unguarded(text);
    } else {
      out.println(text);
    }
  }

  private void unguarded(String text) {
    super.print(shown(text, colours) + System.lineSeparator());
    flush();
  }

  @Override
  public void print(@Nullable Object object) {
    print(String.valueOf(object));
  }

  /** A text without the colours in it. */
  static String withoutColours(String text) {
    return text.indexOf('\u001b') < 0 ? text : COLOUR.matcher(text).replaceAll("");
  }

  /** Where the colour ends that begins at a place; that place where none does. */
  static int endOfColour(String text, int at) {
    Matcher colour = COLOUR.matcher(text).region(at, text.length());
    return text.charAt(at) == '\u001b' && colour.lookingAt() ? colour.end() : at;
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
