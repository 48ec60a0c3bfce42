package dev.ripcord.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may be said about a database URL without showing it.
 *
 * @param host empty where the URL names none
 * @param sslmode as it stands in the URL
 */
public record DatabaseUrl(String host, Optional<String> sslmode) {
  private static final Pattern FORM =
      Pattern.compile(
          "postgres(?:ql)?://(?:[^@/?#\\s]*@)?(\\[[0-9A-Fa-f:.%]+]|[^:/?#@,\\[\\]\\s]*)"
              + "(?::(\\d{1,5}))?(?:/[^/@?#\\s]*)?(?:\\?([^#@\\s]*))?");
  private static final Pattern SEVERAL =
      Pattern.compile("postgres(?:ql)?://(?:[^@/?#\\s]*@)?[^@/?#\\s]*,[^@#\\s]*");
  private static final List<String> MODES =
      List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
  private static final List<String> TLS = List.of("require", "verify-ca", "verify-full");

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException with the rule that is broken, and nothing of the URL but its
   *     sslmode and the names of parameters
   */
  public static DatabaseUrl parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      if (SEVERAL.matcher(text).matches()) {
        throw DatabaseParameters.severalHosts();
      }
      throw new IllegalArgumentException(
          "*** is not a database URL; write postgresql://user:password@host:5432/name (a / ? # @ or"
              + " space in the password as %2F %3F %23 %40 %20)");
    }
    String port = matcher.group(2);
    if (port != null && Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException("the port of *** is not between 0 and 65535");
    }
    String query = matcher.group(3) == null ? "" : matcher.group(3);
    Map<String, String> parameters = DatabaseParameters.read(query);
    Optional<String> sslmode = Optional.ofNullable(parameters.get("sslmode"));
    sslmode.ifPresent(DatabaseUrl::checkMode);
    return new DatabaseUrl(matcher.group(1), sslmode);
  }

  static void checkMode(String mode) {
    if (!MODES.contains(mode)) {
      throw new IllegalArgumentException(
          "sslmode " + Quoted.of(mode) + " is not one of " + String.join(", ", MODES));
    }
  }

  /** What deserves a look about TLS: empty on this machine and where TLS is asked for. */
  public Optional<String> warning() {
    if (host.isEmpty() || new Listen(host, 0).isLoopback()) {
      return Optional.empty();
    }
    if (sslmode.isEmpty()) {
      return Optional.of(
          "has no sslmode, so the connection may not be encrypted; add ?sslmode=verify-full");
    }
    return TLS.contains(sslmode.get())
        ? Optional.empty()
        : Optional.of(
            "has sslmode=" + sslmode.get() + ", which may not encrypt; write verify-full");
  }
}
