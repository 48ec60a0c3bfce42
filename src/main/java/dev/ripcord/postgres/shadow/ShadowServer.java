package dev.ripcord.postgres.shadow;

import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ServerMessage;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes scratch databases beside the live one and drops them. Its session is never one in the live
 * database if another can be had. Each shadow says in its comment which session made it: one whose
 * session is gone is a leftover, and the next run drops it.
 */
public final class ShadowServer implements AutoCloseable {
  static final String PREFIX = "ripcord_shadow_";

  private static final Logger LOG = LoggerFactory.getLogger(ShadowServer.class);
  private static final String COMMENT =
      "A shadow for ripcord migrate verify, may be dropped; session ";
  private static final String MAY_CREATE =
      """
      SELECT (rolcreatedb OR rolsuper) AS may, quote_ident(rolname) AS role FROM pg_roles
      WHERE rolname = current_user
      """;
  private static final String SELF =
      "SELECT pid || ' of ' || extract(epoch FROM backend_start) FROM pg_stat_activity WHERE pid ="
          + " pg_backend_pid()";
  private static final String LEFTOVERS =
      """
      SELECT d.datname::text AS name
      FROM pg_database d JOIN pg_shdescription s ON s.objoid = d.oid
        AND s.classoid = 'pg_database'::regclass
      WHERE d.datname ~ ('^' || $1 || '[0-9]+_[0-9]+$') AND starts_with(s.description, $2)
        AND NOT EXISTS (SELECT FROM pg_stat_activity a
          WHERE s.description = $2 || a.pid || ' of ' || extract(epoch FROM a.backend_start))
      """;
  private static final String LOCALE =
      """
      SELECT ' ENCODING ' || quote_literal(pg_encoding_to_char(d.encoding))
        || ' LC_COLLATE ' || quote_literal(d.datcollate) || ' LC_CTYPE ' || quote_literal(d.datctype)
        || CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN ' LOCALE_PROVIDER icu ICU_LOCALE '
              || quote_literal(coalesce(to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'datlocale'))
            WHEN 'c' THEN ' LOCALE_PROVIDER libc'
            WHEN 'b' THEN ' LOCALE_PROVIDER builtin BUILTIN_LOCALE '
              || quote_literal(to_jsonb(d) ->> 'datlocale') ELSE '' END AS clause
      FROM pg_database d WHERE d.datname = $1
      """;

  private final Vertx vertx;
  private final Database live;
  private final Optional<ShadowEmbedded> embedded;
  private final MigrationSession admin;
  private final Set<String> made = ConcurrentHashMap.newKeySet();

  /** A copy of a database does not take them along. */
  private final Map<String, List<Given>> settings = new ConcurrentHashMap<>();

  private final AtomicInteger count = new AtomicInteger();

  private ShadowServer(
      Vertx vertx, Database live, Optional<ShadowEmbedded> embedded, MigrationSession admin) {
    this.vertx = vertx;
    this.live = live;
    this.embedded = embedded;
    this.admin = admin;
  }

  /**
   * Connects, and drops what a killed run has left. Refuses where databases may not be made, unless
   * a server of this machine may stand in.
   */
  public static ShadowServer open(Vertx vertx, Database live, ShadowChoice choice) {
    if (choice == ShadowChoice.EMBEDDED) {
      return embedded(vertx, live);
    }
    ShadowServer server = new ShadowServer(vertx, live, Optional.empty(), session(vertx, live));
    try {
      Row may = server.admin.ask(MAY_CREATE).getFirst();
      if (may.getBoolean("may")) {
        server.sweep();
        return server;
      }
      String refusal =
          "the proof needs a scratch database on the server of "
              + live.label()
              + ", and the role "
              + may.getString("role")
              + " may not make one. Run ALTER ROLE "
              + may.getString("role")
              + " CREATEDB as an administrator, or verify as a role that may";
      server.admin.close();
      if (choice == ShadowChoice.SERVER) {
        throw new SchemaException(refusal + ", or on this machine: --shadow embedded");
      }
      return instead(vertx, live, refusal);
    } catch (RuntimeException failure) {
      server.admin.close();
      throw failure;
    }
  }

  private static ShadowServer instead(Vertx vertx, Database live, String refusal) {
    try {
      return embedded(vertx, live);
    } catch (SchemaException neither) {
      throw new SchemaException(
          refusal + ". On this machine it cannot be tried instead: " + neither.getMessage(),
          neither);
    }
  }

  private static ShadowServer embedded(Vertx vertx, Database live) {
    ShadowEmbedded embedded = ShadowEmbedded.start(vertx, live);
    MigrationSession admin = MigrationSession.open(vertx, embedded.loader());
    return new ShadowServer(vertx, live, Optional.of(embedded), admin);
  }

  /** Whether shadows are made on this machine and not on the live server. */
  public boolean isEmbedded() {
    return embedded.isPresent();
  }

  /** Refuses migrations that this server lacks something for. */
  public void refuseMissing(List<MigrationFile> files) {
    embedded.ifPresent(own -> own.refuseMissing(vertx, files));
  }

  private static MigrationSession session(Vertx vertx, Database live) {
    try {
      return MigrationSession.open(vertx, live.named("postgres"));
    } catch (SchemaException absent) {
      return MigrationSession.open(vertx, live);
    }
  }

  private void sweep() {
    for (Row row : admin.ask(LEFTOVERS, PREFIX, COMMENT)) {
      LOG.info("dropping {}, which a run that was killed has left", row.getString("name"));
      drop(row.getString("name"));
    }
  }

  /** A new and empty database of the kind of the live one. */
  String create() {
    if (embedded.isEmpty()) {
      return make("template0" + admin.ask(LOCALE, live.name()).getFirst().getString("clause"));
    }
    try (MigrationSession session = MigrationSession.open(vertx, live)) {
      String clause = session.ask(LOCALE, live.name()).getFirst().getString("clause");
      return make("template0" + clause);
    } catch (PgException unknown) {
      throw new SchemaException(
          "the PostgreSQL of this machine cannot hold a database of the kind of "
              + live.label()
              + ": "
              + ServerMessage.withoutRows(unknown)
              + ". Install its locale here, or verify on the server (--shadow server)",
          unknown);
    }
  }

  /** A copy of a database in which no session is. */
  public String copy(String database) {
    String name = make(Quoting.name(database));
    List<Given> held = settings.getOrDefault(database, List.of());
    held.forEach(given -> give(name, given));
    settings.put(name, new ArrayList<>(held));
    return name;
  }

  private String make(String template) {
    String name = PREFIX + admin.pid() + "_" + count.incrementAndGet();
    made.add(name);
    String owner = embedded.map(own -> " OWNER " + Quoting.name(own.user().user())).orElse("");
    admin.run("CREATE DATABASE " + name + owner + " TEMPLATE " + template);
    String self = admin.ask(SELF).getFirst().getString(0);
    admin.run("COMMENT ON DATABASE " + name + " IS " + Quoting.text(COMMENT + self));
    return name;
  }

  /**
   * A session in a shadow, with the settings that the live database would give it; there is no way
   * to one in another database.
   */
  public MigrationSession session(String shadow) {
    if (!made.contains(shadow)) {
      throw new IllegalStateException(shadow + " is no shadow of this run");
    }
    return MigrationSession.forStatements(
        vertx,
        embedded.map(ShadowEmbedded::user).orElse(live).named(shadow),
        Database.APPLICATION,
        Map.of());
  }

  /** A session in a shadow for putting the schema in, with all rights where there are such. */
  MigrationSession loading(String shadow) {
    return embedded.isEmpty()
        ? MigrationSession.open(vertx, live.named(shadow))
        : MigrationSession.open(vertx, embedded.get().loader().named(shadow));
  }

  /** The live database, for what only reads. */
  Database live() {
    return live;
  }

  int major() {
    return major(admin);
  }

  static int major(MigrationSession session) {
    String number = session.ask("SHOW server_version_num").getFirst().getString(0);
    return Integer.parseInt(number) / 10_000;
  }

  /**
   * Gives a shadow, and the copies made of it later, a setting that the live database has.
   *
   * @param role the role, quoted, for which it is; empty for all
   */
  void set(String shadow, String role, DatabaseSetting setting) {
    Given given = new Given(role, setting);
    give(shadow, given);
    settings.computeIfAbsent(shadow, s -> new ArrayList<>()).add(given);
  }

  /** A setting, and the role for which it is, quoted; empty for all. */
  private record Given(String role, DatabaseSetting setting) {}

  private void give(String shadow, Given given) {
    String whose =
        given.role().isEmpty()
            ? "DATABASE " + shadow
            : "ROLE " + given.role() + " IN DATABASE " + shadow;
    admin.run("ALTER " + whose + " SET " + given.setting().assignment());
  }

  public void drop(String shadow) {
    admin.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", shadow);
    for (int attempt = 1; ; attempt++) {
      try {
        admin.run(
            "DROP DATABASE IF EXISTS "
                + Quoting.name(shadow)
                + (major() >= 13 ? " WITH (FORCE)" : ""));
        made.remove(shadow);
        settings.remove(shadow);
        return;
      } catch (PgException busy) {
        if (attempt == 3) {
          LOG.warn("shadow {} could not be dropped: {}", shadow, ServerMessage.withoutRows(busy));
          return;
        }
      }
    }
  }

  /** Drops the shadows while another thread works in them; for a program that is interrupted. */
  public void abandon() {
    if (embedded.isPresent()) {
      embedded.get().close();
      return;
    }
    try (MigrationSession other = session(vertx, live)) {
      String force = major(other) >= 13 ? " WITH (FORCE)" : "";
      made.forEach(
          shadow ->
              other.runIgnoringErrors("DROP DATABASE IF EXISTS " + Quoting.name(shadow) + force));
    }
  }

  @Override
  public void close() {
    if (embedded.isEmpty()) {
      List.copyOf(made).forEach(this::drop);
    }
    admin.close();
    embedded.ifPresent(ShadowEmbedded::close);
  }
}
