package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.sql.Script;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every name, word and number in texts of SQL, those inside of literals too, since they may be
 * executed, and of comments, which does no harm.
 *
 * @param all as they are written, without quotes, and in small letters
 */
public record ScriptNames(Set<String> all) {
  private static final Pattern NAME = Pattern.compile("\"(?:[^\"]|\"\")+\"|[\\p{L}_0-9$]+");

  /** Copies the set. */
  public ScriptNames {
    all = Set.copyOf(all);
  }

  public static ScriptNames of(Script... scripts) {
    return new ScriptNames(
        Arrays.stream(scripts)
            .flatMap(script -> script.work().stream())
            .flatMap(statement -> parts(statement.text()).stream())
            .flatMap(name -> Stream.of(name, name.toLowerCase(Locale.ROOT)))
            .collect(Collectors.toSet()));
  }

  /** Whether all parts of a name are there. */
  boolean has(String name) {
    return all.containsAll(parts(name));
  }

  /** Whether the last part of a name is there: one may leave its schema or table out. */
  public boolean hasLast(String name) {
    List<String> parts = parts(name);
    return parts.isEmpty() || all.contains(parts.getLast());
  }

  private static List<String> parts(String name) {
    return NAME.matcher(name).results().map(found -> found.group()).map(Quoting::unquoted).toList();
  }
}
