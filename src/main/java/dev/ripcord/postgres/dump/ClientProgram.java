package dev.ripcord.postgres.dump;

import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.LostConnection;
import dev.ripcord.postgres.SessionOptions;
import dev.ripcord.process.ProcessRequest;
import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult;
import dev.ripcord.process.ProcessRunner;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PostgreSQL's own programs, run on one database. The password goes to them in the environment,
 * never in the arguments. Blocks; not for event loops.
 *
 * @param database which database
 */
public record ClientProgram(Database database) {
  private static final int SHOWN_MAX = 600;

  /** Where systems keep the authorities that they trust. */
  private static final List<String> AUTHORITIES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/cert.pem",
          "/opt/homebrew/etc/ca-certificates/cert.pem");

  /** Runs a program to its end, or until it is broken off: then it is ended. */
  ProcessResult run(Future<Void> revoked, String... command)
      throws IOException, InterruptedException {
    return ProcessRunner.run(request(Output.WHOLE_TOGETHER, command), revoked.toCompletionStage());
  }

  private ProcessRequest request(Output output, String... command) {
    Map<String, String> environment = ProcessRequest.ownEnvironment();
    environment(database, environment);
    environment.put("LC_ALL", "C");
    return new ProcessRequest(
        List.of(command), Path.of("").toAbsolutePath(), environment, Optional.empty(), output);
  }

  /**
   * Runs a program that has to succeed.
   *
   * @throws SchemaException with what it said, when it does not
   */
  public void check(String... command) {
    var _ = check(Promise.<Void>promise().future(), command);
  }

  /**
   * The same, until it is broken off: then it is ended, which fails too.
   *
   * @return what it wrote
   */
  String check(Future<Void> revoked, String... command) {
    try {
      ProcessResult ended = run(revoked, command);
      if (ended.exitCode() != 0 && revoked.isComplete()) {
        throw new SchemaException(command[0] + " for " + database.label() + " was ended");
      }
      if (ended.exitCode() != 0) {
        throw failure(command[0], ended.exitCode(), ended.output().strip());
      }
      return ended.output();
    } catch (IOException e) {
      throw new SchemaException(
          command[0] + " cannot be run; install PostgreSQL's client programs", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaException(command[0] + " was interrupted", e);
    }
  }

  /**
   * Runs a program that has to succeed and prints more than is to be kept.
   *
   * @throws SchemaException with what it said, when it does not
   */
  void read(ProcessRunner.OutputReader reader, String... command) {
    try {
      ProcessResult ended = ProcessRunner.read(request(Output.TAILS, command), reader);
      if (ended.exitCode() != 0) {
        throw failure(command[0], ended.exitCode(), ended.errors().strip());
      }
    } catch (IOException e) {
      throw new SchemaException(
          command[0] + " cannot be run or read; install PostgreSQL's client programs", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaException(command[0] + " was interrupted", e);
    }
  }

  private SchemaException failure(String program, int exitCode, String output) {
    String text =
        program
            + " for database "
            + database.label()
            + " ended with "
            + exitCode
            + ": "
            + output.substring(Math.max(0, output.length() - SHOWN_MAX));
    return LostConnection.isToldBy(output)
        ? SchemaException.unanswered(text)
        : new SchemaException(text);
  }

  /**
   * Tells PostgreSQL's programs where a database is. Whatever else the environment of this process
   * says to them is taken away: a service, an address or options there would lead to another
   * database than the one that is named.
   */
  static void environment(Database database, Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.startsWith("PG"));
    environment.put("PGHOST", database.host());
    environment.put("PGPORT", String.valueOf(database.port()));
    environment.put("PGDATABASE", database.name());
    environment.put("PGUSER", database.user());
    environment.put("PGSSLMODE", database.sslMode().value);
    environment.put("PGGSSENCMODE", "disable");
    environment.put("PGAPPNAME", database.choice().named(Database.APPLICATION));
    environment.put("PGCONNECT_TIMEOUT", String.valueOf(database.connectTimeout().toSeconds()));
    authorities(database).ifPresent(f -> environment.put("PGSSLROOTCERT", f.toString()));
    database.password().map(Secret::reveal).ifPresent(p -> environment.put("PGPASSWORD", p));
    SessionOptions choice = database.choice();
    choice.options().ifPresent(options -> environment.put("PGOPTIONS", options));
    choice.certificate().ifPresent(f -> environment.put("PGSSLCERT", f.toString()));
    choice.key().ifPresent(f -> environment.put("PGSSLKEY", f.toString()));
  }

  /** libpq knows no authorities of its own: where none are named, those of the system. */
  private static Optional<Path> authorities(Database database) {
    boolean verifies =
        database.sslMode() == SslMode.VERIFY_CA || database.sslMode() == SslMode.VERIFY_FULL;
    Path own = Path.of(System.getProperty("user.home"), ".postgresql", "root.crt");
    if (database.rootCertificate().isPresent() || !verifies || Files.exists(own)) {
      return database.rootCertificate();
    }
    return AUTHORITIES.stream().map(Path::of).filter(Files::isReadable).findFirst();
  }

  /** The database as an argument: a bare name with a {@code =} in it would be read as more. */
  public String databaseArgument() {
    return "--dbname=dbname='" + database.name().replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
