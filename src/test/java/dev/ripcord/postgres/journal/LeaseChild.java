package dev.ripcord.postgres.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ripcord.Program;
import dev.ripcord.Waiting;
import dev.ripcord.port.Lease;
import dev.ripcord.postgres.Database;
import dev.ripcord.release.Secret;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of its own that holds the lease of {@link JournalRoom#SHOP}, to be stopped. */
final class LeaseChild implements AutoCloseable {
  private final Process process;
  private final BufferedReader said;

  /** Starts it; the argument is the journal's database. */
  LeaseChild(String url) throws IOException {
    process =
        new ProcessBuilder(
                Stream.concat(Program.command(LeaseChild.class).stream(), Stream.of(url)).toList())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    said = process.inputReader(UTF_8);
  }

  /** Takes the lease, says its token, and with each line that it reads proves it. */
  public static void main(String[] arguments) throws IOException {
    // Its event loops would keep it alive, and who waits for its next line waiting.
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> Runtime.getRuntime().halt(1));
    Vertx vertx = Vertx.vertx();
    PostgresJournal journal =
        JournalRoom.await(
            PostgresJournal.open(
                vertx,
                Database.of(new Secret(arguments[0])),
                Set.of(),
                Duration.ofDays(1),
                System::nanoTime));
    Lease lease = JournalRoom.await(journal.lease(JournalRoom.SHOP, "child"));
    System.out.println("token " + lease.token());
    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    while (asked.readLine() != null) {
      boolean proved =
          journal.confirm(lease).map(true).otherwise(false).timeout(20, TimeUnit.SECONDS).await();
      System.out.println(proved ? "ours" : "lost");
    }
    System.exit(0);
  }

  /** The next line that says something of the lease; the log is skipped. */
  String line() {
    try {
      String line = said.readLine();
      while (line != null && !line.matches("token \\d+|ours|lost")) {
        line = said.readLine();
      }
      return String.valueOf(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has it prove the lease; the answer is the next {@link #line}. */
  void ask() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  void signal(String name) throws Exception {
    String pid = String.valueOf(process.pid());
    if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0) {
      throw new IllegalStateException("kill -" + name + " " + pid);
    }
    if (name.equals("STOP") && !Waiting.until(10, this::isStopped)) {
      throw new IllegalStateException("process " + pid + " does not stand still");
    }
  }

  /**
   * A signal is only queued when kill ends: each thread stands still when it has come to see it.
   */
  private boolean isStopped() {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      return threads.allMatch(
          thread -> {
            try {
              String stat = Files.readString(thread.resolve("stat"));
              return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
            } catch (IOException ended) {
              return true;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
