package dev.ripcord.migration.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether code that has never heard of a migration runs on the schema with it. Decided from the
 * statements by what is known to be harmless; everything else counts as harmful.
 *
 * @param additive whether old code runs on
 * @param against for each statement that may hurt it, where and what; empty when additive
 */
public record Additivity(boolean additive, List<String> against) {
  /** Copies the list. */
  public Additivity {
    against = List.copyOf(against);
  }

  /** Judges a script. One that cannot be run is not additive. */
  public static Additivity of(Script script) {
    List<String> against = new ArrayList<>();
    script.flaws().forEach(flaw -> against.add("line " + flaw.line() + ": " + flaw.text()));
    Judge judge = new Judge();
    for (Statement statement : script.work()) {
      if (!judge.isHarmless(statement)) {
        String first = statement.text().lines().findFirst().orElse("");
        against.add("line " + statement.line() + ": " + first);
      }
    }
    return new Additivity(against.isEmpty(), against);
  }

  /** Goes through one script and remembers what it has made itself. */
  private static final class Judge {
    private final Set<String> created = new HashSet<>();
    private final Set<String> columns = new HashSet<>();

    boolean isHarmless(Statement statement) {
      if (statement.text().contains("search_path")) {
        created.clear(); // from here on the same name may mean another table
        columns.clear();
      }
      TokenCursor words = new TokenCursor(statement.text());
      if (words.skip("create")) {
        return isHarmlessCreate(words);
      }
      if (words.skip("alter")) {
        return isHarmlessAlter(words);
      }
      if (words.skipAll("insert", "into") || words.skip("copy")) {
        return isOfCreated(words) && !words.callsUnknown();
      }
      if (words.skip("update")) {
        return isHarmlessUpdate(words);
      }
      if (words.skip("select")) {
        return !words.has("into") && !words.callsUnknown();
      }
      return words.skipAny("comment", "analyze", "set", "reset", "grant");
    }

    private boolean isHarmlessCreate(TokenCursor words) {
      if (words.skipAll("or", "replace")) {
        return false;
      }
      words.skipAny("global", "local");
      words.skipAny("temporary", "temp", "unlogged", "recursive", "trusted");
      if (words.skip("materialized")) {
        words.skip("view");
        remember(words);
        return !words.callsUnknown();
      }
      if (words.skip("table")) {
        return isHarmlessTable(words);
      }
      boolean unique = words.skip("unique");
      if (words.skip("index")) {
        return !unique || isOnCreated(words);
      }
      if (words.skipAny("trigger", "policy")) {
        return isOnCreated(words);
      }
      if (!words.skipAny(
          "sequence", "type", "view", "schema", "extension", "function", "procedure")) {
        return false;
      }
      remember(words);
      return true;
    }

    private boolean isHarmlessTable(TokenCursor words) {
      remember(words);
      if (words.has("inherits")) {
        return false; // its rows would show up in the parent
      }
      return !words.skipTo("as") || !words.callsUnknown();
    }

    /** Remembers a made thing, unless it may have been there before. */
    private void remember(TokenCursor words) {
      boolean perhaps = words.skipAll("if", "not", "exists");
      words.name().filter(name -> !perhaps).ifPresent(created::add);
    }

    private boolean isOnCreated(TokenCursor words) {
      while (!words.isAtEnd() && !words.skip("on")) {
        words.skipOne();
      }
      words.skip("only");
      return isOfCreated(words);
    }

    private boolean isOfCreated(TokenCursor words) {
      return words.name().filter(created::contains).isPresent();
    }

    private boolean isHarmlessAlter(TokenCursor words) {
      if (words.skip("type")) {
        Optional<String> type = words.name();
        return type.filter(created::contains).isPresent() || words.skipAll("add", "value");
      }
      if (words.skipAny("sequence", "view", "function", "procedure")) {
        return isOfCreated(words);
      }
      if (!words.skip("table")) {
        return false;
      }
      words.skipAll("if", "exists");
      words.skip("only");
      Optional<String> table = words.name();
      if (table.isEmpty()) {
        return false;
      }
      return created.contains(table.get())
          ? !fillsByUnknown(words)
          : areHarmlessActions(table.get(), words);
    }

    /** A default fills the rows that are there: its functions are called once for each. */
    private static boolean fillsByUnknown(TokenCursor words) {
      return words.skipTo("default") && !words.skip("nextval") && words.callsUnknown();
    }

    private boolean areHarmlessActions(String table, TokenCursor words) {
      words.skipSymbol('*');
      do {
        if (!isHarmlessAction(table, words.part())) {
          return false;
        }
      } while (words.skipSymbol(','));
      return words.isAtEnd();
    }

    private boolean isHarmlessAction(String table, TokenCursor action) {
      if (action.skip("alter")) {
        action.skip("column");
        Optional<String> column = action.name();
        boolean own = column.isPresent() && columns.contains(table + " " + column.get());
        return own && action.skipAll("set", "default");
      }
      if (!action.skip("add")) {
        return false;
      }
      boolean constrains =
          action.skipAny("constraint", "unique", "primary", "check", "foreign", "exclude", "not");
      if (constrains) {
        return false;
      }
      action.skip("column");
      boolean perhaps = action.skipAll("if", "not", "exists");
      Optional<String> column = action.name();
      column.filter(name -> !perhaps).ifPresent(name -> columns.add(table + " " + name));
      return column.isPresent() && isHarmlessColumn(action);
    }

    private boolean isHarmlessColumn(TokenCursor column) {
      boolean constrained =
          column.has("unique")
              || column.has("primary")
              || column.has("check")
              || column.has("references")
              || column.has("constraint");
      boolean identity = column.has("as", "identity");
      boolean filled =
          identity
              || column.has("serial")
              || column.has("bigserial")
              || (column.has("default") && !column.has("default", "null"));
      boolean computed = column.has("generated") && !identity;
      boolean harmless = !constrained && !computed && (filled || !column.has("not", "null"));
      return harmless && !fillsByUnknown(column);
    }

    private boolean isHarmlessUpdate(TokenCursor words) {
      words.skip("only");
      Optional<String> table = words.name();
      if (table.isEmpty() || words.callsUnknown()) {
        return false;
      }
      if (created.contains(table.get())) {
        return true;
      }
      while (!words.isAtEnd() && !words.skip("set")) {
        words.skipOne();
      }
      TokenCursor assignments = words.before("where");
      do {
        Optional<String> column = assignments.part().name();
        if (column.isEmpty() || !columns.contains(table.get() + " " + column.get())) {
          return false;
        }
      } while (assignments.skipSymbol(','));
      return true;
    }
  }
}
