package dev.ripcord.config.file;

import dev.ripcord.config.Quoted;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills environment variables into one value: <code>${VAR}</code>, <code>${VAR:-default}</code>
 * (unset or empty), <code>${VAR-default}</code> (unset), <code>${VAR:?message}</code> and <code>
 * ${VAR?message}</code> (a problem instead), {@code $$} for a dollar. A default may hold the same
 * again.
 *
 * <p>It works on values that are parsed already, so that what stands in a variable never becomes
 * YAML. A dollar before anything else is a dollar: passwords need no care.
 *
 * @param environment the environment variables
 */
record Interpolation(Map<String, String> environment) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?])(.*))?", Pattern.DOTALL);
  private static final int DEPTH_MAX = 10;

  /**
   * The text with everything filled in.
   *
   * @throws IllegalArgumentException with the rule that is broken; names variables, never values
   */
  String resolve(String text) {
    return text.indexOf('$') < 0 ? text : resolve(text, 0);
  }

  private String resolve(String text, int depth) {
    if (depth > DEPTH_MAX) {
      throw new IllegalArgumentException("${…} is nested deeper than " + DEPTH_MAX + " levels");
    }
    StringBuilder result = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("$$", at)) {
        result.append('$');
        at += 2;
      } else if (text.startsWith("${", at)) {
        int end = closing(text, at + 2);
        result.append(expression(text.substring(at + 2, end), depth));
        at = end + 1;
      } else {
        result.append(text.charAt(at));
        at++;
      }
    }
    return result.toString();
  }

  /** Where the brace closes that is open before {@code from}. */
  private static int closing(String text, int from) {
    int open = 1;
    int at = from;
    while (at < text.length()) {
      if (text.startsWith("$$", at)) {
        at++;
      } else if (text.startsWith("${", at)) {
        open++;
        at++;
      } else if (text.charAt(at) == '}' && --open == 0) {
        return at;
      }
      at++;
    }
    throw new IllegalArgumentException("has a ${ without its }; write $$ for a dollar");
  }

  private String expression(String inner, int depth) {
    Matcher matcher = FORM.matcher(inner);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "has a ${…} that is not ${NAME}, ${NAME:-default}, ${NAME-default} or ${NAME:?message};"
              + " write $$ for a dollar");
    }
    String name = matcher.group(1);
    String operator = matcher.group(2) == null ? "" : matcher.group(2);
    String word = matcher.group(3) == null ? "" : matcher.group(3);
    String value = environment.get(name);
    boolean there = value != null && !(operator.startsWith(":") && value.isEmpty());
    if (value != null && there) {
      return value;
    }
    if (operator.endsWith("-")) {
      return resolve(word, depth + 1);
    }
    throw new IllegalArgumentException(unset(name, operator.isEmpty() ? "" : word));
  }

  private static String unset(String name, String message) {
    return message.isBlank()
        ? "the environment variable "
            + name
            + " is not set; set it, or write ${"
            + name
            + ":-default}"
        : "the environment variable " + name + " is not set: " + Quoted.plain(message);
  }
}
