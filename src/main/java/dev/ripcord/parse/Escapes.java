package dev.ripcord.parse;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the backslashes in {@code E'…'} and {@code U&'…'} stand for. */
final class Escapes {
  private static final Pattern PLAIN =
      Pattern.compile(
          "\\\\(x\\p{XDigit}{1,2}|u\\p{XDigit}{4}|U\\p{XDigit}{8}|[0-7]{1,3}|.)", Pattern.DOTALL);
  private static final Pattern UNICODE =
      Pattern.compile("\\\\(\\p{XDigit}{4}|\\+\\p{XDigit}{6}|\\\\)");

  private Escapes() {}

  static String plain(String text) {
    return PLAIN.matcher(text).replaceAll(found -> Matcher.quoteReplacement(plain(found)));
  }

  private static String plain(MatchResult found) {
    String code = found.group(1);
    char first = code.charAt(0);
    if ((first == 'x' || first == 'u' || first == 'U') && code.length() > 1) {
      return character(Integer.parseUnsignedInt(code.substring(1), 16));
    }
    if (first >= '0' && first <= '7') {
      return character(Integer.parseInt(code, 8) & 0xFF);
    }
    return switch (first) {
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      default -> code;
    };
  }

  static String unicode(String text) {
    return UNICODE
        .matcher(text)
        .replaceAll(
            found -> {
              String code = found.group(1);
              return Matcher.quoteReplacement(
                  code.equals("\\")
                      ? code
                      : character(Integer.parseInt(code.replace("+", ""), 16)));
            });
  }

  private static String character(int point) {
    return Character.isValidCodePoint(point) ? Character.toString(point) : "\uFFFD";
  }
}
