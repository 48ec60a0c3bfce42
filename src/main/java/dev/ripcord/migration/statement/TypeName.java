package dev.ripcord.migration.statement;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type of a column as SQL spells it, in one spelling: {@code varchar(20)} and {@code character
 * varying(20)} are the same.
 *
 * @param name the type without its modifiers, as {@code format_type} of the server spells it
 * @param modifiers what stands in parentheses, such as length, or precision and scale
 * @param array whether it is an array of that type
 */
public record TypeName(String name, List<Integer> modifiers, boolean array) {
  private static final Pattern MODIFIERS =
      Pattern.compile("\\(\\s*(-?\\d+(\\s*,\\s*-?\\d+)*)\\s*\\)");
  private static final Pattern ARRAY =
      Pattern.compile("(\\s*\\[\\s*\\d*\\s*\\])+\\s*$|\\s+array(\\s*\\[\\s*\\d*\\s*\\])?\\s*$");
  private static final Map<String, String> SPELLINGS =
      Map.ofEntries(
          Map.entry("int", "integer"),
          Map.entry("int4", "integer"),
          Map.entry("int2", "smallint"),
          Map.entry("int8", "bigint"),
          Map.entry("bool", "boolean"),
          Map.entry("float4", "real"),
          Map.entry("float8", "double precision"),
          Map.entry("decimal", "numeric"),
          Map.entry("dec", "numeric"),
          Map.entry("varchar", "character varying"),
          Map.entry("char varying", "character varying"),
          Map.entry("national character varying", "character varying"),
          Map.entry("national char varying", "character varying"),
          Map.entry("nchar varying", "character varying"),
          Map.entry("char", "character"),
          Map.entry("nchar", "character"),
          Map.entry("national character", "character"),
          Map.entry("national char", "character"),
          Map.entry("bpchar", "character"),
          Map.entry("varbit", "bit varying"),
          Map.entry("timestamptz", "timestamp with time zone"),
          Map.entry("timestamp", "timestamp without time zone"),
          Map.entry("timetz", "time with time zone"),
          Map.entry("time", "time without time zone"));

  /** Copies the list. */
  public TypeName {
    modifiers = List.copyOf(modifiers);
  }

  /** Reads a type as SQL or {@code format_type} spells it. */
  public static TypeName of(String text) {
    String rest = text.strip();
    if (!rest.contains("\"")) {
      rest = rest.toLowerCase(Locale.ROOT);
    }
    Matcher dimensions = ARRAY.matcher(rest);
    boolean array = dimensions.find();
    if (array) {
      rest = rest.substring(0, dimensions.start());
    }
    List<Integer> modifiers = List.of();
    Matcher numbers = MODIFIERS.matcher(rest);
    if (numbers.find()) {
      modifiers =
          Arrays.stream(numbers.group(1).split(",", -1))
              .map(String::strip)
              .map(Integer::valueOf)
              .toList();
      rest = rest.substring(0, numbers.start()) + " " + rest.substring(numbers.end());
    }
    String plain =
        rest.strip()
            .replaceAll("\\s+", " ")
            .replaceFirst("^pg_catalog\\.", "")
            .replaceFirst("^interval( \\w+ to)? second$", "interval");
    return canonical(plain, modifiers, array);
  }

  private static TypeName canonical(String plain, List<Integer> modifiers, boolean array) {
    if (plain.equals("float")) {
      boolean single = !modifiers.isEmpty() && modifiers.getFirst() <= 24;
      return new TypeName(single ? "real" : "double precision", List.of(), array);
    }
    boolean one = plain.matches("char|character|nchar|national char(acter)?|bit");
    List<Integer> all = one && modifiers.isEmpty() ? List.of(1) : modifiers;
    String bare = plain.replace("\"", "");
    boolean quotedChar = bare.equals("char") && !plain.equals(bare); // a type of its own
    String name = quotedChar ? bare : SPELLINGS.getOrDefault(bare, bare);
    boolean scaleless = name.equals("numeric") && all.size() == 1;
    return new TypeName(name, scaleless ? List.of(all.getFirst(), 0) : all, array);
  }

  /** The same type without its modifiers. */
  public TypeName bare() {
    return new TypeName(name, List.of(), array);
  }

  /** The same modifiers on another type. */
  public TypeName as(String other) {
    return new TypeName(other, modifiers, array);
  }

  @Override
  public String toString() {
    String numbers =
        modifiers.isEmpty()
            ? ""
            : modifiers.toString().replace(" ", "").replace('[', '(').replace(']', ')');
    return name + numbers + (array ? "[]" : "");
  }
}
