package dev.ripcord.cli.console;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Keeps what is printed from being a command of the build server that reads it. GitHub takes a line
 * that begins with {@code ::}, also after blanks, and {@code ##[} anywhere; Azure Pipelines and
 * TeamCity take {@code ##vso[} and {@code ##teamcity[}. What a monitored service sends may be
 * printed, so such a place is broken up: by a backslash, or within {@code ##[} by a character that
 * is not seen, which leaves JSON what it was.
 */
final class BuildServerGuard {
  private static final Pattern BEGIN = Pattern.compile("(?m)^(\\h*)::");
  private static final Pattern WITHIN = Pattern.compile("##(?=\\w*\\[)");

  private BuildServerGuard() {}

  /** What is done to each text before it is printed; nothing outside of a build server. */
  static UnaryOperator<String> of(Map<String, String> environment) {
    boolean isRead =
        "true".equals(environment.get("GITHUB_ACTIONS"))
            || environment.containsKey("TF_BUILD")
            || environment.containsKey("TEAMCITY_VERSION");
    return isRead ? BuildServerGuard::harmless : UnaryOperator.identity();
  }

  static String harmless(String text) {
    if (text.indexOf("::") < 0 && text.indexOf("##") < 0) {
      return text;
    }
    String begun = BEGIN.matcher(text).replaceAll("$1\\\\::");
    return WITHIN.matcher(begun).replaceAll("##\u200b");
  }
}
