package dev.ripcord.migration.proof;

import dev.ripcord.migration.sql.Quoting;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Values to try in a column: ordinary ones, those at the edges of the type, and those that other
 * types cannot hold.
 */
public final class Samples {
  private static final Pattern LENGTH = Pattern.compile("\\((\\d{1,6})\\)");
  private static final Pattern DIGITS = Pattern.compile("\\((\\d{1,4}),(\\d{1,4})\\)");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.'])-?\\d{1,15}(?:\\.\\d{1,9})?");
  private static final Pattern STRING = Pattern.compile("'((?:[^']|'')*)'");
  private static final int LONG = 300;

  private Samples() {}

  /** SQL literals for a column, the ordinary ones first; empty when its type is not known. */
  public static List<String> of(Shape.Column column) {
    if (!column.labels().isEmpty()) {
      return column.labels().stream().map(Quoting::text).toList();
    }
    String base = column.base();
    if (base.startsWith("_")) {
      List<String> some = plain(base.substring(1), column.type());
      return some.isEmpty()
          ? List.of("'{}'")
          : List.of(array(some.getFirst()), "'{}'", array(some.getLast()), "'{NULL}'");
    }
    return plain(base, column.type()).stream().map(Quoting::text).toList();
  }

  private static String array(String value) {
    return Quoting.text("{\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}");
  }

  private static List<String> plain(String base, String type) {
    return switch (base) {
      case "int2" -> List.of("7", "-1", "0", "32767", "-32768");
      case "int4" -> List.of("7", "-1", "0", "40000", "-40000", "2147483647");
      case "int8" -> List.of("7", "-1", "0", "3000000000", "-3000000000", "9223372036854775807");
      case "numeric" -> numbers(type);
      case "float4", "float8" -> List.of("7", "1.5", "0.1", "1e30", "123456789.123", "NaN");
      case "money" -> List.of("7", "-1.25");
      case "text", "varchar", "bpchar", "citext", "name" -> texts(type);
      case "char" -> List.of("x", "7");
      case "bool" -> List.of("true", "false");
      case "date" -> List.of("2021-05-05", "2000-02-29", "infinity");
      case "timestamp" -> List.of("2021-05-05 13:14:15.678901", "2000-02-29 00:00:00", "infinity");
      case "timestamptz" ->
          List.of("2021-05-05 13:14:15.678901+00", "2021-10-31 01:30:00+00", "infinity");
      case "time" -> List.of("13:14:15.678901", "24:00:00");
      case "timetz" -> List.of("13:14:15.678901+05:30");
      case "interval" -> List.of("1 mon 3 days 04:05:06.7", "-1 day", "36:00:00");
      case "json" -> List.of("{\"b\": 1,  \"a\":[2], \"b\":3}", "null", "1.10");
      case "jsonb" -> List.of("{\"a\": [2], \"b\": 3}", "null", "1.10");
      case "uuid" -> List.of("6f9619ff-8b86-d011-b42d-00c04fc964ff");
      case "bytea" -> List.of("\\x00ff41", "\\x");
      case "inet" -> List.of("10.0.0.1", "10.0.0.1/8", "::1");
      case "cidr" -> List.of("10.0.0.0/8", "2001:db8::/32");
      case "macaddr", "macaddr8" -> List.of("08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03");
      case "bit" -> List.of("1".repeat(length(type, 1)));
      case "varbit" -> List.of("101", "1".repeat(length(type, 40)));
      case "xml" -> List.of("<a/>");
      case "point" -> List.of("(1.5,2)");
      case "tsvector", "tsquery" -> List.of("x");
      case "oid" -> List.of("7", "4294967295");
      case "hstore" -> List.of("a=>1");
      case "ltree" -> List.of("a.b");
      default -> base.endsWith("range") ? List.of("empty") : List.of();
    };
  }

  private static List<String> texts(String type) {
    int most = length(type, LONG);
    Set<String> texts = new LinkedHashSet<>();
    for (String text : List.of("x", "7", "1.5", "", " Xy ", "007", "Żółć", "abcdefghijklmnopq")) {
      if (text.length() <= most) {
        texts.add(text);
      }
    }
    texts.add("w".repeat(most));
    return List.copyOf(texts);
  }

  /** With the largest one that the precision allows, and one with all digits of the scale. */
  private static List<String> numbers(String type) {
    List<String> numbers =
        new ArrayList<>(
            List.of("7", "1.5", "-0.125", "99999.99", "0", "123456789012345678.901234"));
    Matcher digits = DIGITS.matcher(type);
    if (digits.find()) {
      int scale = Integer.parseInt(digits.group(2));
      int whole = Math.max(0, Integer.parseInt(digits.group(1)) - scale);
      String fraction = scale == 0 ? "" : "." + "9".repeat(scale);
      numbers.add("9".repeat(whole) + fraction);
      numbers.add("-" + "9".repeat(whole) + fraction);
      numbers.add("0" + fraction);
    } else {
      numbers.add("9e40");
      numbers.add("-9e40");
    }
    return numbers;
  }

  private static int length(String type, int otherwise) {
    Matcher found = LENGTH.matcher(type);
    return found.find() ? Integer.parseInt(found.group(1)) : otherwise;
  }

  /** Values at the edges of an expression: the numbers and texts in it, and their neighbours. */
  public static List<String> around(String expression) {
    Set<String> values = new LinkedHashSet<>();
    Matcher text = STRING.matcher(expression);
    while (text.find()) {
      String inner = text.group(1).replace("''", "'");
      values.add(inner);
      values.add(inner + "x");
    }
    Matcher number = NUMBER.matcher(expression);
    while (number.find()) {
      BigDecimal edge = new BigDecimal(number.group());
      for (int step : new int[] {0, 1, -1, 1000}) {
        values.add(edge.add(BigDecimal.valueOf(step)).toPlainString());
        values.add("w".repeat(Math.clamp(edge.longValue() + step, 0, 2000)));
      }
    }
    values.add("-1");
    values.add("");
    return values.stream().map(Quoting::text).collect(Collectors.toCollection(ArrayList::new));
  }
}
