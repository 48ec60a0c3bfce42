package dev.ripcord.config.file;

import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.config.Listen;
import dev.ripcord.config.Settings.JournalAway;
import dev.ripcord.config.file.Key.Group;
import dev.ripcord.config.file.Key.Listed;
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
          "Where the daemon listens. Any address but loopback needs token or tokens.");
  static final Value<Secret> TOKEN =
      new Value<>(
          "token",
          Types.TOKEN,
          "",
          "${RIPCORD_TOKEN}",
          "What writing over HTTP needs, as Authorization: Bearer TOKEN or by signing in to the"
              + " page. Everything may be done with it; tokens with names and roles are in"
              + " tokens.");
  static final Value<String> TOKEN_NAME =
      new Value<>(
          "name",
          Types.PERSON,
          "",
          "ann",
          "Who speaks with it: the name that the journal writes down. Required.");
  static final Value<Role> TOKEN_ROLE =
      new Value<>(
          "role",
          Types.choice(Role.values(), Role::text),
          "",
          "operator",
          "What may be done with it, each role with what the ones before may. viewer: read, where"
              + " reading needs a token. operator: announce, pause, resume, abort, roll back."
              + " approver: approve. admin: everything. Required.");
  static final Value<Secret> TOKEN_SECRET =
      new Value<>(
          "token", Types.TOKEN, "", "${ANNS_TOKEN}", "The token itself. Required, or token_file.");
  static final Group TOKEN_OF =
      new Group("token", List.of(TOKEN_NAME, TOKEN_ROLE, TOKEN_SECRET), "One of the tokens.");
  static final Listed TOKENS =
      new Listed(
          "tokens",
          TOKEN_OF,
          "Tokens of persons and programs, each with a name and a role, beside token or in its"
              + " place.");
  static final Value<Reading> READING =
      new Value<>(
          "reading",
          Types.choice(Reading.values(), Reading::text),
          "open",
          "token",
          "Who may read the pages, the API and /metrics. open: whoever can reach the address."
              + " token: whoever has a token; /livez and /readyz stay open.");
  static final Value<Path> TLS_CERT =
      new Value<>(
          "cert",
          Types.PATH,
          "",
          "/etc/ripcord/tls.crt",
          "A PEM file with the certificate, followed by those between it and the root. Required.");
  static final Value<Path> TLS_KEY =
      new Value<>(
          "key",
          Types.PATH,
          "",
          "/etc/ripcord/tls.key",
          "A PEM file with the private key of the certificate. Required.");
  static final Group TLS =
      new Group(
          "tls",
          List.of(TLS_CERT, TLS_KEY),
          "The certificate of the daemon's own address, which is https with it. Files that change"
              + " are read anew.");
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
                  TOKENS,
                  READING,
                  TLS,
                  RETENTION,
                  AlertKeys.ALERTS,
                  AlertKeys.ENVIRONMENT,
                  AlertKeys.CDEVENTS,
                  AlertKeys.TRACES),
              Key.concat(SharedKeys.ALL, List.of(SERVICES))),
          "Ripcord's configuration.");

  private Keys() {}
}
