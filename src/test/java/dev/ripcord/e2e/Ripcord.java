package dev.ripcord.e2e;

import dev.ripcord.Program;
import dev.ripcord.Waiting;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program as a person runs it: a process of its own. */
final class Ripcord implements AutoCloseable, CrashDaemon {
  private static final long DEADLINE_SECONDS = 90;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Pattern ADDRESS =
      Pattern.compile("watching .*(http://127\\.0\\.0\\.1:\\d+)");

  private final String verb;
  private final Process process;
  private final Path out;
  private final Path err;

  private Ripcord(String verb, Process process, Path out, Path err) {
    this.verb = verb;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Begins a command. What it prints is kept in the folder. */
  static Ripcord begin(Path folder, String... arguments) {
    return begin(folder, Map.of(), arguments);
  }

  /** Begins a command with more in its environment. */
  static Ripcord begin(Path folder, Map<String, String> environment, String... arguments) {
    return begin(Program.command(), folder, environment, arguments);
  }

  private static Ripcord begin(
      List<String> program, Path folder, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(interruptible());
    command.addAll(program);
    command.addAll(Arrays.asList(arguments));
    try {
      Path out = Files.createTempFile(folder, arguments[0] + "-", ".out");
      Path err = Files.createTempFile(folder, arguments[0] + "-", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      Map<String, String> own = environment(builder.environment());
      builder.environment().clear();
      builder.environment().putAll(own);
      builder.environment().putAll(environment);
      return new Ripcord(arguments[0], builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An environment without what the program would take for its configuration. */
  static Map<String, String> environment(Map<String, String> all) {
    Map<String, String> own = new HashMap<>(all);
    own.keySet()
        .removeIf(k -> k.matches("DB_.*|POSTGRES_.*|DATABASE_URL|SLACK_WEBHOOK_URL|TRACEPARENT"));
    return own;
  }

  /**
   * A shell that puts a build in the background has it ignore SIGINT, and its children inherit
   * that: here they do not.
   */
  private static List<String> interruptible() {
    return System.getProperty("os.name").equals("Linux")
        ? List.of("env", "--default-signal=INT,TERM,HUP")
        : List.of();
  }

  /** Runs a command to its end. */
  static Ripcord run(Path folder, String... arguments) {
    Ripcord ripcord = begin(folder, arguments);
    ripcord.exit();
    return ripcord;
  }

  /** Begins a daemon and waits until it serves. */
  static Ripcord daemon(Path folder, Path configuration) {
    return daemon(folder, Map.of(), configuration);
  }

  /** The same with more in its environment. */
  static Ripcord daemon(Path folder, Map<String, String> environment, Path configuration) {
    return daemon(Program.command(), folder, environment, configuration);
  }

  /** The same, started by a command line of {@link Program}. */
  static Ripcord daemon(
      List<String> program, Path folder, Map<String, String> environment, Path configuration) {
    Ripcord daemon = begin(program, folder, environment, "start", "-c", configuration.toString());
    daemon.await("the daemon serves", () -> addressIn(daemon.out()).isPresent());
    return daemon;
  }

  /** Waits for the end; gives the exit code. */
  int exit() {
    try {
      if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("ripcord " + verb + " does not end\n" + said());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether it has ended within some seconds. */
  boolean endsWithin(long seconds) {
    return Waiting.until(seconds, () -> !process.isAlive());
  }

  /** Waits for something that this process is to bring about. */
  @Override
  public void await(String what, BooleanSupplier condition) {
    AtomicBoolean isSo = new AtomicBoolean();
    Waiting.until(
        DEADLINE_SECONDS,
        () -> {
          isSo.set(condition.getAsBoolean());
          return isSo.get() || !process.isAlive();
        });
    // What it did last may show only now that it has ended.
    if (!isSo.get() && !condition.getAsBoolean()) {
      throw new AssertionError("not so: " + what + "\n" + said());
    }
  }

  /** The name under which it holds leases. */
  String holder() {
    return "ripcord " + process.pid();
  }

  long pid() {
    return process.pid();
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL. */
  @Override
  public void kill() {
    process.destroyForcibly();
    exit();
  }

  /** SIGTERM, SIGINT by their names without SIG. */
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  /** Everything, for the message of a test that fails. */
  @Override
  public String said() {
    return "exit "
        + (process.isAlive() ? "none yet" : process.exitValue())
        + "\n--- out\n"
        + out()
        + "--- err\n"
        + err();
  }

  /** Where the daemon listens. */
  String address() {
    return addressIn(out()).orElseThrow(() -> new AssertionError("no address\n" + said()));
  }

  /** Where a daemon listens that has printed this. */
  static Optional<String> addressIn(String out) {
    Matcher matcher = ADDRESS.matcher(out);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Tells the daemon of a release. */
  @Override
  public String announce(String json) {
    return announce(address(), json, this::said);
  }

  /**
   * Tells a daemon of a release, which says what it has done where it does not take it. As a
   * pipeline does, it is told again while the daemon cannot take it yet.
   */
  static String announce(String address, String json, Supplier<String> said) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/api/v1/releases"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    AtomicReference<HttpResponse<String>> last = new AtomicReference<>(send(request));
    Waiting.until(
        DEADLINE_SECONDS,
        () ->
            last.get().statusCode() != 503
                || last.updateAndGet(x -> send(request)).statusCode() != 503);
    HttpResponse<String> answer = last.get();
    if (answer.statusCode() >= 300) {
      throw new AssertionError(answer.statusCode() + " " + answer.body() + "\n" + said.get());
    }
    return answer.body();
  }

  String get(String path) {
    return send(HttpRequest.newBuilder(URI.create(address() + path)).build()).body();
  }

  /** The status of an answer. */
  int status(String path) {
    return send(HttpRequest.newBuilder(URI.create(address() + path)).build()).statusCode();
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroy();
      if (!endsWithin(15)) {
        process.destroyForcibly();
      }
    }
  }
}
