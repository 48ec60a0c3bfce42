package dev.ripcord.platform;

import dev.ripcord.port.Permit;
import dev.ripcord.port.PlatformException;
import dev.ripcord.process.ProcessRequest;
import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult;
import dev.ripcord.process.ProcessRunner;
import dev.ripcord.process.ProcessTree;
import dev.ripcord.process.ProgramLookup;
import dev.ripcord.process.ProgramNote;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
final class UserPrograms {
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "PASSWORD|PASSWD|PGPASS|SECRET|TOKEN|CREDENTIAL|WEBHOOK|DATABASE_URL|DSN|KEY$");
  private static final Pattern SECRET_VALUE = Pattern.compile("://[^/@\\s]*:[^/@\\s]+@");

  /** How long a program that is asked to end, and what it started, may take before it is killed. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final String REVOKED =
      "was ended with all that it had started: this process may not act for the service any more,"
          + " or a person stopped it";

  private static final Logger LOG = LoggerFactory.getLogger(UserPrograms.class);

  private final Vertx vertx;
  private final Map<String, String> environment;
  private final Path notes;

  /**
   * With the environment to hand on, secrets and all: they are left out here.
   *
   * @param notes the folder in which it is noted which program runs
   */
  UserPrograms(Vertx vertx, Map<String, String> environment, Path notes) {
    this.vertx = vertx;
    this.notes = notes;
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

  /** What a program is called for, in its environment. */
  record Purpose(Map<String, String> variables) {
    Purpose {
      variables = Map.copyOf(variables);
    }

    static Purpose of(ServiceName service) {
      return new Purpose(Map.of("RIPCORD_SERVICE", service.text()));
    }

    static Purpose of(Release release) {
      return of(release.service()).with("RIPCORD_RELEASE", release.name());
    }

    static Purpose of(Release release, ImageRef image) {
      return of(release).with("RIPCORD_IMAGE", image.text());
    }

    private Purpose with(String name, String value) {
      Map<String, String> more = new HashMap<>(variables);
      more.put(name, value);
      return new Purpose(more);
    }
  }

  /**
   * Runs a program that only asks, and gives what it printed when it ends with 0. Otherwise, and
   * when it does not end in time, fails with a {@link PlatformException} that says so and what it
   * printed.
   */
  Future<Printed> ask(Call call, Purpose purpose) {
    return vertx
        .executeBlocking(
            () ->
                start(
                    call, call.command(), purpose, Output.ANSWER, Promise.<Void>promise().future()),
            false)
        .compose(running -> finish(call, running));
  }

  /**
   * The same for a program that changes something. Before it is started, one that a process which
   * is gone has left running for the same service is ended, and the permit is confirmed; the number
   * of its fence is in RIPCORD_FENCE. When the permit is revoked the program is ended with all that
   * it started, and the future fails only after that.
   */
  Future<Printed> act(Call call, Purpose purpose, Permit permit) {
    ServiceName service = permit.fence().service();
    Purpose fenced = purpose.with("RIPCORD_FENCE", String.valueOf(permit.fence().token()));
    return endLeftOver(service)
        .compose(ended -> permit.confirm())
        .compose(
            ours ->
                vertx.executeBlocking(
                    () ->
                        start(
                            call,
                            note(service).noting(call.command()),
                            fenced,
                            Output.TAILS,
                            permit.revoked()),
                    false))
        .compose(running -> finish(call, running));
  }

  /** Ends what a process that is gone has left running for a service, and waits for its end. */
  Future<Void> endLeftOver(ServiceName service) {
    return vertx
        .executeBlocking(() -> note(service).running(), false)
        .compose(
            found -> {
              if (found.isEmpty()) {
                return Future.succeededFuture();
              }
              LOG.warn(
                  "service {}: a program that an earlier process called still runs (pid {}); it is"
                      + " ended before the next one is called",
                  service,
                  found.get().pid());
              return onContext(ProcessTree.end(found.get(), GRACE));
            });
  }

  private ProgramNote note(ServiceName service) {
    return new ProgramNote(notes.resolve(service.text() + ".pid"));
  }

  private CompletableFuture<ProcessResult> start(
      Call call, List<String> command, Purpose purpose, Output output, Future<Void> revoked) {
    ProgramLookup.trouble(call.command().getFirst(), call.folder(), environment)
        .ifPresent(
            why -> {
              throw cannotStart(call, why);
            });
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(purpose.variables());
    try {
      return ProcessRunner.start(
          new ProcessRequest(command, call.folder(), all, Optional.of(call.deadline()), output),
          revoked.toCompletionStage());
    } catch (IOException e) {
      throw cannotStart(call, "the system refused it");
    }
  }

  private static PlatformException cannotStart(Call call, String why) {
    return new PlatformException(
        "%s cannot be started: %s; is it installed, executable, and on the PATH?"
            .formatted(call.described(), why));
  }

  private Future<Printed> finish(Call call, CompletableFuture<ProcessResult> running) {
    return onContext(running)
        .map(
            result -> {
              Printed printed = new Printed(result.output().strip(), result.errors().strip());
              if (result.isGood()) {
                return printed;
              }
              String how =
                  switch (result.ending()) {
                    case EXITED -> "ended with exit code " + result.exitCode();
                    case LATE -> lateness(call);
                    case REVOKED -> REVOKED;
                  };
              throw new PlatformException(
                  "%s %s; %s".formatted(call.described(), how, printed.described()));
            });
  }

  private static String lateness(Call call) {
    Duration d = call.deadline();
    String time = d.toMillis() % 1000 == 0 ? d.toSeconds() + " s" : d.toMillis() + " ms";
    return "did not end within %s and was killed with all that it had started".formatted(time);
  }

  private <T> Future<T> onContext(CompletableFuture<T> future) {
    return Future.fromCompletionStage(future, vertx.getOrCreateContext());
  }
}
