package dev.ripcord.migration.sql;

/** Names and texts as SQL has them. */
public final class Quoting {
  private Quoting() {}

  /** A name in quotes, as it is. */
  public static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A name without its quotes, where it has some; case is kept. */
  public static String unquoted(String name) {
    boolean quoted = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"");
    return quoted ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
  }

  /**
   * A text as a literal that takes the type of its place; the same under every setting of the
   * session.
   */
  public static String text(String text) {
    String doubled = "'" + text.replace("'", "''") + "'";
    return text.contains("\\") ? "E" + doubled.replace("\\", "\\\\") : doubled;
  }
}
