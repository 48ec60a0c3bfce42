package dev.ripcord.platform;

import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs programs of the user's: without a shell, within a deadline, and with what they print kept up
 * to a bound.
 *
 * <p>They get the environment of this process, but none of its secrets: no variable whose name
 * holds PASSWORD, PASSWD, SECRET, TOKEN, CREDENTIAL, WEBHOOK, DATABASE_URL, DSN or PGPASS, or ends
 * in KEY, and none whose value is a URL with a password in it. A program that needs a secret reads
 * it from a file of its own.
 *
 * <p>A program that leaves another one running behind it should send that one's output elsewhere:
 * here it is read only while this process lives.
 */
final class Programs {
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "PASSWORD|PASSWD|PGPASS|SECRET|TOKEN|CREDENTIAL|WEBHOOK|DATABASE_URL|DSN|KEY$");
  private static final Pattern SECRET_VALUE = Pattern.compile("://[^/@\\s]*:[^/@\\s]+@");

  /** How long a program that is told to end may take before it is killed. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** How long output is waited for after the end: children may hold the pipe open for ever. */
  private static final Duration DRAIN = Duration.ofMillis(500);

  private final Vertx vertx;
  private final Map<String, String> environment;

  /** With the environment to hand on, secrets and all: they are left out here. */
  Programs(Vertx vertx, Map<String, String> environment) {
    this.vertx = vertx;
    this.environment = withoutSecrets(environment);
  }

  static Map<String, String> withoutSecrets(Map<String, String> environment) {
    Map<String, String> kept = new HashMap<>(environment);
    kept.entrySet()
        .removeIf(
            variable ->
                SECRET_NAME.matcher(variable.getKey().toUpperCase(Locale.ROOT)).find()
                    || SECRET_VALUE.matcher(variable.getValue()).find());
    return Map.copyOf(kept);
  }

  /**
   * A call of a program.
   *
   * @param role what it is for, as the configuration spells it, such as {@code restart}
   * @param command the program and its arguments
   * @param folder where it runs
   * @param deadline how long it may run
   */
  record Call(String role, List<String> command, Path folder, Duration deadline) {
    /** The program's name without its arguments, which may be long, or nobody's business. */
    String described() {
      return "the %s program (%s)".formatted(role, command.getFirst());
    }
  }

  /**
   * What a program printed.
   *
   * @param answer the end of its standard output
   * @param errors the end of its standard error
   */
  record Printed(String answer, String errors) {
    /** Both, for a message. */
    String described() {
      String all = Stream.of(errors, answer).filter(s -> !s.isEmpty()).reduce("", Printed::joined);
      return all.isEmpty() ? "it printed nothing" : "it printed: " + all;
    }

    private static String joined(String one, String other) {
      return one.isEmpty() ? other : one + "\n" + other;
    }
  }

  /** The variables that tell a program what it is called for. */
  static Map<String, String> told(Release release) {
    return Map.of("RIPCORD_SERVICE", release.service().text(), "RIPCORD_RELEASE", release.name());
  }

  /** What a program is told that puts an image in place. */
  static Map<String, String> told(Release release, ImageRef image) {
    return Map.of(
        "RIPCORD_SERVICE", release.service().text(),
        "RIPCORD_RELEASE", release.name(),
        "RIPCORD_IMAGE", image.text());
  }

  /**
   * Runs a program to its end, and gives what it printed when it ends with 0. Otherwise, and when
   * it does not end in time, fails with a {@link PlatformException} that says so and what it
   * printed.
   */
  Future<Printed> run(Call call, Map<String, String> told) {
    return vertx.executeBlocking(() -> start(call, told), false).compose(p -> finish(call, p));
  }

  private Running start(Call call, Map<String, String> told) {
    ProcessBuilder builder = new ProcessBuilder(call.command()).directory(call.folder().toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().putAll(told);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    try {
      Process process = builder.start();
      return new Running(
          process, Output.of(process.getInputStream()), Output.of(process.getErrorStream()));
    } catch (IOException e) {
      throw new PlatformException(
          "%s cannot be started: %s; is it installed, executable, and on the PATH?"
              .formatted(call.described(), e.getMessage()),
          e);
    }
  }

  private Future<Printed> finish(Call call, Running running) {
    Process process = running.process();
    return onContext(process.onExit())
        .timeout(call.deadline().toMillis(), TimeUnit.MILLISECONDS)
        .transform(
            (ended, late) -> {
              if (late != null) {
                return end(process).compose(done -> failed(call, running, lateness(call)));
              }
              int code = process.exitValue();
              return code == 0
                  ? printed(running)
                  : failed(call, running, "ended with exit code " + code);
            });
  }

  private static String lateness(Call call) {
    Duration d = call.deadline();
    String time = d.toMillis() % 1000 == 0 ? d.toSeconds() + " s" : d.toMillis() + " ms";
    return "did not end within %s and was killed with all that it had started".formatted(time);
  }

  private Future<Printed> failed(Call call, Running running, String how) {
    return printed(running)
        .compose(
            printed ->
                Future.failedFuture(
                    new PlatformException(
                        "%s %s; %s".formatted(call.described(), how, printed.described()))));
  }

  private Future<Printed> printed(Running running) {
    return onContext(CompletableFuture.allOf(running.out().ended(), running.err().ended()))
        .timeout(DRAIN.toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .map(done -> new Printed(running.out().tail(), running.err().tail()));
  }

  /** Asks a process and all its descendants to end, and kills what does not. */
  private Future<Void> end(Process process) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    CompletableFuture<?>[] ends =
        all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
    return onContext(CompletableFuture.allOf(ends))
        .timeout(GRACE.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(late -> all.forEach(ProcessHandle::destroyForcibly))
        .otherwiseEmpty()
        .mapEmpty();
  }

  private <T> Future<T> onContext(CompletableFuture<T> future) {
    return Future.fromCompletionStage(future, vertx.getOrCreateContext());
  }

  private record Running(Process process, Output out, Output err) {}
}
