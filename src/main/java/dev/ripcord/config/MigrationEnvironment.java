package dev.ripcord.config;

import dev.ripcord.release.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says about migrations, with or without a file: the database by {@code
 * DATABASE_URL}, else {@code DB_HOST}, {@code DB_PORT}, {@code DB_NAME}, {@code DB_USER}, {@code
 * DB_PASSWORD}, {@code DB_SSLMODE}, else {@code POSTGRES_HOST}, {@code POSTGRES_PORT}, {@code
 * POSTGRES_DB}, {@code POSTGRES_USER}, {@code POSTGRES_PASSWORD}; and {@code RUN_MIGRATIONS}. An
 * empty variable counts as not set.
 *
 * @param database the URL; empty when nothing names a host or a database, or when a problem stands
 *     against it
 * @param atStart whether pending stage-1 migrations run when the program starts
 * @param problems what is wrong with these variables; their values are not shown where they are
 *     secret
 */
public record MigrationEnvironment(
    Optional<Secret> database, boolean atStart, List<Problem> problems) {
  private static final String WHOLE = "DATABASE_URL";
  private static final String AT_START = "RUN_MIGRATIONS";

  public MigrationEnvironment {
    problems = List.copyOf(problems);
  }

  /** Reads the variables; never throws. */
  public static MigrationEnvironment of(Map<String, String> environment) {
    List<Problem> problems = new ArrayList<>();
    Optional<Secret> database =
        read(environment, WHOLE)
            .flatMap(url -> checked(url, WHOLE, problems))
            .or(() -> problems.isEmpty() ? parts(environment, problems) : Optional.empty());
    return new MigrationEnvironment(database, atStart(environment, problems), problems);
  }

  private static boolean atStart(Map<String, String> environment, List<Problem> problems) {
    String text = read(environment, AT_START).orElse("false").toLowerCase(Locale.ROOT);
    if (!text.equals("true") && !text.equals("false")) {
      problems.add(new Problem(0, 0, AT_START, Quoted.of(text) + " is not true or false"));
    }
    return text.equals("true");
  }

  private static Optional<Secret> parts(Map<String, String> environment, List<Problem> problems) {
    if (isSet(environment, "DB_HOST") || isSet(environment, "DB_NAME")) {
      return parts(environment, "DB_", "NAME", problems);
    }
    if (isSet(environment, "POSTGRES_HOST") || isSet(environment, "POSTGRES_DB")) {
      return parts(environment, "POSTGRES_", "DB", problems);
    }
    return Optional.empty();
  }

  private static Optional<Secret> parts(
      Map<String, String> environment, String prefix, String name, List<Problem> problems) {
    String host = read(environment, prefix + "HOST").orElse("localhost");
    if (!host.matches("[^/?#@\\[\\]\\s]+")) {
      problems.add(new Problem(0, 0, prefix + "HOST", Quoted.of(host) + " is not a host"));
      return Optional.empty();
    }
    String port = read(environment, prefix + "PORT").orElse("5432");
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      problems.add(new Problem(0, 0, prefix + "PORT", Quoted.of(port) + " is not a port"));
      return Optional.empty();
    }
    String user = read(environment, prefix + "USER").orElse("postgres");
    String password =
        read(environment, prefix + "PASSWORD").map(word -> ":" + encoded(word)).orElse("");
    String database = read(environment, prefix + name).orElse(user);
    String sslmode =
        read(environment, prefix + "SSLMODE").map(mode -> "?sslmode=" + encoded(mode)).orElse("");
    String url =
        "postgresql://"
            + encoded(user)
            + password
            + "@"
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + port
            + "/"
            + encoded(database)
            + sslmode;
    return checked(url, sslmode.isEmpty() ? prefix + "HOST" : prefix + "SSLMODE", problems);
  }

  private static Optional<Secret> checked(String url, String path, List<Problem> problems) {
    try {
      DatabaseUrl _ = DatabaseUrl.parse(url);
      return Optional.of(new Secret(url));
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(0, 0, path, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return read(environment, name).isPresent();
  }

  private static Optional<String> read(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
