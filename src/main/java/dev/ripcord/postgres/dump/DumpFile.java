package dev.ripcord.postgres.dump;

import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A backup by {@code pg_dump -Fc} into a file that only its owner may read. The programs are waited
 * for on a virtual thread.
 */
public final class DumpFile {
  private static final Pattern MAJOR = Pattern.compile("\\) (\\d+)");

  /** pg_dump reads every table, and waits for one that is locked no longer than this. */
  private static final String LOCK_WAIT = "--lock-wait-timeout=60s";

  /** How long a lock that somebody holds may take to go before it stands against a backup. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(5);

  private static final long POLL_MILLIS = 500;

  /** Of the tables of a backup so many are named. */
  private static final int SHOWN = 5;

  /** Only ACCESS EXCLUSIVE keeps pg_dump from reading; the service's own sessions end before it. */
  private static final String LOCKED =
      """
      SELECT l.pid, l.relation::regclass::text AS locked,
        coalesce(nullif(a.application_name, ''), 'a program without a name') AS program,
        coalesce(a.state, 'state unknown') AS state,
        coalesce(to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS TZ'), 'an unknown time') AS since
      FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'AccessExclusiveLock'
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND c.relkind IN ('r', 'p', 'S', 'v', 'm') AND c.relpersistence <> 't'
        AND l.pid <> pg_backend_pid()
        AND ($1 = '' OR a.application_name IS DISTINCT FROM $1)
        AND (cardinality($2::text[]) = 0
          OR (n.nspname, c.relname) IN (SELECT * FROM unnest($2::text[], $3::text[])))
      ORDER BY a.xact_start LIMIT 1
      """;

  private final Vertx vertx;
  private final Database database;
  private final ClientProgram programs;
  private final Pool pool;
  private final LongSupplier nanos;

  public DumpFile(Vertx vertx, Database database, Pool pool, LongSupplier nanos) {
    this.vertx = vertx;
    this.database = database;
    this.programs = new ClientProgram(database);
    this.pool = pool;
    this.nanos = nanos;
  }

  /**
   * Why no backup can be taken; empty when one can.
   *
   * @param parts of which tables; of all the database where there is none
   * @param application the name of the service's own sessions: what they hold is gone when the
   *     service is stopped
   */
  public Future<Optional<String>> blocker(List<Part> parts, Optional<String> application) {
    return onThread(this::version)
        .compose(this::compare)
        .compose(found -> unless(found, () -> DumpRights.missing(pool, parts)))
        .compose(
            found -> unless(found, () -> locked(parts, application.orElse(""), nanos.getAsLong())));
  }

  private static Future<Optional<String>> unless(
      Optional<String> found, Supplier<Future<Optional<String>>> other) {
    return found.isPresent() ? Future.succeededFuture(found) : other.get();
  }

  /** Who holds a table that would have to be read, for longer than a moment. */
  private Future<Optional<String>> locked(List<Part> parts, String application, long since) {
    return pool.preparedQuery(LOCKED)
        .execute(Tuple.of(application, Part.schemas(parts), Part.names(parts)))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                return Future.succeededFuture(Optional.empty());
              }
              if (nanos.getAsLong() - since < LOCK_PATIENCE.toNanos()) {
                return vertx
                    .timer(POLL_MILLIS, TimeUnit.MILLISECONDS)
                    .compose(x -> locked(parts, application, since));
              }
              Row row = rows.iterator().next();
              return Future.succeededFuture(
                  Optional.of(
                      row.getString("locked")
                          + " is locked, so pg_dump could not read it: pid "
                          + row.getInteger("pid")
                          + " ("
                          + row.getString("program")
                          + ", "
                          + row.getString("state")
                          + ") holds ACCESS EXCLUSIVE, in a transaction since "
                          + row.getString("since")
                          + "; let it end, or end it with pg_terminate_backend(pid)"));
            });
  }

  private Optional<Integer> version() throws InterruptedException {
    try {
      Matcher found =
          MAJOR.matcher(
              programs.run(Promise.<Void>promise().future(), "pg_dump", "--version").output());
      return found.find() ? Optional.of(Integer.valueOf(found.group(1))) : Optional.empty();
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  private Future<Optional<String>> compare(Optional<Integer> own) {
    if (own.isEmpty()) {
      return Future.succeededFuture(
          Optional.of("pg_dump is not found in the PATH; install PostgreSQL's client programs"));
    }
    return pool.query("SHOW server_version_num")
        .execute()
        .map(rows -> Integer.parseInt(rows.iterator().next().getString(0)) / 10_000)
        .map(
            server ->
                own.get() >= server
                    ? Optional.empty()
                    : Optional.of(
                        "pg_dump "
                            + own.get()
                            + " cannot dump PostgreSQL "
                            + server
                            + "; install its client programs"));
  }

  /**
   * A table of a backup.
   *
   * @param hasRows whether it has rows of its own, which a partitioned one has not
   */
  public record Part(String schema, String name, boolean hasRows) {
    /** As pg_dump takes it literally. */
    private String pattern() {
      return "--table=" + quoted(schema) + "." + quoted(name);
    }

    /** The schemas of several, in their order; with {@link #names} it tells them to the server. */
    static String[] schemas(List<Part> parts) {
      return parts.stream().map(Part::schema).toArray(String[]::new);
    }

    static String[] names(List<Part> parts) {
      return parts.stream().map(Part::name).toArray(String[]::new);
    }

    private static String quoted(String name) {
      return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
      return schema.equals("public") ? name : schema + "." + name;
    }
  }

  /** Dumps into a new file, which is there whole or not at all. */
  public Future<String> write(Path file, Future<Void> revoked) {
    return write(file, List.of(), revoked);
  }

  /**
   * The same of some tables.
   *
   * @param parts which; all of the database where there is none
   */
  public Future<String> write(Path file, List<Part> parts, Future<Void> revoked) {
    return onThread(() -> dump(file, parts, revoked));
  }

  private String dump(Path file, List<Part> parts, Future<Void> revoked)
      throws IOException, InterruptedException {
    if (Files.exists(file)) {
      throw new SchemaException("backup " + file + " is there already; name a new file");
    }
    Path target = file.toAbsolutePath();
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    Files.createDirectories(Optional.ofNullable(target.getParent()).orElse(target));
    Files.deleteIfExists(partial);
    var _ =
        Files.createFile(
            partial,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    long start = nanos.getAsLong();
    try {
      List<String> options =
          new ArrayList<>(
              List.of("pg_dump", "-Fc", "--no-password", LOCK_WAIT, "--file", partial.toString()));
      parts.forEach(part -> options.add(part.pattern()));
      programs.check(revoked, options.toArray(String[]::new));
      String contents = programs.check(revoked, "pg_restore", "--list", partial.toString());
      checkIsOfThis(contents);
      parts.forEach(part -> checkHolds(contents, part));
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
    Duration took = Duration.ofNanos(nanos.getAsLong() - start);
    return "backup of "
        + (parts.isEmpty() ? "" : of(parts) + " of ")
        + database.label()
        + " written to "
        + file
        + " ("
        + Files.size(target) / 1024
        + " kB, "
        + took.toMillis()
        + " ms), readable by pg_restore; whether it can be restored was not tried";
  }

  /** The table of contents says of which database it is. */
  private void checkIsOfThis(String contents) {
    String name = BackupContents.databaseOf(contents).orElse("");
    if (!name.equals(database.name().replaceAll("[\r\n]", " "))) {
      throw new SchemaException(
          "pg_dump was asked for database "
              + database.label()
              + " and wrote one of "
              + (name.isEmpty() ? "an unknown name" : name)
              + "; no backup was kept. Look for what leads PostgreSQL's programs elsewhere");
    }
  }

  private void checkHolds(String contents, Part part) {
    if (part.hasRows() && !contents.contains(" TABLE DATA " + part.schema() + " " + part.name())) {
      throw new SchemaException(
          "pg_dump was asked for table "
              + part
              + " of database "
              + database.label()
              + " and wrote no rows of it; no backup was kept. Set migrations.backup-of: database");
    }
  }

  private static String of(List<Part> parts) {
    String names =
        parts.stream().limit(SHOWN).map(Part::toString).collect(Collectors.joining(", "));
    return parts.size() == 1
        ? "table " + names
        : parts.size()
            + " tables ("
            + names
            + (parts.size() > SHOWN ? " and " + (parts.size() - SHOWN) + " more" : "")
            + ")";
  }

  private static <T> Future<T> onThread(Callable<T> body) {
    Promise<T> promise = Promise.promise();
    Thread.ofVirtual()
        .name("dump")
        .start(
            () -> {
              try {
                promise.complete(body.call());
              } catch (IOException failure) {
                promise.fail(new SchemaException("the backup failed: " + failure, failure));
              } catch (Throwable failure) {
                promise.fail(failure);
              }
            });
    return promise.future();
  }
}
