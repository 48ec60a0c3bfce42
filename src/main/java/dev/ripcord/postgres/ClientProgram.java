package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import dev.ripcord.process.ProcessTree;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL's own programs, run on one database. The password goes to them in the environment,
 * never in the arguments. Blocks; not for event loops.
 *
 * @param database which database
 */
record ClientProgram(Database database) {
  /** How long a program that is told to end may take before it is killed. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private static final int SHOWN_MAX = 600;

  /**
   * How it ended.
   *
   * @param code its exit code
   * @param output what it wrote, both streams together
   */
  record Ended(int code, String output) {}

  /** Runs a program to its end. */
  Ended run(String... command) throws IOException, InterruptedException {
    return run(Promise.<Void>promise().future(), command);
  }

  /** Runs a program to its end, or until it is broken off: then it is ended. */
  Ended run(Future<Void> revoked, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(List.of(command));
    environment(database, builder.environment());
    builder.environment().put("LC_ALL", "C");
    Process process = builder.redirectErrorStream(true).start();
    endWhen(revoked, process);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  /** Ends a program with all that it started when it is broken off. */
  static void endWhen(Future<Void> revoked, Process process) {
    var _ =
        revoked.onSuccess(
            x -> {
              var _ = ProcessTree.end(process.toHandle(), GRACE);
            });
  }

  /**
   * Runs a program that has to succeed.
   *
   * @throws SchemaException with what it said, when it does not
   */
  void check(String... command) {
    check(Promise.<Void>promise().future(), command);
  }

  /** The same, until it is broken off: then it is ended, which fails too. */
  void check(Future<Void> revoked, String... command) {
    try {
      Ended ended = run(revoked, command);
      if (ended.code() != 0 && revoked.isComplete()) {
        throw new SchemaException(command[0] + " for " + database.label() + " was ended");
      }
      if (ended.code() != 0) {
        String output = ended.output().strip();
        String text =
            command[0]
                + " for database "
                + database.label()
                + " ended with "
                + ended.code()
                + ": "
                + output.substring(Math.max(0, output.length() - SHOWN_MAX));
        throw LostConnection.isToldBy(output)
            ? SchemaException.unanswered(text)
            : new SchemaException(text);
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
