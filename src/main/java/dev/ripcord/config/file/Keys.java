package dev.ripcord.config.file;

import dev.ripcord.config.Listen;
import dev.ripcord.config.Settings.JournalAway;
import dev.ripcord.config.file.Key.Group;
import dev.ripcord.config.file.Key.Named;
import dev.ripcord.config.file.Key.Value;
import dev.ripcord.release.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The keys at the top of the file, and through {@link #TOP} the one table of all keys. Reading,
 * suggestions, the JSON Schema, the starter file and the reference in docs/configuration.md all
 * come from it.
 */
final class Keys {
  static final Value<Path> DATA =
      new Value<>(
          "data",
          Types.PATH,
          "./data",
          "/var/lib/ripcord",
          "The home of the embedded PostgreSQL, of reports and of backups.");
  static final Value<Secret> JOURNAL =
      new Value<>(
          "database",
          Types.DATABASE,
          "",
          "postgresql://ripcord@db.example.com/ripcord?sslmode=require",
          "The PostgreSQL that holds Ripcord's own memory. Without it, an embedded one in data.");
  static final Value<JournalAway> JOURNAL_AWAY =
      new Value<>(
          "journal-away",
          Types.choice(JournalAway.values(), JournalAway::text),
          "wait",
          "local-file",
          "What becomes of a watch while that database does not answer. wait: it stands still."
              + " local-file: it goes on, and what happens is kept in data until the database is"
              + " back. Only where one daemon alone uses this database: meanwhile nothing else"
              + " keeps two from acting.");
  static final Value<Listen> LISTEN =
      new Value<>(
          "listen",
          Types.ADDRESS,
          "127.0.0.1:9095",
          "0.0.0.0:9095",
          "Where the daemon listens. Any address but loopback needs a token.");
  static final Value<Secret> TOKEN =
      new Value<>(
          "token",
          Types.TOKEN,
          "",
          "${RIPCORD_TOKEN}",
          "What writing over HTTP needs, as Authorization: Bearer TOKEN.");
  static final Value<Duration> RETENTION =
      new Value<>("retention", Types.POSITIVE, "7d", "30d", "How long samples are kept.");
  static final Named SERVICES =
      new Named("services", ServiceKeys.SERVICE, "The watched services by name.");
  static final Group TOP =
      new Group(
          "",
          Key.concat(
              List.of(
                  DATA,
                  JOURNAL,
                  JOURNAL_AWAY,
                  LISTEN,
                  AlertKeys.PUBLIC_URL,
                  TOKEN,
                  RETENTION,
                  AlertKeys.ALERTS),
              Key.concat(SharedKeys.ALL, List.of(SERVICES))),
          "Ripcord's configuration.");

  private Keys() {}
}
