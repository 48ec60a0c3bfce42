package dev.ripcord.release;

import java.util.regex.Pattern;

/**
 * The form of a release's name: 1 to 128 of the letters A to Z and a to z, digits, {@code .},
 * {@code _}, {@code +}, {@code -} and {@code /}, beginning with a letter, a digit, {@code .},
 * {@code _} or {@code /}. Such a name can stand in a command, a log line, a URL and a metric label
 * as it is.
 *
 * <p>A {@link Release} that is read back may have another name: journals that were written before
 * this rule are still read.
 */
public final class ReleaseName {
  /** The most characters that a name may have. */
  public static final int LENGTH_MAX = 128;

  private static final int SHOWN_MAX = 60;
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9._/][A-Za-z0-9._+/-]{0," + (LENGTH_MAX - 1) + "}");

  private ReleaseName() {}

  /** Whether a text has the form. */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * The name, unchanged.
   *
   * @throws IllegalArgumentException with what was found and the rule, when it has not the form
   */
  public static String parse(String text) {
    if (isValid(text)) {
      return text;
    }
    String found =
        text.length() > LENGTH_MAX
            ? "a name of " + text.length() + " characters"
            : "\"" + Printable.start(text, SHOWN_MAX) + "\"";
    throw new IllegalArgumentException(
        found
            + " is not a release name: use 1 to "
            + LENGTH_MAX
            + " letters (A-Z, a-z), digits, '.', '_', '+', '-', '/', not beginning with '+' or '-',"
            + " such as v42");
  }

  /**
   * The nearest name of the right form, for a name that is made of something else, such as an
   * image: {@code @sha256:0123} gives {@code sha256-0123}.
   *
   * @throws IllegalArgumentException when nothing of the text can stand in a name
   */
  public static String from(String text) {
    String near = text.replaceAll("[^A-Za-z0-9._+/-]+", "-").replaceFirst("^[+-]+", "");
    return parse(near.substring(0, Math.min(near.length(), LENGTH_MAX)));
  }
}
