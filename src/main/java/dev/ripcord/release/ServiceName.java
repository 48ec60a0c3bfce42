package dev.ripcord.release;

import java.util.regex.Pattern;

/**
 * The name of a watched service, as it stands in the configuration: 1 to 63 letters, digits, dots,
 * hyphens and underscores, beginning with a letter or digit, so that it may stand in a metric
 * label, a file name and a URL without escaping.
 *
 * @param text the name
 */
public record ServiceName(String text) implements Comparable<ServiceName> {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  /** Checks the form. */
  public ServiceName {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "\""
              + Printable.start(text, 63)
              + "\" is not a service name: 1 to 63 letters, digits, '.', '-', '_', beginning with a"
              + " letter or digit");
    }
  }

  /** Whether a text has the form of a service name. */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  @Override
  public int compareTo(ServiceName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
