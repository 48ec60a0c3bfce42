package dev.ripcord.postgres;

import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may be repeated of an error of the server where other people read it: in logs, alerts, the
 * journal, the history and over HTTP. A row of the database may stand in its DETAIL, HINT and
 * CONTEXT, and in the MESSAGE itself where a value is refused or the code of a function raises what
 * it likes. What is left is the SQLSTATE, what it means, and names of tables, columns and
 * constraints.
 */
public final class ServerMessage {
  /**
   * Classes in which the server's own MESSAGE names objects and no values. In a statement of a
   * function or of dynamic SQL, which has a CONTEXT, a name may be made of a row all the same.
   */
  private static final Set<String> NAMING =
      Set.of(
          "08", "0A", "23", "24", "25", "26", "28", "2B", "2D", "34", "3D", "3F", "40", "42", "53",
          "54", "55", "57", "58");

  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_$./ -]{1,128}");
  private static final Pattern OTHER_QUOTES = Pattern.compile("[«»„“”‚‘’'`]");

  private static final Map<String, String> CONDITIONS =
      Map.ofEntries(
          Map.entry("22001", "a value is too long for its type"),
          Map.entry("22003", "a number is out of range"),
          Map.entry("22007", "a value is no valid date or time"),
          Map.entry("22008", "a date or time is out of range"),
          Map.entry("22012", "division by zero"),
          Map.entry("22021", "a text has bytes that its encoding does not allow"),
          Map.entry("22P02", "a value has not the form that its type needs"),
          Map.entry("22P03", "a value in binary form is not valid"),
          Map.entry("22P05", "a character has no place in the encoding of the database"),
          Map.entry("22P04", "a COPY has lines that do not fit"),
          Map.entry("23502", "a NOT NULL constraint is violated"),
          Map.entry("23503", "a foreign key is violated"),
          Map.entry("23505", "a unique constraint is violated"),
          Map.entry("23514", "a check constraint is violated"),
          Map.entry("23P01", "an exclusion constraint is violated"),
          Map.entry("2BP01", "other objects depend on it"),
          Map.entry("42501", "permission denied"),
          Map.entry("42601", "syntax error"),
          Map.entry("42703", "a column does not exist"),
          Map.entry("42704", "an object does not exist"),
          Map.entry("42710", "an object exists already"),
          Map.entry("42883", "a function or operator does not exist"),
          Map.entry("42P01", "a table or view does not exist"),
          Map.entry("42P07", "a table or view exists already"),
          Map.entry("55P03", "a lock was not granted in time"),
          Map.entry("57014", "the statement was cancelled or took too long"),
          Map.entry("P0001", "the migration's own code raised an error"),
          Map.entry("P0002", "a query gave no row"),
          Map.entry("P0003", "a query gave too many rows"),
          Map.entry("P0004", "an ASSERT does not hold"));

  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("08", "the connection failed"),
          Map.entry("21", "a query gave too many rows"),
          Map.entry("22", "a value was refused"),
          Map.entry("23", "a constraint is violated"),
          Map.entry("25", "the transaction does not allow it"),
          Map.entry("28", "the login was refused"),
          Map.entry("40", "the transaction was rolled back for a conflict"),
          Map.entry("42", "a name, right or the syntax is wrong"),
          Map.entry("53", "the server is out of resources"),
          Map.entry("54", "a limit of the server is exceeded"),
          Map.entry("55", "an object is not in the needed state"),
          Map.entry("57", "the server was stopped or the statement cancelled"),
          Map.entry("58", "the server's system failed"),
          Map.entry("P0", "a function failed"),
          Map.entry("XX", "internal error of the server"));

  private ServerMessage() {}

  /** The error without anything that may be part of a row; one line. */
  public static String withoutRows(PgException failure) {
    String state = text(failure.getSqlState());
    String message = text(failure.getErrorMessage());
    String shown = isNaming(failure, state) ? names(message) : condition(state) + objects(failure);
    return shown.lines().findFirst().orElse("") + " (SQLSTATE " + state + ")";
  }

  /** All that the server says, for the terminal of who runs the statement; several lines. */
  public static String whole(PgException failure) {
    StringBuilder text = new StringBuilder(text(failure.getErrorMessage()));
    for (@Nullable String more : new @Nullable String[] {failure.getDetail(), failure.getHint()}) {
      if (more != null) {
        text.append("\n    ").append(more);
      }
    }
    return text.toString();
  }

  private static boolean isNaming(PgException failure, String state) {
    return state.length() == 5
        && NAMING.contains(state.substring(0, 2))
        && text(failure.getWhere()).isBlank()
        && !OTHER_QUOTES.matcher(text(failure.getErrorMessage()).replace("\"", "")).find();
  }

  /** The MESSAGE, without what is quoted in it and has not the form of a name. */
  private static String names(String message) {
    Matcher quoted = QUOTED.matcher(message);
    String safe =
        quoted.replaceAll(
            found ->
                NAME.matcher(found.group(1)).matches()
                    ? Matcher.quoteReplacement(found.group())
                    : "\"…\"");
    return safe.chars().filter(c -> c == '"').count() % 2 == 0
        ? safe
        : safe.substring(0, safe.lastIndexOf('"')) + "…";
  }

  private static String condition(String state) {
    String group = state.length() == 5 ? state.substring(0, 2) : "";
    return CONDITIONS.getOrDefault(
        state, CLASSES.getOrDefault(group, "the server refused the statement"));
  }

  private static String objects(PgException failure) {
    List<String> objects = new ArrayList<>();
    add(objects, "constraint ", failure.getConstraint());
    add(objects, "column ", failure.getColumn());
    add(objects, "table ", failure.getTable());
    add(objects, "type ", failure.getDataType());
    return objects.isEmpty() ? "" : ": " + String.join(", ", objects);
  }

  private static void add(List<String> objects, String what, @Nullable String name) {
    if (name != null && NAME.matcher(name).matches()) {
      objects.add(what + name);
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
