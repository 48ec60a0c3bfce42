package dev.ripcord.migration.undo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Gives and takes privileges until they are as they were.
 *
 * @param on what they are on, such as {@code TABLE public.t}
 * @param columns the columns in parentheses; empty for the whole
 */
record Grants(String on, String columns) {
  private static final Map<Character, String> PRIVILEGES =
      Map.ofEntries(
          Map.entry('r', "SELECT"),
          Map.entry('w', "UPDATE"),
          Map.entry('a', "INSERT"),
          Map.entry('d', "DELETE"),
          Map.entry('D', "TRUNCATE"),
          Map.entry('x', "REFERENCES"),
          Map.entry('t', "TRIGGER"),
          Map.entry('m', "MAINTAIN"),
          Map.entry('X', "EXECUTE"),
          Map.entry('U', "USAGE"),
          Map.entry('C', "CREATE"));

  /** From lists of access control items, as PostgreSQL writes them. */
  List<String> statements(List<String> before, List<String> after) {
    List<String> statements = new ArrayList<>();
    for (String item : after) {
      if (!before.contains(item)) {
        statements.add("REVOKE ALL" + columns + " ON " + on + " FROM " + grantee(item));
      }
    }
    for (String item : before) {
      if (!after.contains(item)) {
        statements.addAll(given(item));
      }
    }
    return statements;
  }

  private static String grantee(String item) {
    String name = item.substring(0, item.lastIndexOf('=', item.lastIndexOf('/')));
    return name.isEmpty() ? "PUBLIC" : name;
  }

  private List<String> given(String item) {
    String letters =
        item.substring(item.lastIndexOf('=', item.lastIndexOf('/')) + 1, item.lastIndexOf('/'));
    List<String> plain = new ArrayList<>();
    List<String> passed = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      String privilege = PRIVILEGES.getOrDefault(letters.charAt(i), "");
      boolean passes = i + 1 < letters.length() && letters.charAt(i + 1) == '*';
      if (!privilege.isEmpty()) {
        (passes ? passed : plain).add(privilege + columns);
      }
    }
    List<String> statements = new ArrayList<>();
    if (!plain.isEmpty()) {
      statements.add("GRANT " + String.join(", ", plain) + " ON " + on + " TO " + grantee(item));
    }
    if (!passed.isEmpty()) {
      statements.add(
          "GRANT "
              + String.join(", ", passed)
              + " ON "
              + on
              + " TO "
              + grantee(item)
              + " WITH GRANT OPTION");
    }
    return statements;
  }
}
