package dev.ripcord.postgres;

import dev.ripcord.config.DatabaseParameters;
import dev.ripcord.release.Secret;
import io.vertx.pgclient.SslMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code postgresql://} URLs as libpq does, as far as one host goes. Stricter in one thing: a
 * raw {@code @}, {@code /}, {@code ?} or {@code #} of a password would make a part of it a host,
 * port or name, which messages show, so what has too many of them is refused.
 */
final class DatabaseUrl {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:jdbc:)?postgres(?:ql)?://(?:(?<user>[^:@/?#\\s]*)(?::(?<password>[^@/?#\\s]*))?@)?"
              + "(?<host>\\[[0-9A-Fa-f:.%]+]|[^:/?#@,\\[\\]\\s]*)(?::(?<port>\\d{1,5})?)?"
              + "(?:/(?<name>[^/@?#\\s]*))?(?:\\?(?<query>[^#@\\s]*))?");

  /** The form with more than one host, which libpq takes. */
  private static final Pattern SEVERAL =
      Pattern.compile("(?:jdbc:)?postgres(?:ql)?://(?:[^@/?#\\s]*@)?[^@/?#\\s]*,[^@#\\s]*");

  private DatabaseUrl() {}

  static Database parse(String url) {
    Matcher found = FORM.matcher(url.strip());
    if (!found.matches()) {
      throw SEVERAL.matcher(url.strip()).matches()
          ? DatabaseParameters.severalHosts()
          : notUnderstood();
    }
    @Nullable String parameters = found.group("query");
    Map<String, String> query = DatabaseParameters.read(parameters == null ? "" : parameters);
    String host = or(query.get("host"), part(found, "host").replaceAll("[\\[\\]]", ""));
    if (host.startsWith("/")) {
      throw new IllegalArgumentException(
          "the database URL names a Unix socket (" + host + "); name a host");
    }
    String user = or(query.get("user"), or(part(found, "user"), "postgres"));
    String password = or(query.get("password"), part(found, "password"));
    return new Database(
        or(host, "127.0.0.1"),
        port(or(query.get("port"), part(found, "port"))),
        or(query.get("dbname"), or(part(found, "name"), user)),
        user,
        password.isEmpty() ? Optional.empty() : Optional.of(new Secret(password)),
        sslMode(query),
        Optional.ofNullable(query.get("sslrootcert"))
            .filter(f -> !f.equals("system"))
            .map(Path::of),
        connectTimeout(query.get("connect_timeout")),
        new SessionOptions(
            value(query, "options"),
            value(query, "application_name"),
            value(query, "sslcert").map(Path::of),
            value(query, "sslkey").map(Path::of)));
  }

  private static Optional<String> value(Map<String, String> query, String name) {
    return Optional.ofNullable(query.get(name)).filter(text -> !text.isEmpty());
  }

  private static IllegalArgumentException notUnderstood() {
    return new IllegalArgumentException(
        "*** is not a database URL; write postgresql://user:password@host:5432/name (a / ? # @ or"
            + " space in the password as %2F %3F %23 %40 %20)");
  }

  static int port(String text) {
    if (text.isEmpty()) {
      return Database.DEFAULT_PORT;
    }
    if (text.matches("\\d{1,5}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= 65535) {
      return Integer.parseInt(text);
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a database port: 1 to 65535 is needed");
  }

  /** The authorities of the system are many: libpq takes them with the host's name only. */
  private static SslMode sslMode(Map<String, String> query) {
    boolean isSystem = "system".equals(query.get("sslrootcert"));
    SslMode mode = sslMode(or(query.get("sslmode"), isSystem ? "verify-full" : "prefer"));
    if (isSystem && mode != SslMode.VERIFY_FULL) {
      throw new IllegalArgumentException(
          "sslmode=" + mode.value + " is too weak for sslrootcert=system; write verify-full");
    }
    return mode;
  }

  static SslMode sslMode(String text) {
    for (SslMode mode : SslMode.values()) {
      if (mode.value.equals(text)) {
        return mode;
      }
    }
    String modes =
        Arrays.stream(SslMode.values()).map(mode -> mode.value).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("\"" + text + "\" is not an sslmode: one of " + modes);
  }

  /** For libpq none, and none but a positive one, is no limit at all, which nobody waits for. */
  private static Duration connectTimeout(@Nullable String seconds) {
    if (seconds == null || !seconds.strip().matches("[1-9]\\d{0,4}")) {
      return Database.DEFAULT_CONNECT_TIMEOUT;
    }
    return Duration.ofSeconds(Long.parseLong(seconds.strip()));
  }

  private static String part(Matcher found, String group) {
    @Nullable String text = found.group(group);
    return text == null ? "" : DatabaseParameters.decoded(text);
  }

  private static String or(@Nullable String text, String other) {
    return text == null || text.isEmpty() ? other : text;
  }
}
