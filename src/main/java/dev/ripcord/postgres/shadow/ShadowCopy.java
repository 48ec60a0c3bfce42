package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.proof.Fingerprint;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.catalog.FingerprintReader;
import dev.ripcord.postgres.catalog.TableCatalogSql;
import dev.ripcord.postgres.dump.DumpProgram;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the live database's schema and some of its rows into a shadow. Where {@code pg_dump} is
 * found it reads the schema, in one snapshot with the rows; else the whole database is taken as a
 * template, which the server allows only while nobody uses it.
 */
public final class ShadowCopy {
  private static final Logger LOG = LoggerFactory.getLogger(ShadowCopy.class);
  private static final int GAPS_MAX = 20;

  /** What a role without all rights may fail to copy though the tables come over. */
  private static final Pattern DISPENSABLE =
      Pattern.compile(
          "(?is)(?:grant|revoke|comment on|create extension|create event trigger"
              + "|alter event trigger|create publication|alter publication|security label"
              + "|alter default privileges|create foreign data wrapper|create server"
              + "|create user mapping|alter [a-z ]+ owner to)\\b.*|(?is)alter .* owner to .*");

  /** What holds for who runs migrations there: of the database, and of the role in it. */
  private static final String SETTINGS =
      """
      SELECT split_part(s, '=', 1) AS name, substr(s, strpos(s, '=') + 1) AS value,
        CASE WHEN setrole = 0 THEN '' ELSE quote_ident(session_user) END AS role
      FROM pg_db_role_setting, unnest(setconfig) s
      WHERE setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = session_user))
        AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
      ORDER BY setrole
      """;

  private static final String TABLES =
      """
      SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace
      """
          + TableCatalogSql.USER;
  private static final String MAPPINGS =
      """
      SELECT 'DROP USER MAPPING FOR ' || CASE umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(usename)
        END || ' SERVER ' || quote_ident(srvname) AS sql FROM pg_user_mappings
      """;
  private static final String POPULATED =
      """
      SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relkind = 'm' AND c.relispopulated AND c.relnamespace
      """
          + TableCatalogSql.USER;

  private final Vertx vertx;
  private final ShadowServer server;
  private final boolean realRows;
  private final List<String> gaps = new ArrayList<>();
  private boolean isolated = true;

  public ShadowCopy(Vertx vertx, ShadowServer server, boolean realRows) {
    this.vertx = vertx;
    this.server = server;
    this.realRows = realRows;
  }

  /**
   * A shadow of the live database.
   *
   * @param gaps what did not come over, in words
   * @param differences in what it is other than the live database
   */
  public record Shadow(String name, List<String> gaps, CopyDifferences differences) {}

  public Shadow make() {
    Optional<DumpProgram> program = DumpProgram.find(server.major());
    if (program.isPresent()) {
      Original original = read(program.get());
      String name = dumped(original);
      return new Shadow(name, List.copyOf(gaps), differences(original, name));
    }
    try {
      String name = server.copy(server.live().name());
      try (MigrationSession session = server.session(name)) {
        cutOff(session);
        if (!realRows) {
          empty(session);
        }
      }
      return template(name);
    } catch (PgException refused) {
      throw new SchemaException(
          "the schema of database "
              + server.live().label()
              + " cannot be copied: there is no pg_dump for PostgreSQL "
              + server.major()
              + " here, and as a template the server does not give it ("
              + ServerMessage.withoutRows(refused)
              + "). Install PostgreSQL's client programs of version "
              + server.major()
              + " or newer (Debian: postgresql-client), so that pg_dump is found",
          refused);
    }
  }

  /** A template takes the settings of its database not along. */
  private Shadow template(String name) {
    try (MigrationSession live = MigrationSession.open(vertx, server.live())) {
      FingerprintReader reader = new FingerprintReader(live);
      reader.resetSession();
      live.run("BEGIN READ ONLY");
      set(name, settings(live));
      Fingerprint there = Fingerprint.of(reader.facts());
      try (MigrationSession session = server.session(name)) {
        Fingerprint here = new FingerprintReader(session).fingerprint();
        CopyDifferences differences = CopyDifferences.between(there, here, !realRows, isolated);
        return new Shadow(name, List.copyOf(gaps), differences);
      }
    }
  }

  private static List<Setting> settings(MigrationSession live) {
    return live.ask(SETTINGS).stream()
        .map(row -> new Setting(row.getString("role"), setting(row)))
        .toList();
  }

  private void set(String shadow, List<Setting> settings) {
    for (Setting setting : settings) {
      try {
        server.set(shadow, setting.role(), setting.own());
      } catch (PgException refused) {
        gaps.add("a setting of the database was not copied: " + setting.own().assignment());
      }
    }
  }

  /**
   * Leaves no way to other servers: what is written to a foreign table there would stay. A wrapper
   * without a handler can be defined with, and reads and writes nothing.
   */
  private void cutOff(MigrationSession session) {
    session.ask(MAPPINGS).forEach(row -> session.run(row.getString("sql")));
    session.run(ForeignAccess.CUT);
    isolated = !session.ask(ForeignAccess.OPEN).getFirst().getBoolean(0);
  }

  private static void empty(MigrationSession session) {
    for (Row table : session.ask(TABLES)) {
      session.run("TRUNCATE " + table.getString("name") + " CASCADE");
    }
  }

  /** What is read from the live database, all of one moment. */
  private record Original(
      String before,
      String after,
      ShadowRows rows,
      Map<String, FingerprintReader.Position> positions,
      List<Setting> settings,
      List<String> populated,
      Fingerprint fingerprint,
      boolean someRows) {
    Map<String, String> orders() {
      Map<String, String> orders = new HashMap<>();
      fingerprint
          .things()
          .forEach(
              (thing, facts) -> {
                if (thing.kind().equals("order")) {
                  orders.put(thing.name(), facts.getOrDefault(Fingerprint.ORDER, ""));
                }
              });
      return orders;
    }
  }

  private CopyDifferences differences(Original original, String name) {
    try (MigrationSession session = server.loading(name)) {
      Fingerprint shadow = new FingerprintReader(session).fingerprint();
      return CopyDifferences.between(original.fingerprint(), shadow, original.someRows(), isolated);
    }
  }

  private String dumped(Original original) {
    try {
      return fill(original, original.rows());
    } catch (PgException unfit) {
      LOG.info("the rows that were read do not fit: {}", ServerMessage.withoutRows(unfit));
      gaps.clear();
      gaps.add("no real row could be copied (" + ServerMessage.withoutRows(unfit) + ")");
      try {
        return fill(original, ShadowRows.none());
      } catch (PgException failure) {
        throw new SchemaException(
            "the schema of database "
                + server.live().label()
                + " cannot be copied: "
                + ServerMessage.withoutRows(failure),
            failure);
      }
    }
  }

  /** Reads in a transaction that cannot write, whatever is sent. */
  private Original read(DumpProgram program) {
    try (MigrationSession live = MigrationSession.open(vertx, server.live())) {
      live.refuseOtherQuotes(server.live());
      FingerprintReader reader = new FingerprintReader(live);
      reader.resetSession();
      live.run("SET default_transaction_read_only = on");
      live.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      String snapshot = live.ask("SELECT pg_export_snapshot()").getFirst().getString(0);
      String before = program.schema(server.live(), "pre-data", snapshot);
      String after = program.schema(server.live(), "post-data", snapshot);
      List<Setting> settings = settings(live);
      List<String> populated = live.ask(POPULATED).stream().map(row -> row.getString(0)).toList();
      ShadowRows rows = ShadowRows.none();
      if (realRows) {
        try {
          rows = ShadowRows.read(live);
        } catch (PgException forbidden) {
          gaps.add("no real row could be read (" + ServerMessage.withoutRows(forbidden) + ")");
          live.run("ROLLBACK");
          live.run("BEGIN READ ONLY");
        }
      }
      boolean whole = realRows && gaps.isEmpty() && rows.areAll(live);
      Fingerprint fingerprint = Fingerprint.of(reader.facts());
      Map<String, FingerprintReader.Position> positions = Map.of();
      try {
        positions = reader.positions();
      } catch (PgException forbidden) {
        gaps.add(
            "where the sequences stand could not be read ("
                + ServerMessage.withoutRows(forbidden)
                + ")");
      }
      return new Original(before, after, rows, positions, settings, populated, fingerprint, !whole);
    }
  }

  static DatabaseSetting setting(Row row) {
    return new DatabaseSetting(row.getString("name"), row.getString("value"));
  }

  /** A setting of the shadow, for one role where it names one. */
  private record Setting(String role, DatabaseSetting own) {}

  private String fill(Original original, ShadowRows rows) {
    String name = server.create();
    try (MigrationSession session = server.loading(name)) {
      send(session, original.before());
      cutOff(session);
      session.run("SET search_path = ''");
      rows.write(session, original.orders());
      send(session, original.after());
      new FingerprintReader(session).restore(original.positions());
      populate(session, original.populated());
    } catch (RuntimeException failure) {
      server.drop(name);
      throw failure;
    }
    set(name, original.settings());
    return name;
  }

  private void send(MigrationSession session, String sql) {
    for (Statement statement : Script.parse(sql).work()) {
      try {
        session.run(statement.text());
      } catch (PgException failure) {
        String first = statement.text().lines().findFirst().orElse("");
        if (!DISPENSABLE.matcher(statement.text()).matches() || gaps.size() >= GAPS_MAX) {
          throw failure;
        }
        gaps.add("was not copied: " + first + " (" + ServerMessage.withoutRows(failure) + ")");
      }
    }
  }

  /** One may be made from another: as long as some succeed, the rest is tried again. */
  private static void populate(MigrationSession session, List<String> names) {
    List<String> left = new ArrayList<>(names);
    boolean progress = true;
    while (progress && !left.isEmpty()) {
      progress =
          left.removeIf(
              name -> {
                try {
                  session.run("REFRESH MATERIALIZED VIEW " + name);
                  return true;
                } catch (PgException notYet) {
                  return false;
                }
              });
    }
  }
}
