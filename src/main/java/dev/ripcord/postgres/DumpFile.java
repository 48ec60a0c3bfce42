package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A backup by {@code pg_dump -Fc} into a file that only its owner may read. The programs are waited
 * for on a virtual thread.
 */
final class DumpFile {
  private static final Pattern MAJOR = Pattern.compile("\\) (\\d+)");

  private final Database database;
  private final ClientProgram programs;
  private final Pool pool;
  private final LongSupplier nanos;

  DumpFile(Database database, Pool pool, LongSupplier nanos) {
    this.database = database;
    this.programs = new ClientProgram(database);
    this.pool = pool;
    this.nanos = nanos;
  }

  /** Why no backup can be taken; empty when one can. */
  Future<Optional<String>> hindrance() {
    return onThread(this::version).compose(this::compare);
  }

  private Optional<Integer> version() throws InterruptedException {
    try {
      Matcher found = MAJOR.matcher(programs.run("pg_dump", "--version").output());
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
   * Dumps into a new file, which is there whole or not at all.
   *
   * @param revoked when it completes, the programs are ended
   */
  Future<String> write(Path file, Future<Void> revoked) {
    return onThread(() -> dump(file, programs.until(revoked)));
  }

  private String dump(Path file, ClientProgram programs) throws IOException, InterruptedException {
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
      programs.check("pg_dump", "-Fc", "--no-password", "--file", partial.toString());
      programs.check("pg_restore", "--list", partial.toString());
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
