package dev.ripcord.migration.sql;

/**
 * A name without quotes as the server takes it: PostgreSQL folds A to Z, and in a database of UTF-8
 * leaves every other capital as it is.
 */
public final class FoldedName {
  private FoldedName() {}

  /** The name in the case in which the catalog has it. */
  public static String of(String name) {
    StringBuilder folded = new StringBuilder(name);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        folded.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return folded.toString();
  }
}
