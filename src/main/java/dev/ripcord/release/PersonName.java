package dev.ripcord.release;

/**
 * The form of the name of a person who asks for something or approves it: 1 to 100 characters that
 * can be shown, in any script.
 */
public final class PersonName {
  /** The most characters (UTF-16 units) that a name may have. */
  public static final int LENGTH_MAX = 100;

  private static final int SHOWN_MAX = 60;

  private PersonName() {}

  /**
   * The name, without white space around it.
   *
   * @throws IllegalArgumentException with what was found and the rule, when it has not the form
   */
  public static String parse(String text) {
    String name = text.strip();
    if (name.isEmpty() || name.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a name of "
              + name.length()
              + " characters: use 1 to "
              + LENGTH_MAX
              + " characters, such as ann");
    }
    if (!Printable.isPlain(name)) {
      throw new IllegalArgumentException(
          "\""
              + Printable.start(name, SHOWN_MAX)
              + "\" has characters that cannot be shown, such as a line feed or an escape: use"
              + " printable ones");
    }
    return name;
  }
}
