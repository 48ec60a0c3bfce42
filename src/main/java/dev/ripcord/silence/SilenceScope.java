package dev.ripcord.silence;

import dev.ripcord.release.Printable;
import dev.ripcord.release.ServiceName;

/**
 * Whose alerts are silenced: one service, {@code shop}; those whose names begin alike, {@code
 * shop-*}; or all, {@code *}.
 *
 * @param text one of these forms
 */
public record SilenceScope(String text) {
  /** Every service. */
  public static final SilenceScope ALL = new SilenceScope("*");

  private static final String REST = "*";

  /** Checks the form; {@link IllegalArgumentException} says what was found and the rule. */
  public SilenceScope {
    boolean isPrefix = text.endsWith(REST);
    String name = isPrefix ? text.substring(0, text.length() - 1) : text;
    if (!(isPrefix && name.isEmpty()) && !ServiceName.isValid(name)) {
      throw new IllegalArgumentException(
          "\""
              + Printable.start(text, 63)
              + "\" names no services: write the name of one, a beginning and an asterisk (shop-*),"
              + " or an asterisk for all");
    }
  }

  /** Whether it includes a service. */
  public boolean includes(ServiceName service) {
    return text.endsWith(REST)
        ? service.text().startsWith(text.substring(0, text.length() - 1))
        : service.text().equals(text);
  }

  /** For people: {@code shop}, {@code shop-*}, {@code all services}. */
  @Override
  public String toString() {
    return equals(ALL) ? "all services" : text;
  }
}
