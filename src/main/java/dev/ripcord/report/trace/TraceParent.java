package dev.ripcord.report.trace;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The span that something belongs under, as the W3C's Trace Context writes it: {@code
 * 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01}.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param sampled whether who began the trace records it
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  /** Reads one; empty for what is none. A later version may say more, which is passed over. */
  public static Optional<TraceParent> parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    boolean isFirst = matcher.group(1).equals("00");
    boolean isOf = matcher.group(1).equals("ff") || (isFirst && matcher.group(5) != null);
    boolean isNothing = matcher.group(2).matches("0+") || matcher.group(3).matches("0+");
    return isOf || isNothing
        ? Optional.empty()
        : Optional.of(
            new TraceParent(
                matcher.group(2),
                matcher.group(3),
                (Integer.parseInt(matcher.group(4), 16) & 1) == 1));
  }
}
