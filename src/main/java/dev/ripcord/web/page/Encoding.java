package dev.ripcord.web.page;

import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What a client says of content encodings, in {@code Accept-Encoding}. */
public final class Encoding {
  private Encoding() {}

  /**
   * Whether gzip may be sent: it, or {@code *}, is named with a weight above 0. A weight that is no
   * number counts as 0, since plain text is always understood.
   */
  public static boolean takesGzip(@Nullable String header) {
    OptionalDouble any = OptionalDouble.empty();
    OptionalDouble gzip = OptionalDouble.empty();
    for (String part : header == null ? new String[0] : header.split(",")) {
      String[] parameters = part.strip().split(";");
      String name = parameters[0].strip().toLowerCase(Locale.ROOT);
      if (name.equals("gzip") || name.equals("x-gzip")) {
        gzip = OptionalDouble.of(weight(parameters));
      } else if (name.equals("*")) {
        any = OptionalDouble.of(weight(parameters));
      }
    }
    return (gzip.isPresent() ? gzip : any).orElse(0) > 0;
  }

  private static double weight(String[] parameters) {
    for (int i = 1; i < parameters.length; i++) {
      String[] pair = parameters[i].split("=", 2);
      if (pair.length == 2 && pair[0].strip().equalsIgnoreCase("q")) {
        String value = pair[1].strip();
        return value.matches("[01](\\.[0-9]{0,3})?") ? Double.parseDouble(value) : 0;
      }
    }
    return 1;
  }
}
