package dev.ripcord.migration.proof;

import dev.ripcord.migration.proof.Shape.Column;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which changes of a type keep every value that the other type takes. These are listed; of all
 * others (a rounding, a cut, padding, a time zone, capitals) some value may come back as another
 * one.
 */
final class Conversions {
  private static final Pattern LENGTH = Pattern.compile("\\((\\d+)\\)");
  private static final Pattern DIGITS = Pattern.compile("\\((\\d+),(\\d+)\\)");
  private static final int UNLIMITED = Integer.MAX_VALUE;

  /** The longest text of a whole number. */
  private static final int NUMBER_LENGTH = 20;

  private static final Set<String> WHOLE = Set.of("int2", "int4", "int8");
  private static final Set<String> ANY_TEXT = Set.of("text", "citext");
  private static final Set<String> SAID_BY_TEXT =
      Set.of("uuid", "bool", "json", "jsonb", "numeric", "int2", "int4", "int8", "varchar");

  private Conversions() {}

  /**
   * Whether every value of one column that the other takes comes back from it as it was. The same
   * types are taken to keep everything.
   */
  static boolean keep(Column from, Column to) {
    if (from.type().equals(to.type()) && from.base().equals(to.base())) {
      return true;
    }
    if (!from.labels().isEmpty() || !to.labels().isEmpty()) {
      return isLabelsOrText(from) && isLabelsOrText(to);
    }
    boolean lists = from.base().startsWith("_") && to.base().startsWith("_");
    int skipped = lists ? 1 : 0;
    return keep(
        from.base().substring(skipped), from.type(), to.base().substring(skipped), to.type());
  }

  private static boolean isLabelsOrText(Column column) {
    return !column.labels().isEmpty() || ANY_TEXT.contains(column.base());
  }

  private static boolean keep(String from, String type, String to, String other) {
    if (ANY_TEXT.contains(to)) {
      return SAID_BY_TEXT.contains(from) || ANY_TEXT.contains(from) || from.equals("bpchar");
    }
    if (WHOLE.contains(from)) {
      return keepWhole(from, to, other);
    }
    return switch (from) {
      case "text", "citext" -> to.equals("json") || (to.equals("varchar") && isUnlimited(other));
      case "varchar" ->
          (to.equals("varchar") && length(type) <= length(other)) || to.equals("json");
      case "bpchar" -> Set.of("bpchar", "varchar").contains(to) && length(type) <= length(other);
      case "numeric" -> to.equals("numeric") && scale(type) <= scale(other);
      case "float4" -> to.equals("float8");
      case "bool" -> to.equals("int4");
      case "jsonb" -> to.equals("json");
      case "cidr" -> to.equals("inet");
      case "timestamp", "timestamptz", "time", "timetz" ->
          to.equals(from) && fraction(type) <= fraction(other);
      default -> isPlain(from) && from.equals(to);
    };
  }

  /** Where the type says all, a domain over it holds the same values. */
  private static boolean isPlain(String base) {
    return List.of("uuid", "date", "json", "jsonb", "float8", "bytea", "inet").contains(base);
  }

  private static boolean keepWhole(String from, String to, String other) {
    return switch (to) {
      case "int2", "int4", "int8" -> true;
      case "numeric" -> scale(other) >= 0;
      case "float8" -> !from.equals("int8");
      case "float4" -> from.equals("int2");
      case "varchar" -> length(other) >= NUMBER_LENGTH;
      default -> false;
    };
  }

  private static boolean isUnlimited(String type) {
    return type.equals("character varying") || type.equals("character varying[]");
  }

  /** A domain says nothing of its length, so it is none that holds more. */
  private static int length(String type) {
    Matcher found = LENGTH.matcher(type);
    if (found.find()) {
      return Integer.parseInt(found.group(1));
    }
    return isUnlimited(type) ? UNLIMITED : -1;
  }

  private static int scale(String type) {
    Matcher found = DIGITS.matcher(type);
    if (found.find()) {
      return Integer.parseInt(found.group(2));
    }
    return type.equals("numeric") || type.equals("numeric[]") ? UNLIMITED : -1;
  }

  /** Digits of a second. */
  private static int fraction(String type) {
    Matcher found = LENGTH.matcher(type);
    return found.find() ? Integer.parseInt(found.group(1)) : 6;
  }
}
