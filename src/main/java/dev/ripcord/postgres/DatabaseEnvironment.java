package dev.ripcord.postgres;

import dev.ripcord.release.Secret;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Reads a database from environment variables. An empty variable counts as not set. */
final class DatabaseEnvironment {
  private final Map<String, String> environment;
  private final String prefix;

  private DatabaseEnvironment(Map<String, String> environment, String prefix) {
    this.environment = environment;
    this.prefix = prefix;
  }

  static Optional<Database> read(Map<String, String> environment) {
    DatabaseEnvironment plain = new DatabaseEnvironment(environment, "");
    DatabaseEnvironment db = new DatabaseEnvironment(environment, "DB_");
    DatabaseEnvironment postgres = new DatabaseEnvironment(environment, "POSTGRES_");
    return plain
        .value("DATABASE_URL")
        .map(url -> Database.of(new Secret(url)))
        .or(() -> db.database("NAME"))
        .or(() -> postgres.database("DB"));
  }

  private Optional<Database> database(String nameKey) {
    if (value("HOST").isEmpty() && value(nameKey).isEmpty()) {
      return Optional.empty();
    }
    String user = value("USER").orElse("postgres");
    return Optional.of(
        new Database(
            value("HOST").orElse("127.0.0.1"),
            DatabaseUrl.port(value("PORT").orElse("")),
            value(nameKey).orElse(user),
            user,
            value("PASSWORD").map(Secret::new),
            DatabaseUrl.sslMode(value("SSLMODE").orElse("prefer")),
            value("SSLROOTCERT").map(Path::of),
            Database.DEFAULT_CONNECT_TIMEOUT));
  }

  private Optional<String> value(String key) {
    return Optional.ofNullable(environment.get(prefix + key)).filter(text -> !text.isEmpty());
  }
}
