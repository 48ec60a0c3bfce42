package dev.ripcord.config.file;

import static java.util.Objects.requireNonNull;

import dev.ripcord.config.MigrationSettings.Backup;
import dev.ripcord.config.MigrationSettings.BackupOf;
import dev.ripcord.config.MigrationSettings.Locks.Blockers;
import dev.ripcord.config.MigrationSettings.Losses.Act;
import dev.ripcord.config.PlatformSettings.Kubernetes.GitOps;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.config.file.Key.Group;
import dev.ripcord.config.file.Key.Value;
import dev.ripcord.migration.Tool;
import dev.ripcord.release.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The keys of one service, its migrations and its platform. */
final class ServiceKeys {
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
          "Whether a rollback takes a backup before the first down. auto: where it stops the"
              + " application and pg_dump is found; required: always, and without pg_dump the"
              + " rollback is refused; off: never.");
  static final Value<BackupOf> BACKUP_OF =
      new Value<>(
          "backup-of",
          Types.choice(BackupOf.values(), each -> each.name().toLowerCase(Locale.ROOT)),
          "database",
          "tables",
          "What such a backup holds. database: all of it; tables: those that the downs change, with"
              + " their partitions, and all of the database where these cannot be told.");
  static final Value<Boolean> TWO_PERSON =
      new Value<>(
          "two-person",
          Types.FLAG,
          "false",
          "true",
          "Whether who approves stage 2 must be somebody else than who wrote the migration or ran"
              + " the release's stage 1.");
  static final Value<Tool> TOOL =
      new Value<>(
          "tool",
          Types.choice(Tool.values(), Tool::text),
          "native",
          "alembic",
          "What runs the migrations. Where it is another tool, Ripcord reads that tool's own table,"
              + " and goes back by the command in down. Without that command it runs the files of"
              + " sqlx and golang-migrate itself, and keeps that table true.");
  static final Value<String> DOWN =
      command(
          "down",
          "[./alembic-down.sh]",
          "Takes the tool's migrations back to the version that it finds in RIPCORD_TO (base:"
              + " before the first); RIPCORD_STEPS holds how many that are, where it is known.");
  static final Value<ShadowChoice> SHADOW =
      new Value<>(
          "shadow",
          Types.choice(ShadowChoice.values(), ShadowChoice::text),
          "auto",
          "embedded",
          "Where down migrations are verified. server: in a scratch database on the same server;"
              + " embedded: in an embedded PostgreSQL of the same major version on this machine;"
              + " auto: on the server, and embedded where the role may make no database.");
  static final Value<Act> LOSS_ACT =
      new Value<>(
          "act",
          Types.choice(Act.values(), each -> each.name().toLowerCase(Locale.ROOT)),
          "salvage",
          "defer",
          "salvage: they are kept in the transaction that destroys them (ripcord salvage list);"
              + " ask: where something would be lost the rollback waits before the downs for"
              + " ripcord approve, as approval says, then salvages; without a yes it is as with"
              + " defer; defer: a down that may destroy something now is left out, where the"
              + " previous image runs on the wider schema.");
  static final Value<Long> LOSS_SIZE =
      new Value<>(
          "max-size",
          Types.SIZE,
          "1GB",
          "200MB",
          "How much may be copied of one table; beyond it the down is not run. A table that is"
              + " dropped is moved whole, whatever its size.");
  static final Value<Duration> LOSS_TIME =
      new Value<>(
          "max-time",
          Types.POSITIVE,
          "30s",
          "5s",
          "How long one copy may take, in which nobody else writes to the table; beyond it the down"
              + " is not run.");
  static final Group LOSSES =
      new Group(
          "losses",
          List.of(LOSS_ACT, LOSS_SIZE, LOSS_TIME),
          "What a rollback does with rows and values that its downs would destroy.");
  static final Value<Duration> LOCK_TIMEOUT =
      new Value<>(
          "timeout",
          Types.POSITIVE,
          "2s",
          "500ms",
          "How long one statement in a transaction may wait for a lock. Whoever comes behind it"
              + " waits as long; a rollback that drops a column holds nobody up for longer.");
  static final Value<Duration> LOCK_RETRY =
      new Value<>(
          "retry",
          Types.DURATION,
          "30s",
          "2m",
          "How long a transaction that met a lock is undone and tried again.");
  static final Value<Blockers> LOCK_BLOCKERS =
      new Value<>(
          "blockers",
          Types.choice(Blockers.values(), each -> each.name().toLowerCase(Locale.ROOT)),
          "show",
          "cancel",
          "What is done with sessions that are still in the way then. show: they are named; cancel:"
              + " what they run is cancelled; terminate: the same, and sessions that sit idle in"
              + " their transaction are ended. Never Ripcord's own, a superuser's or the server's."
              + " The role needs pg_signal_backend.");
  static final Group LOCK =
      new Group(
          "lock",
          List.of(LOCK_TIMEOUT, LOCK_RETRY, LOCK_BLOCKERS),
          "How migrations, and the downs of a rollback, wait for locks.");
  static final Value<Duration> GRACE =
      new Value<>(
          "grace",
          Types.DURATION,
          "7d",
          "30d",
          "How long it is kept before it is deleted for good; 0s: it is dropped at once.");
  static final Group STAGE2 =
      new Group(
          "stage2",
          List.of(GRACE),
          "What becomes of the tables, columns and rows that a stage 2 drops: they are moved out of"
              + " the way or copied, within the limits of losses, and migrate down brings them"
              + " back.");
  static final Group MIGRATIONS =
      new Group(
          "migrations",
          List.of(
              DIR,
              MIGRATIONS_DATABASE,
              APPLICATION,
              BACKUP,
              BACKUP_OF,
              TWO_PERSON,
              TOOL,
              DOWN,
              PolicyKeys.POLICY,
              SHADOW,
              LOSSES,
              LOCK,
              STAGE2),
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
              + " check; a longer start period of the check counts.");
  static final Group DOCKER =
      new Group(
          "docker", List.of(CONTAINER, SOCKET, START_TIMEOUT), "One container on a Docker Engine.");
  static final Value<Duration> DEADLINE =
      new Value<>(
          "deadline", Types.POSITIVE, "2m", "10m", "How long each program or request may take.");
  static final Value<Path> RELEASES_PATH =
      new Value<>(
          "path",
          Types.PATH,
          "",
          "/srv/shop",
          "The folder that holds releases/NAME and the link current to one of them. Required.");
  static final Value<String> RESTART =
      command("restart", "[systemctl, restart, shop]", "The program to call after the link moved.");
  static final Value<String> STOP =
      command("stop", "[./stop.sh]", "Stops the application, for a rollback that asks for it.");
  static final Group DIRECTORY =
      new Group(
          "directory",
          List.of(RELEASES_PATH, RESTART, STOP, DEADLINE),
          "A folder releases/ and a link to one of them; a release's name stands for the image.");
  static final Value<String> SWITCH =
      command(
          "switch",
          "[./switch.sh]",
          "Puts the image in place that it finds in RIPCORD_IMAGE. Required.");
  static final Value<String> CURRENT =
      command("current", "[./current.sh]", "Prints the image that runs. Required.");
  static final Group COMMAND =
      new Group("command", List.of(SWITCH, CURRENT, STOP, DEADLINE), "Any program.");
  static final Value<URI> HOOK_SWITCH =
      new Value<>(
          "switch",
          Types.URL,
          "",
          "https://deploy.internal/shop",
          "Gets {\"service\",\"release\",\"image\"} by POST and puts the image in place."
              + " Required.");
  static final Value<URI> HOOK_CURRENT =
      new Value<>(
          "current",
          Types.URL,
          "",
          "https://deploy.internal/shop",
          "Answers {\"image\":…}, what runs. Required.");
  static final Value<URI> HOOK_STOP =
      new Value<>(
          "stop",
          Types.URL,
          "",
          "https://deploy.internal/shop/stop",
          "Stops the application by POST, for a rollback that asks for it.");
  static final Value<Path> SECRET_FILE =
      new Value<>(
          "secret-file",
          Types.PATH,
          "",
          "/run/secrets/hook",
          "Holds the secret that signs what is sent: X-Ripcord-Signature-256, the HMAC-SHA256 of"
              + " the body. Read at each call.");
  static final Group HTTP =
      new Group(
          "http",
          List.of(HOOK_SWITCH, HOOK_CURRENT, HOOK_STOP, SECRET_FILE, DEADLINE),
          "A web hook.");
  static final Value<String> REPOSITORY =
      new Value<>(
          "repository",
          Types.TEXT,
          "",
          "git@example.org:acme/deploy.git",
          "Its address, as git takes it; credentials come from ssh or a helper of git. Required.");
  static final Value<String> BRANCH =
      new Value<>("branch", Types.TEXT, "main", "production", "The branch that is deployed.");
  static final Value<String> GIT_FILE =
      new Value<>(
          "file",
          Types.TEXT,
          "",
          "shop/deployment.yaml",
          "The file that names the image, as image: NAME. Required.");
  static final Value<String> GIT_IMAGE =
      new Value<>(
          "image",
          Types.TEXT,
          "",
          "ghcr.io/acme/shop",
          "Which image of the file, without its tag, where it names several.");
  static final Group GIT =
      new Group(
          "git",
          List.of(REPOSITORY, BRANCH, GIT_FILE, GIT_IMAGE, DEADLINE),
          "A file in a git repository from which something else deploys.");
  static final Value<String> REGISTRY_REPOSITORY =
      new Value<>(
          "repository",
          Types.TEXT,
          "",
          "ghcr.io/acme/shop",
          "The images' name without a tag; the account is that of docker login. Required.");
  static final Value<String> TAG =
      new Value<>(
          "tag", Types.TEXT, "latest", "production", "The tag that is deployed, and moved.");
  static final Value<Boolean> INSECURE =
      new Value<>(
          "insecure",
          Types.FLAG,
          "false",
          "true",
          "Whether the registry is spoken to without TLS.");
  static final Group REGISTRY =
      new Group(
          "registry",
          List.of(REGISTRY_REPOSITORY, TAG, INSECURE, DEADLINE),
          "A tag in a container registry from which something else deploys.");
  static final Value<Path> COMPOSE_FILE =
      new Value<>(
          "file",
          Types.PATH,
          "",
          "/srv/shop/docker-compose.yml",
          "The Compose file that the containers were made from. Either this or project.");
  static final Value<String> PROJECT =
      new Value<>(
          "project",
          Types.TEXT,
          "",
          "shop",
          "The project's name (docker compose ls). Without it, the one of the file.");
  static final Value<String> COMPOSE_SERVICE =
      new Value<>("service", Types.TEXT, "", "web", "The service's name in the file. Required.");
  static final Group COMPOSE =
      new Group(
          "compose",
          List.of(COMPOSE_FILE, PROJECT, COMPOSE_SERVICE, SOCKET, START_TIMEOUT),
          "All containers of one service of a Compose project.");
  static final Value<String> SWARM_SERVICE =
      new Value<>("service", Types.TEXT, "", "shop_web", "The service's name. Required.");
  static final Group SWARM =
      new Group(
          "swarm",
          List.of(SWARM_SERVICE, SOCKET, START_TIMEOUT),
          "A service of a Docker Swarm; the socket is that of a manager.");
  private static final Map<Kind, Value<String>> WORKLOADS = workloads();
  static final Value<String> POD_CONTAINER =
      new Value<>(
          "container",
          Types.TEXT,
          "",
          "app",
          "Which container of the pod has the image, where there are several and no annotation"
              + " kubectl.kubernetes.io/default-container says it.");
  static final Value<Boolean> TEMPLATE =
      new Value<>(
          "template",
          Types.FLAG,
          "true",
          "false",
          "Whether the whole pod template that last ran the image is put back, as kubectl rollout"
              + " undo does, where the cluster still has it; false: the image alone.");
  static final Value<GitOps> GIT_OPS =
      new Value<>(
          "gitops",
          Types.choice(GitOps.values(), each -> each.name().toLowerCase(Locale.ROOT)),
          "warn",
          "suspend",
          "What is done where Argo CD or Flux keeps the workload and would put the bad version"
              + " back. warn: it is said; suspend: its automatic synchronisation is suspended"
              + " first, until a person resumes it.");
  static final Value<Duration> ROLLOUT_TIMEOUT =
      new Value<>(
          "rollout-timeout",
          Types.POSITIVE,
          "10m",
          "5m",
          "How long a rollout may take; a Deployment's own progressDeadlineSeconds ends it"
              + " earlier.");
  static final Group KUBERNETES =
      new Group(
          "kubernetes",
          Key.concat(
              List.copyOf(WORKLOADS.values()),
              List.of(
                  POD_CONTAINER,
                  SourceKeys.NAMESPACE,
                  SourceKeys.CONTEXT,
                  SourceKeys.KUBECONFIG,
                  TEMPLATE,
                  GIT_OPS,
                  GIT,
                  ROLLOUT_TIMEOUT)),
          "A workload of a Kubernetes cluster. With git the image is changed in a repository too,"
              + " first.");
  static final Group PLATFORM =
      new Group(
          "platform",
          List.of(DOCKER, COMPOSE, SWARM, KUBERNETES, DIRECTORY, COMMAND, HTTP, GIT, REGISTRY),
          "What runs the service: exactly one of the keys below.");

  static final Group SERVICE =
      new Group(
          "NAME",
          Key.concat(
              Key.concat(SourceKeys.ALL, List.of(SERVICE_DATABASE, MIGRATIONS, PLATFORM)),
              SharedKeys.ALL),
          "One service.");

  private ServiceKeys() {}

  /** The key of a Kubernetes workload of a kind. */
  static Value<String> workload(Kind kind) {
    return requireNonNull(WORKLOADS.get(kind));
  }

  private static Map<Kind, Value<String>> workloads() {
    Map<Kind, Value<String>> keys = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      keys.put(
          kind,
          new Value<>(
              kind.key(),
              Types.TEXT,
              "",
              "shop",
              "The name of the " + kind.text() + " that runs the service."));
    }
    return keys;
  }

  private static Value<String> command(String name, String example, String text) {
    return new Value<>(name, Types.COMMAND, "", example, text);
  }
}
