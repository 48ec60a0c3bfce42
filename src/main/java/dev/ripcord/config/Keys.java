package dev.ripcord.config;

import dev.ripcord.config.Key.Group;
import dev.ripcord.config.Key.Named;
import dev.ripcord.config.Key.Value;
import dev.ripcord.config.MigrationSettings.Backup;
import dev.ripcord.release.Secret;
import dev.ripcord.rollback.Order;
import dev.ripcord.watch.Act;
import dev.ripcord.watch.Breaches;
import dev.ripcord.watch.Measure;
import dev.ripcord.watch.Ratio;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The one table of keys. Reading, suggestions, the JSON Schema, the starter file and the reference
 * in docs/configuration.md all come from it.
 */
final class Keys {
  // What holds for all services and may be said again in each.
  static final Value<Duration> INTERVAL =
      new Value<>(
          "interval",
          Types.POSITIVE,
          "30s",
          "10s",
          "From the start of one poll to the start of the next.");
  static final Value<Duration> TIMEOUT =
      new Value<>(
          "timeout",
          Types.POSITIVE,
          "5s",
          "2s",
          "The deadline of one request to the service. Shorter than the interval.");
  static final Value<Ratio> THRESHOLD =
      new Value<>(
          "threshold",
          Types.POSITIVE_RATIO,
          "5%",
          "0.05",
          "The error rate that breaches, itself included.");
  static final Value<Breaches> BREACHES =
      new Value<>(
          "breaches",
          Types.BREACHES,
          "3",
          "3 of 5",
          "How many breaches condemn a release: in a row, or of the last few polls.");
  static final Value<Integer> MINIMUM_REQUESTS =
      new Value<>(
          "minimum-requests",
          Types.AT_LEAST_ONE,
          "20",
          "50",
          "How many requests a judgement needs. Fewer are carried into the next poll.");
  static final Value<Ratio> NORMAL =
      new Value<>(
          "normal",
          Types.RATIO,
          "1%",
          "0.2%",
          "The error rate of the service when well, so that chance is not taken for a bad release."
              + " What was measured before the release counts where that is more. 0% judges by the"
              + " threshold alone.");
  static final Value<Duration> WARM_UP =
      new Value<>(
          "warm-up",
          Types.DURATION,
          "0s",
          "1m",
          "From the start of a watch to the first judged poll. Shorter than bake.");
  static final Value<Duration> BAKE =
      new Value<>(
          "bake",
          Types.POSITIVE,
          "15m",
          "1h",
          "How long a release is watched until it counts as healthy.");
  static final Value<Order> ORDER =
      new Value<>(
          "order",
          Types.choice(Order.values(), Order::text),
          "auto",
          "image-first",
          "Which goes back first, the image or the schema. auto decides from the migrations of the"
              + " release.");
  static final Value<Boolean> STOP_FIRST =
      new Value<>(
          "stop-first",
          Types.FLAG,
          "false",
          "true",
          "Whether a rollback stops the application before anything else.");
  static final Value<Duration> VERIFY =
      new Value<>(
          "verify",
          Types.POSITIVE,
          "5m",
          "10m",
          "How long the previous image may take, after a rollback, to be seen healthy.");

  // Rules.
  private static final Type<Act> ACTS = Types.choice(Act.values(), Act::text);
  static final Value<Act> ERROR_ACT =
      new Value<>(
          "act",
          ACTS,
          "rollback",
          "alert",
          "What a lasting breach of the error rate may do; each word includes the ones before.");
  static final Value<Act> LIMIT_ACT =
      new Value<>(
          "act",
          ACTS,
          "alert",
          "rollback",
          "What a lasting breach of this limit may do; each word includes the ones before.");
  static final Group ERROR_RATE =
      new Group("error-rate", List.of(ERROR_ACT), "The error rate; its limit is the threshold.");
  static final List<Limited> LIMITS =
      List.of(
          latency(Measure.LATENCY_P50, "200ms", "Median latency."),
          latency(Measure.LATENCY_P95, "500ms", "95th percentile of latency."),
          latency(Measure.LATENCY_P99, "800ms", "99th percentile of latency."),
          limited(Measure.CPU, Types.CPU_LIMIT, "90%", "Share of a CPU; two CPUs are 200%."),
          limited(Measure.MEMORY, Types.SHARE_LIMIT, "90%", "Share of the memory."));
  static final Group RULES =
      new Group(
          "rules",
          rules(),
          "Limits beside the error rate, and what a lasting breach of each may do: observe, alert,"
              + " ask or rollback, each of which includes the ones before.");

  // One service.
  static final Value<URI> URL =
      new Value<>(
          "url",
          Types.URL,
          "",
          "http://127.0.0.1:8080/health",
          "The HTTP probe: it says that the service answers. A service needs this or metrics.");
  static final Value<URI> METRICS =
      new Value<>(
          "metrics",
          Types.URL,
          "",
          "http://127.0.0.1:8080/metrics",
          "A page of Prometheus or OpenMetrics text. It gives requests, errors, latency, CPU and"
              + " memory.");
  static final Value<Secret> HEADERS =
      new Value<>(
          "headers",
          Types.HEADERS,
          "",
          "{Authorization: {file: /run/secrets/shop}}",
          "What both requests carry. A value is text, or {file: path}. Never shown.");
  static final Value<Secret> SERVICE_DATABASE =
      new Value<>(
          "database",
          Types.DATABASE,
          "",
          "postgresql://shop@db.example.com/shop?sslmode=require",
          "The PostgreSQL whose state is shown with the service's health. Without it, the one of"
              + " the migrations.");
  static final Value<Path> DIR =
      new Value<>("dir", Types.PATH, "", "./migrations", "The folder of up and down files.");
  static final Value<Secret> MIGRATIONS_DATABASE =
      new Value<>(
          "database",
          Types.DATABASE,
          "",
          "postgresql://shop@db.example.com/shop?sslmode=require",
          "The database that the migrations change. Without it, the environment's: DATABASE_URL,"
              + " DB_HOST and so on, or POSTGRES_HOST and so on.");
  static final Value<String> APPLICATION =
      new Value<>(
          "application",
          Types.TEXT,
          "",
          "shop",
          "The application_name of the service's own sessions, by which a rollback waits for the"
              + " last of them to go.");
  static final Value<Backup> BACKUP =
      new Value<>(
          "backup",
          Types.choice(Backup.values(), backup -> backup.name().toLowerCase(Locale.ROOT)),
          "auto",
          "required",
          "Whether a backup is taken before a rollback that stops the application. auto: where"
              + " pg_dump is found; required: without pg_dump the rollback is refused.");
  static final Group MIGRATIONS =
      new Group(
          "migrations",
          List.of(DIR, MIGRATIONS_DATABASE, APPLICATION, BACKUP),
          "The migrations of the service.");

  // What runs a service.
  static final Value<String> CONTAINER =
      new Value<>("container", Types.TEXT, "", "shop", "The container's name. Required.");
  static final Value<Path> SOCKET =
      new Value<>(
          "socket",
          Types.PATH,
          "/var/run/docker.sock",
          "/run/user/1000/docker.sock",
          "The Engine's Unix socket.");
  static final Value<Duration> START_TIMEOUT =
      new Value<>(
          "start-timeout",
          Types.POSITIVE,
          "2m",
          "5m",
          "How long a new container may take to run, and to be healthy where it has a health"
              + " check.");
  static final Group DOCKER =
      new Group(
          "docker", List.of(CONTAINER, SOCKET, START_TIMEOUT), "One container on a Docker Engine.");
  static final Value<Duration> DEADLINE =
      new Value<>("deadline", Types.POSITIVE, "2m", "10m", "How long each program may run.");
  static final Value<Path> RELEASES_PATH =
      new Value<>(
          "path",
          Types.PATH,
          "",
          "/srv/shop",
          "The folder that holds releases/NAME and the link current to one of them. Required.");
  static final Value<String> RESTART =
      command("restart", "[systemctl, restart, shop]", "The program to call after the link moved.");
  static final Group DIRECTORY =
      new Group(
          "directory",
          List.of(RELEASES_PATH, RESTART, DEADLINE),
          "A folder releases/ and a link to one of them; a release's name stands for the image.");
  static final Value<String> SWITCH =
      command(
          "switch",
          "[./switch.sh]",
          "Puts the image in place that it finds in RIPCORD_IMAGE. Required.");
  static final Value<String> CURRENT =
      command("current", "[./current.sh]", "Prints the image that runs. Required.");
  static final Value<String> STOP =
      command("stop", "[./stop.sh]", "Stops the application, for a rollback that asks for it.");
  static final Group COMMAND =
      new Group("command", List.of(SWITCH, CURRENT, STOP, DEADLINE), "Any program.");
  static final Group PLATFORM =
      new Group(
          "platform",
          List.of(DOCKER, DIRECTORY, COMMAND),
          "What runs the service: exactly one of the keys below.");

  // The top of the file.
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
  static final Value<Secret> SLACK =
      new Value<>(
          "slack",
          Types.SECRET_URL,
          "",
          "${SLACK_WEBHOOK_URL:-}",
          "A Slack incoming webhook. Without this key, SLACK_WEBHOOK_URL of the environment.");
  static final Value<String> SLACK_CHANNEL =
      new Value<>(
          "slack-channel",
          Types.TEXT,
          "",
          "\"#deploys\"",
          "The channel to name in the message, where the webhook allows it.");
  static final Value<Secret> WEBHOOK =
      new Value<>(
          "webhook",
          Types.SECRET_URL,
          "",
          "https://example.com/hooks/ripcord",
          "Any HTTP endpoint that takes a POST of JSON.");
  static final Group ALERTS =
      new Group("alerts", List.of(SLACK, SLACK_CHANNEL, WEBHOOK), "Where people are told.");

  /** Stand at the top for all services and may be said again in each. */
  static final List<Key> SHARED =
      List.of(
          INTERVAL,
          TIMEOUT,
          THRESHOLD,
          BREACHES,
          MINIMUM_REQUESTS,
          NORMAL,
          WARM_UP,
          BAKE,
          ORDER,
          STOP_FIRST,
          VERIFY,
          RULES);

  static final Group SERVICE =
      new Group(
          "NAME",
          concat(List.of(URL, METRICS, HEADERS, SERVICE_DATABASE, MIGRATIONS, PLATFORM), SHARED),
          "One service.");
  static final Named SERVICES = new Named("services", SERVICE, "The watched services by name.");
  static final Group TOP =
      new Group(
          "",
          concat(
              List.of(DATA, JOURNAL, LISTEN, TOKEN, RETENTION, ALERTS),
              concat(SHARED, List.of(SERVICES))),
          "Ripcord's configuration.");

  /** Platforms that the design knows and this version does not. */
  static final List<String> LATER_PLATFORMS =
      List.of("compose", "swarm", "kubernetes", "registry", "git", "http");

  private Keys() {}

  /** A measure with a limit of its own. */
  record Limited(Measure measure, Value<Double> limit, Group group) {}

  private static Limited latency(Measure measure, String example, String text) {
    return limited(measure, Types.LATENCY_LIMIT, example, text);
  }

  private static Limited limited(Measure measure, Type<Double> type, String example, String text) {
    Value<Double> limit =
        new Value<>("limit", type, "", example, "Reaching it is a breach. Required with the rule.");
    return new Limited(measure, limit, new Group(measure.text(), List.of(limit, LIMIT_ACT), text));
  }

  private static List<Key> rules() {
    List<Key> rules = new ArrayList<>(List.of(ERROR_RATE));
    LIMITS.forEach(limited -> rules.add(limited.group()));
    return rules;
  }

  private static Value<String> command(String name, String example, String text) {
    return new Value<>(name, Types.COMMAND, "", example, text);
  }

  private static List<Key> concat(List<? extends Key> first, List<? extends Key> second) {
    List<Key> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
