package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL's own programs, run on one database. The password goes to them in the environment,
 * never in the arguments. Blocks; not for event loops.
 *
 * @param database which database
 * @param revoked when it completes, a program that runs is ended
 */
record ClientProgram(Database database, Future<Void> revoked) {
  private static final int SHOWN_MAX = 600;

  /** Programs that nothing ends but they themselves. */
  ClientProgram(Database database) {
    this(database, Promise.<Void>promise().future());
  }

  /** The same, ended when the future completes. */
  ClientProgram until(Future<Void> end) {
    return new ClientProgram(database, end);
  }

  /**
   * How it ended.
   *
   * @param code its exit code
   * @param output what it wrote, both streams together
   */
  record Ended(int code, String output) {}

  /** Runs a program to its end. */
  Ended run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(List.of(command));
    environment(database, builder.environment());
    Process process = builder.redirectErrorStream(true).start();
    revoked.onComplete(end -> process.destroy());
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  /**
   * Runs a program that has to succeed.
   *
   * @throws SchemaException with what it said, when it does not
   */
  void check(String... command) {
    try {
      Ended ended = run(command);
      if (ended.code() != 0 && revoked.isComplete()) {
        throw new SchemaException(
            command[0]
                + " for database "
                + database.label()
                + " was broken off: the right to act for it has ended");
      }
      if (ended.code() != 0) {
        String output = ended.output().strip();
        throw new SchemaException(
            command[0]
                + " for database "
                + database.label()
                + " ended with "
                + ended.code()
                + ": "
                + output.substring(Math.max(0, output.length() - SHOWN_MAX)));
      }
    } catch (IOException e) {
      throw new SchemaException(
          command[0] + " cannot be run; install PostgreSQL's client programs", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaException(command[0] + " was interrupted", e);
    }
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
}
