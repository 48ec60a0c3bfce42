package dev.ripcord.report;

import dev.ripcord.release.Printable;
import java.util.regex.Pattern;

/**
 * Text from outside within Markdown. It reads as it is and does nothing: no image, no link, no
 * HTML, nobody is mentioned, no table is broken.
 */
final class Markdown {
  private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_\\[\\]|~#!$]");
  private static final Pattern BEGIN = Pattern.compile("^(\\s*)([-+=]|\\d+(?=[.)]\\s))");
  private static final String NO_MENTION = "@\u200b";

  private Markdown() {}

  /** On one line, as running text. */
  static String text(String outside) {
    String line = Printable.of(outside).strip();
    String escaped =
        SPECIAL
            .matcher(line.replace("&", "&amp;"))
            .replaceAll("\\\\$0")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("@", NO_MENTION)
            .replace("://", ":\\/\\/")
            .replaceAll("(?i)\\bwww\\.", "www\\\\.");
    return begin(escaped);
  }

  /** What would begin a list or a heading is only itself. */
  private static String begin(String text) {
    return BEGIN
        .matcher(text)
        .replaceFirst(
            found ->
                Character.isDigit(found.group(2).charAt(0))
                    ? found.group(1) + found.group(2) + "\\\\"
                    : found.group(1) + "\\\\" + found.group(2));
  }

  /** On one line, as code; for a table too. */
  static String code(String outside) {
    String line = Printable.of(outside).replace("|", "\\|");
    int longest = 0;
    int run = 0;
    for (int i = 0; i < line.length(); i++) {
      run = line.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    String fence = "`".repeat(longest + 1);
    String pad = line.startsWith("`") || line.endsWith("`") || line.isBlank() ? " " : "";
    return fence + pad + line + pad + fence;
  }

  /** Lines of a block of code by their indent, which nothing within them can end. */
  static String block(String outside) {
    return "    " + Printable.lines(outside).replace("\n", "\n    ");
  }
}
