package dev.ripcord.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Picks series by metric name and label matchers, as Prometheus does: {@code
 * http_requests_total{code=~"5..",route!="/health"}}. A label that is not there is an empty text; a
 * pattern has to fit the whole value.
 *
 * @param name the metric's name
 * @param matchers all of which must hold
 */
public record SeriesSelector(String name, List<Matcher> matchers) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  public SeriesSelector {
    matchers = List.copyOf(matchers);
  }

  /** How a label is compared. */
  public enum Operator {
    EQUAL("="),
    NOT_EQUAL("!="),
    FITS("=~"),
    DOES_NOT_FIT("!~");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }
  }

  /**
   * One condition.
   *
   * @param label the label's name
   * @param value a text, or a pattern of RE2, of which what Java knows too can be used
   */
  public record Matcher(String label, Operator operator, String value, Pattern pattern) {
    private static Matcher of(String label, Operator operator, String value) {
      boolean fits = operator == Operator.FITS || operator == Operator.DOES_NOT_FIT;
      try {
        return new Matcher(
            label, operator, value, Pattern.compile(fits ? value : "", Pattern.DOTALL));
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "has " + label + " with a pattern that cannot be read: " + e.getDescription(), e);
      }
    }

    /** Whether a label's value meets it. */
    public boolean isMetBy(String found) {
      return switch (operator) {
        case EQUAL -> found.equals(value);
        case NOT_EQUAL -> !found.equals(value);
        case FITS -> pattern.matcher(found).matches();
        case DOES_NOT_FIT -> !pattern.matcher(found).matches();
      };
    }

    @Override
    public String toString() {
      return label + operator.sign + quoted(value);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Matcher matcher && matcher.toString().equals(toString());
    }

    @Override
    public int hashCode() {
      return toString().hashCode();
    }
  }

  /**
   * Reads a selector.
   *
   * @throws IllegalArgumentException with the rule that is broken, as a predicate
   */
  public static SeriesSelector parse(String text) {
    Reader reader = new Reader(text);
    String name = reader.take(NAME);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("does not begin with the name of a metric");
    }
    List<Matcher> matchers = reader.next('{') ? reader.matchers('}') : List.of();
    reader.end();
    return new SeriesSelector(name, matchers);
  }

  /** Reads matchers without a name and without braces: {@code job="shop",env="live"}. */
  public static List<Matcher> parseMatchers(String text) {
    Reader reader = new Reader(text);
    List<Matcher> matchers = reader.next('{') ? reader.matchers('}') : reader.matchers('\0');
    reader.end();
    if (matchers.isEmpty()) {
      throw new IllegalArgumentException("has no matcher, such as job=\"shop\"");
    }
    return matchers;
  }

  /** Whether it picks a series of its own metric. */
  public boolean picks(Function<String, String> labels) {
    return matchers.stream().allMatch(each -> each.isMetBy(labels.apply(each.label())));
  }

  /** Whether it picks a series of its own metric. */
  public boolean picks(Map<String, String> labels) {
    return picks(label -> labels.getOrDefault(label, ""));
  }

  /** The same series of another metric, such as a histogram's buckets. */
  public SeriesSelector of(String metric) {
    return new SeriesSelector(metric, matchers);
  }

  /** The same with more matchers. */
  public SeriesSelector with(List<Matcher> more) {
    return new SeriesSelector(name, Stream.concat(matchers.stream(), more.stream()).toList());
  }

  /** As PromQL spells matchers. */
  public static String text(List<Matcher> matchers) {
    return matchers.stream().map(Matcher::toString).collect(Collectors.joining(",", "{", "}"));
  }

  /** As PromQL spells it. */
  @Override
  public String toString() {
    return matchers.isEmpty() ? name : name + text(matchers);
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** Reads a text from its beginning. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    String take(Pattern pattern) {
      skipBlanks();
      java.util.regex.Matcher found = pattern.matcher(text).region(at, text.length());
      if (!found.lookingAt()) {
        return "";
      }
      at = found.end();
      return found.group();
    }

    boolean next(char sign) {
      skipBlanks();
      if (at < text.length() && text.charAt(at) == sign) {
        at++;
        return true;
      }
      return false;
    }

    private void skipBlanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    List<Matcher> matchers(char end) {
      List<Matcher> matchers = new ArrayList<>();
      while (!isOver(end)) {
        String label = take(LABEL);
        if (label.isEmpty()) {
          throw new IllegalArgumentException("has a matcher without the name of a label");
        }
        matchers.add(Matcher.of(label, operator(label), string(label)));
        if (!next(',') && !isOver(end)) {
          throw new IllegalArgumentException(
              "goes on with something else than , behind the matcher of " + label);
        }
      }
      if (end != '\0') {
        at++;
      }
      return matchers;
    }

    private boolean isOver(char end) {
      skipBlanks();
      if (at >= text.length() && end != '\0') {
        throw new IllegalArgumentException("ends within its braces");
      }
      return at >= text.length() || text.charAt(at) == end;
    }

    private Operator operator(String label) {
      skipBlanks();
      for (Operator each :
          List.of(Operator.FITS, Operator.DOES_NOT_FIT, Operator.NOT_EQUAL, Operator.EQUAL)) {
        if (text.startsWith(each.sign, at)) {
          at += each.sign.length();
          return each;
        }
      }
      throw new IllegalArgumentException("has " + label + " without =, !=, =~ or !~");
    }

    private String string(String label) {
      skipBlanks();
      char quote = at < text.length() ? text.charAt(at) : ' ';
      if (quote != '"' && quote != '\'' && quote != '`') {
        throw new IllegalArgumentException("has " + label + " with a value without quotes");
      }
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == quote) {
          at++;
          return value.toString();
        }
        if (c == '\\' && quote != '`' && at + 1 < text.length()) {
          at++;
          value.append(unescaped(text.charAt(at), label));
        } else {
          value.append(c);
        }
      }
      throw new IllegalArgumentException("has " + label + " with a value that does not end");
    }

    private static char unescaped(char c, String label) {
      return switch (c) {
        case '\\', '"', '\'' -> c;
        case 'n' -> '\n';
        case 't' -> '\t';
        default ->
            throw new IllegalArgumentException(
                "has "
                    + label
                    + " with the unknown escape \\"
                    + c
                    + "; write \\\\ for a backslash");
      };
    }

    void end() {
      skipBlanks();
      if (at < text.length()) {
        throw new IllegalArgumentException(
            "goes on behind its end with \"" + text.substring(at) + "\"");
      }
    }
  }
}
