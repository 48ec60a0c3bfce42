package dev.ripcord.postgres.dump;

import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.process.ProcessRequest;
import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult;
import dev.ripcord.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A {@code pg_dump} that can read a server. Its calls block; not for event loops.
 *
 * @param program where it is
 */
public record DumpProgram(String program) {
  private static final Pattern MAJOR = Pattern.compile("\\) (\\d+)");
  private static final int SHOWN_MAX = 600;

  private record Candidate(String program, int major) {}

  /**
   * The oldest one that is new enough, in the PATH or where distributions put it.
   *
   * @param server the server's major version
   */
  public static Optional<DumpProgram> find(int server) {
    return candidates().stream()
        .flatMap(program -> candidate(program).stream())
        .filter(found -> found.major() >= server)
        .min(Comparator.comparingInt(Candidate::major))
        .map(found -> new DumpProgram(found.program()));
  }

  private static List<String> candidates() {
    List<String> found = new ArrayList<>(List.of("pg_dump"));
    List.of("/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt")
        .forEach(root -> found.addAll(below(Path.of(root))));
    return found;
  }

  private static List<String> below(Path root) {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .map(folder -> folder.resolve("bin").resolve("pg_dump"))
          .filter(Files::isExecutable)
          .map(Path::toString)
          .toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  private static Optional<Candidate> candidate(String program) {
    try {
      Matcher version =
          MAJOR.matcher(run(List.of(program, "--version"), Optional.empty()).output());
      return version.find()
          ? Optional.of(new Candidate(program, Integer.parseInt(version.group(1))))
          : Optional.empty();
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /**
   * The SQL of a database's schema, without the schema of the history.
   *
   * @param section {@code pre-data} or {@code post-data}
   * @param snapshot what another session has exported, so that all that is read is of one moment
   */
  public String schema(Database database, String section, String snapshot) {
    List<String> command =
        List.of(
            program,
            "--schema-only",
            "--section=" + section,
            "--snapshot=" + snapshot,
            "--exclude-schema=ripcord",
            "--no-subscriptions",
            "--no-password",
            "--lock-wait-timeout=5s");
    try {
      ProcessResult ended = run(command, Optional.of(database));
      if (ended.exitCode() == 0) {
        return ended.output();
      }
      String errors = ended.errors().strip();
      throw new SchemaException(
          "pg_dump for the schema of database "
              + database.label()
              + " ended with "
              + ended.exitCode()
              + ": "
              + errors.substring(Math.max(0, errors.length() - SHOWN_MAX)));
    } catch (IOException failure) {
      throw new SchemaException("pg_dump cannot be run: " + failure.getMessage(), failure);
    }
  }

  private static ProcessResult run(List<String> command, Optional<Database> database)
      throws IOException {
    Map<String, String> environment = ProcessRequest.ownEnvironment();
    environment.put("LC_ALL", "C");
    database.ifPresent(each -> ClientProgram.environment(each, environment));
    environment.put("PGCLIENTENCODING", "UTF8");
    try {
      return ProcessRunner.run(
          new ProcessRequest(
              command, Path.of("").toAbsolutePath(), environment, Optional.empty(), Output.WHOLE));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaException("pg_dump was interrupted", e);
    }
  }
}
