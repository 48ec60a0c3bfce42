package dev.ripcord.postgres.dump;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a backup holds, as {@code pg_restore --list} says. Pure.
 *
 * @param database of which it was taken; empty where that is not said
 * @param kinds of what is in it, such as {@code TABLE DATA}
 * @param tables those whose rows are in it, as people write them
 * @param hasHistory whether the history of Ripcord's migrations is in it
 */
public record BackupContents(
    Optional<String> database, Set<String> kinds, List<String> tables, boolean hasHistory) {
  private static final Pattern OF_DATABASE = Pattern.compile("(?m)^; +dbname: (.*)$");

  /** Number, class, object, then what it is, its schema, its name and its owner. */
  private static final Pattern ENTRY =
      Pattern.compile("(?m)^\\d+; \\d+ \\d+ ([A-Z][A-Z ]*[A-Z]) (\\S+) (.*)$");

  private static final String HISTORY = "ripcord.migration_history";

  /** What {@code pg_dump --table} puts into a backup, beside the rows. */
  private static final Set<String> OF_TABLES =
      Set.of(
          "ACL",
          "COMMENT",
          "CONSTRAINT",
          "CHECK CONSTRAINT",
          "DEFAULT",
          "DEFAULT ACL",
          "FK CONSTRAINT",
          "INDEX",
          "INDEX ATTACH",
          "POLICY",
          "PUBLICATION TABLE",
          "ROW SECURITY",
          "RULE",
          "SECURITY LABEL",
          "SEQUENCE",
          "SEQUENCE OWNED BY",
          "SEQUENCE SET",
          "STATISTICS",
          "STATISTICS DATA",
          "TABLE",
          "TABLE ATTACH",
          "TABLE DATA",
          "TRIGGER");

  public BackupContents {
    kinds = Set.copyOf(kinds);
    tables = List.copyOf(tables);
  }

  /** Reads a table of contents. */
  static BackupContents of(String list) {
    Set<String> kinds = new HashSet<>();
    List<String> tables = new ArrayList<>();
    boolean history = false;
    Matcher entry = ENTRY.matcher(list);
    while (entry.find()) {
      String kind = entry.group(1);
      String schema = entry.group(2);
      String name = entry.group(3).replaceFirst(" \\S+$", "");
      kinds.add(kind);
      history |= kind.equals("TABLE") && (schema + "." + name).equals(HISTORY);
      if (kind.equals("TABLE DATA")) {
        tables.add(schema.equals("public") ? name : schema + "." + name);
      }
    }
    return new BackupContents(databaseOf(list), kinds, tables, history);
  }

  /** Of which database a table of contents is; empty where it does not say. */
  static Optional<String> databaseOf(String list) {
    Matcher found = OF_DATABASE.matcher(list);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  /**
   * Whether it can only be one of some tables, where it was taken of a database in which Ripcord
   * had migrated: one of the whole has the history.
   */
  public boolean isOfTables() {
    return !tables.isEmpty() && !hasHistory && OF_TABLES.containsAll(kinds);
  }
}
