package dev.ripcord.release;

/**
 * What a platform runs, by the name the platform knows it by: a container image reference such as
 * {@code ghcr.io/acme/shop:42}, or the name of a release folder.
 *
 * @param text the reference; not blank, no white space
 */
public record ImageRef(String text) {
  private static final int LENGTH_MAX = 512;
  private static final int SHOWN_MAX = 60;

  /** Checks that there is a reference and that it is one word. */
  public ImageRef {
    if (!isValid(text)) {
      throw new IllegalArgumentException(notAnImage(text));
    }
  }

  /**
   * A reference that somebody gives now: stricter than what an older journal may hold.
   *
   * @throws IllegalArgumentException with what was found and the rule, when it is blank, has white
   *     space or characters that cannot be shown, begins with a hyphen, or is longer than 512
   *     characters
   */
  public static ImageRef parse(String text) {
    if (text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "an image of " + text.length() + " characters: use at most " + LENGTH_MAX);
    }
    if (!isValid(text) || !Printable.isPlain(text) || text.startsWith("-")) {
      throw new IllegalArgumentException(notAnImage(text));
    }
    return new ImageRef(text);
  }

  private static String notAnImage(String text) {
    return "\""
        + Printable.start(text, SHOWN_MAX)
        + "\" is not an image: one word such as ghcr.io/acme/shop:42 is needed";
  }

  /** Whether a text can name an image. */
  public static boolean isValid(String text) {
    return !text.isEmpty() && text.chars().noneMatch(c -> Character.isWhitespace(c) || c < ' ');
  }

  /**
   * The part that tells this image from another of the same repository: {@code :42} or the start of
   * a digest; the whole reference where there is neither.
   */
  public String tag() {
    int at = text.indexOf('@');
    if (at >= 0) {
      return text.substring(at, Math.min(text.length(), at + 20));
    }
    int colon = text.lastIndexOf(':');
    return colon > text.lastIndexOf('/') ? text.substring(colon) : text;
  }

  /**
   * This image as it is said after {@code before}: only its tag where the repository is the same.
   */
  public String after(ImageRef before) {
    boolean sameRepository = repository().equals(before.repository()) && !tag().equals(text);
    return sameRepository ? tag() : text;
  }

  private String repository() {
    return text.substring(0, text.length() - (tag().equals(text) ? 0 : tagLength()));
  }

  private int tagLength() {
    int at = text.indexOf('@');
    return at >= 0 ? text.length() - at : tag().length();
  }

  @Override
  public String toString() {
    return Printable.of(text);
  }
}
