package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.dump.DumpProgram;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import dev.ripcord.postgres.embedded.ServerBinaries;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scratch PostgreSQL on this machine to make shadows on, of the same major version as the live
 * server, with its roles and their settings. Blocks; not for event loops.
 *
 * @param server the running server
 * @param folder its data, deleted at the end
 * @param loader its administrator, who puts a schema in
 * @param user the live database's user there, who runs migrations
 */
record ShadowEmbedded(EmbeddedServer server, Path folder, Database loader, Database user)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShadowEmbedded.class);
  private static final String PREFIX = "ripcord-shadow-";
  private static final String ON_THE_SERVER =
      ". On the server itself it can be proved by a role that may make a database (--shadow"
          + " server)";
  private static final Pattern EXTENSION =
      Pattern.compile(
          "\\bcreate\\s+extension\\s+(?:if\\s+not\\s+exists\\s+)?(?:\"([^\"]+)\"|(\\w+))",
          Pattern.CASE_INSENSITIVE);

  private static final String INSTALLED =
      "SELECT extname::text FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1";
  private static final String AVAILABLE = "SELECT name::text FROM pg_available_extensions";
  private static final String ROLES =
      """
      SELECT 'CREATE ROLE ' || quote_ident(rolname)
        || CASE WHEN rolsuper THEN ' SUPERUSER' ELSE '' END
        || CASE WHEN rolcreaterole THEN ' CREATEROLE' ELSE '' END
        || CASE WHEN rolcreatedb THEN ' CREATEDB' ELSE '' END
        || CASE WHEN rolbypassrls THEN ' BYPASSRLS' ELSE '' END
        || CASE WHEN rolinherit THEN '' ELSE ' NOINHERIT' END AS sql
      FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres'
      """;
  private static final String MEMBERS =
      """
      SELECT 'GRANT ' || quote_ident(r.rolname) || ' TO ' || quote_ident(m.rolname)
        || CASE WHEN a.admin_option THEN ' WITH ADMIN OPTION' ELSE '' END AS sql
      FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
      WHERE m.rolname <> 'postgres' AND m.rolname !~ '^pg_'
      """;

  /** What holds for the user in the live database, the stronger ones last. */
  private static final String SETTINGS =
      """
      SELECT split_part(s, '=', 1) AS name, substr(s, strpos(s, '=') + 1) AS value
      FROM pg_db_role_setting d, unnest(d.setconfig) s
      WHERE d.setrole = (SELECT oid FROM pg_roles WHERE rolname = session_user)
        AND d.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      ORDER BY d.setdatabase
      """;

  /**
   * What the server says for everybody, of what a statement's meaning hangs on: by its
   * configuration file or command, and for all roles.
   */
  private static final String SERVER_SETTINGS =
      """
      SELECT name, reset_val AS value, false AS own FROM pg_settings
      WHERE source IN ('configuration file', 'command line', 'environment variable')
        AND context IN ('user', 'superuser')
        AND (category LIKE 'Client Connection Defaults%'
          OR category LIKE 'Version and Platform Compatibility%')
        AND category NOT LIKE '%Librar%' AND name NOT LIKE '%tablespace%'
        AND name NOT IN ('client_encoding', 'lc_messages', 'dynamic_library_path')
      UNION ALL
      SELECT split_part(s, '=', 1), substr(s, strpos(s, '=') + 1), true
      FROM pg_db_role_setting d, unnest(d.setconfig) s WHERE d.setrole = 0 AND d.setdatabase = 0
      ORDER BY own
      """;

  /**
   * Starts it.
   *
   * @throws SchemaException where none of the live server's version is here, or it cannot hold what
   *     the live database has
   */
  static ShadowEmbedded start(Vertx vertx, Database live) {
    sweep();
    try (MigrationSession session =
        MigrationSession.forStatements(vertx, live, Database.APPLICATION, Map.of())) {
      int major = ShadowServer.major(session);
      ServerBinaries programs = programs(live, major);
      needDump(live, major);
      Path folder =
          Files.createTempDirectory(
              PREFIX + ProcessHandle.current().pid() + "-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
      // The rights are cut by the umask, and another account may have to pass.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      ShadowEmbedded shadow = started(live, programs, folder);
      try {
        shadow.furnish(vertx, session);
        return shadow;
      } catch (RuntimeException failure) {
        shadow.close();
        throw failure;
      }
    } catch (IOException | JournalException failure) {
      throw new SchemaException(
          "no PostgreSQL for a shadow could be started on this machine: "
              + failure.getMessage()
              + ON_THE_SERVER,
          failure);
    }
  }

  /** A template, the other way to copy, does not reach from one server to another. */
  private static void needDump(Database live, int major) {
    if (DumpProgram.find(major).isEmpty()) {
      throw new SchemaException(
          "the schema of "
              + live.label()
              + " is copied to this machine by pg_dump, and there is none for PostgreSQL "
              + major
              + " here: install PostgreSQL's client programs of that version or newer (Debian:"
              + " postgresql-client)"
              + ON_THE_SERVER);
    }
  }

  private static ServerBinaries programs(Database live, int major) throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    ServerBinaries own = ServerBinaries.unpacked(ServerBinaries.cache(), temporary);
    int have = own.major();
    return Optional.of(own)
        .filter(found -> have == major)
        .or(() -> ServerBinaries.installed(major))
        .orElseThrow(
            () ->
                new SchemaException(
                    "a shadow on this machine must be of the server's major version: "
                        + live.label()
                        + " is PostgreSQL "
                        + major
                        + ", the embedded one is "
                        + have
                        + ", and no server of version "
                        + major
                        + " is installed here (Debian: postgresql-"
                        + major
                        + ")"
                        + ON_THE_SERVER));
  }

  private static ShadowEmbedded started(Database live, ServerBinaries programs, Path folder) {
    EmbeddedServer server = EmbeddedServer.startThrowaway(folder, programs);
    Database loader = Database.of(server.url("postgres"));
    Database user =
        new Database(
            loader.host(),
            loader.port(),
            loader.name(),
            live.user(),
            loader.password(),
            loader.sslMode(),
            loader.rootCertificate(),
            loader.connectTimeout(),
            live.choice());
    return new ShadowEmbedded(server, folder, loader, user);
  }

  /** The live server's roles, and the settings that hold for the user. */
  private void furnish(Vertx vertx, MigrationSession live) {
    try (MigrationSession admin = MigrationSession.open(vertx, loader)) {
      refuse(admin, live.ask(INSTALLED).stream().map(row -> row.getString(0)).toList(), "uses");
      live.ask(ROLES).forEach(row -> admin.run(row.getString("sql")));
      live.ask(MEMBERS).forEach(row -> admin.run(row.getString("sql")));
      String role = Quoting.name(user.user());
      if (!user.user().equals(EmbeddedServer.USER)) {
        String password = user.password().orElseThrow().reveal();
        admin.run("ALTER ROLE " + role + " LOGIN PASSWORD '" + password + "'");
      }
      live.ask(SERVER_SETTINGS).forEach(row -> set(admin, "ALTER ROLE ALL SET ", row));
      live.ask(SETTINGS).forEach(row -> set(admin, "ALTER ROLE " + role + " SET ", row));
    }
  }

  /** A setting that this machine cannot have, as a locale or a library, is not worth the proof. */
  private static void set(MigrationSession admin, String who, Row row) {
    admin.runIgnoringErrors(who + ShadowCopy.setting(row).assignment());
  }

  /**
   * Looks whether the migrations make an extension that is not here: their up would fail, and that
   * would say nothing of them.
   */
  void refuseMissing(Vertx vertx, List<MigrationFile> files) {
    TreeSet<String> wanted = new TreeSet<>();
    for (MigrationFile file : files) {
      Matcher found = EXTENSION.matcher(file.up().text());
      while (found.find()) {
        wanted.add(Optional.ofNullable(found.group(1)).orElseGet(() -> found.group(2)));
      }
    }
    if (!wanted.isEmpty()) {
      try (MigrationSession admin = MigrationSession.open(vertx, loader)) {
        refuse(admin, List.copyOf(wanted), "is to get");
      }
    }
  }

  private static void refuse(MigrationSession admin, List<String> wanted, String verb) {
    List<String> here = admin.ask(AVAILABLE).stream().map(row -> row.getString(0)).toList();
    List<String> missing = wanted.stream().filter(name -> !here.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw new SchemaException(
          "the database "
              + verb
              + " the extension "
              + String.join(", ", missing)
              + ", which the PostgreSQL of this machine does not have: nothing can be proved here"
              + ON_THE_SERVER);
    }
  }

  /** Those of runs that were killed: a server whose lock is held is in use. */
  private static void sweep() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path folder : found) {
        String pid = folder.getFileName().toString().substring(PREFIX.length()).split("-", 2)[0];
        if (pid.matches("\\d{1,10}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
          sweep(folder);
        }
      }
    } catch (IOException unreadable) {
      LOG.debug("{} was not looked through: {}", temporary, unreadable.getMessage());
    }
  }

  private static void sweep(Path folder) throws IOException {
    try {
      EmbeddedServer.stopOrphan(folder);
      ServerBinaries.deleteTree(folder);
    } catch (JournalException held) {
      LOG.debug("{} is left alone: {}", folder, held.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
      ServerBinaries.deleteTree(folder);
    } catch (IOException | JournalException failure) {
      LOG.warn("the shadow's server in {} was not cleaned up: {}", folder, failure.getMessage());
    }
  }
}
