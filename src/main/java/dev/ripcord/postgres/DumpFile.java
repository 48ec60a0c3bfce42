package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A backup by {@code pg_dump -Fc} into a file that only its owner may read. The password goes to
 * the program in its environment, never in its arguments. The programs are waited for on a virtual
 * thread.
 */
final class DumpFile {
  private static final Pattern MAJOR = Pattern.compile("\\) (\\d+)");
  private static final int SHOWN_MAX = 600;

  private final Database database;
  private final Pool pool;
  private final LongSupplier nanos;

  DumpFile(Database database, Pool pool, LongSupplier nanos) {
    this.database = database;
    this.pool = pool;
    this.nanos = nanos;
  }

  private record Ended(int code, String output) {}

  /** Why no backup can be taken; empty when one can. */
  Future<Optional<String>> hindrance() {
    return onThread(this::version).compose(this::compare);
  }

  private Optional<Integer> version() throws InterruptedException {
    try {
      Matcher found = MAJOR.matcher(run("pg_dump", "--version").output());
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

  /** Dumps into a new file, which is there whole or not at all. */
  Future<String> write(Path file) {
    return onThread(() -> dump(file));
  }

  private String dump(Path file) throws IOException, InterruptedException {
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
      check(run("pg_dump", "-Fc", "--no-password", "--file", partial.toString()), "pg_dump");
      check(run("pg_restore", "--list", partial.toString()), "pg_restore --list");
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
    Duration took = Duration.ofNanos(nanos.getAsLong() - start);
    return "backup of "
        + database.label()
        + " written to "
        + file
        + " ("
        + Files.size(target) / 1024
        + " kB, "
        + took.toMillis()
        + " ms), readable by pg_restore";
  }

  private void check(Ended ended, String program) {
    if (ended.code() != 0) {
      String output = ended.output().strip();
      throw new SchemaException(
          program
              + " for database "
              + database.label()
              + " ended with "
              + ended.code()
              + ": "
              + output.substring(Math.max(0, output.length() - SHOWN_MAX)));
    }
  }

  private Ended run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)));
    environment(database, builder.environment());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  /** Tells PostgreSQL's programs where a database is. */
  static void environment(Database database, Map<String, String> environment) {
    environment.put("PGHOST", database.host());
    environment.put("PGPORT", String.valueOf(database.port()));
    environment.put("PGDATABASE", database.name());
    environment.put("PGUSER", database.user());
    environment.put("PGSSLMODE", database.sslMode().value);
    environment.put("PGAPPNAME", Database.APPLICATION);
    environment.put("PGCONNECT_TIMEOUT", String.valueOf(database.connectTimeout().toSeconds()));
    database.rootCertificate().ifPresent(f -> environment.put("PGSSLROOTCERT", f.toString()));
    database.password().map(Secret::reveal).ifPresent(p -> environment.put("PGPASSWORD", p));
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
