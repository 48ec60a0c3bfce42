package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.sql.Quoting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A setting of a database or role, as {@code pg_db_role_setting} holds it.
 *
 * @param name its name
 * @param value a list has its items quoted as names, separated by commas
 */
record DatabaseSetting(String name, String value) {
  /** Settings whose value is a list of names, as pg_dump has them. */
  private static final Set<String> LISTS =
      Set.of(
          "local_preload_libraries",
          "search_path",
          "session_preload_libraries",
          "shared_preload_libraries",
          "temp_tablespaces",
          "unix_socket_directories");

  private static final Pattern ITEM = Pattern.compile("\\s*(?:\"(?:[^\"]|\"\")*\"|[^\",\\s]+)");

  /** What stands behind {@code SET}. */
  String assignment() {
    String values =
        LISTS.contains(name.toLowerCase(Locale.ROOT))
            ? items().stream().map(Quoting::text).collect(Collectors.joining(", "))
            : Quoting.text(value);
    return Quoting.name(name) + " TO " + (values.isEmpty() ? "''" : values);
  }

  private List<String> items() {
    List<String> items = new ArrayList<>();
    Matcher found = ITEM.matcher(value);
    while (found.find()) {
      String text = found.group().strip();
      items.add(Quoting.unquoted(text));
    }
    return items;
  }
}
