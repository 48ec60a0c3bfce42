package dev.ripcord.probe.page;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds names on a metrics page that look like request counters, for the message that none of the
 * known ones is there. Slow, and only asked then.
 */
final class LookAlikes {
  private static final int SHOWN_MAX = 5;
  private static final int BYTES_MAX = 256 * 1024;
  private static final Pattern NAME =
      Pattern.compile(
          "^[ \\t]*([a-z_:0-9]*(?:http|request)[a-z_:0-9]*)[ \\t{]",
          Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  private LookAlikes() {}

  /** At most five of them, each once; empty when there is none. */
  static String of(byte[] page, int length) {
    String text = new String(page, 0, Math.min(length, BYTES_MAX), StandardCharsets.ISO_8859_1);
    Matcher matcher = NAME.matcher(text);
    Set<String> names =
        matcher
            .results()
            .map(r -> r.group(1))
            .distinct()
            .limit(SHOWN_MAX)
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    return String.join(", ", names);
  }
}
