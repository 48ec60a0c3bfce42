package dev.ripcord.release;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A word of a command that a person is asked to run, quoted for the shell. Thread-safe. */
public final class ShellWord {
  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_%+=:,./@-]+");

  private ShellWord() {}

  /**
   * The word as a shell reads it back: bare where it needs no quotes, else in single quotes; in
   * {@code $'…'} where it holds characters that cannot be shown.
   */
  public static String of(String word) {
    if (BARE.matcher(word).matches()) {
      return word;
    }
    if (Printable.isPlain(word)) {
      return "'" + word.replace("'", "'\\''") + "'";
    }
    StringBuilder quoted = new StringBuilder("$'");
    word.codePoints()
        .forEach(
            c -> {
              String one = Character.toString(c);
              if (c == '\'' || c == '\\') {
                quoted.append('\\').append(one);
              } else if (Printable.isPlain(one)) {
                quoted.append(one);
              } else {
                for (byte b : one.getBytes(StandardCharsets.UTF_8)) {
                  quoted.append("\\%03o".formatted(b & 0xFF));
                }
              }
            });
    return quoted.append('\'').toString();
  }
}
