package dev.ripcord.platform.git;

import dev.ripcord.port.PlatformException;
import dev.ripcord.process.ProcessRequest;
import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult;
import dev.ripcord.process.ProcessRunner;
import dev.ripcord.release.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * Calls git: it asks nobody for a password, says everything in English, and is ended at its
 * deadline. Blocks; called on worker threads.
 *
 * @param environment what it inherits
 * @param deadline of each call
 */
record GitPrograms(Map<String, String> environment, Duration deadline) {
  private static final int SAID_MAX = 400;

  /** What an address may carry that is nobody's business. */
  private static final Pattern PASSWORD = Pattern.compile("://[^/@\\s]*@");

  GitPrograms {
    Map<String, String> all = new HashMap<>(environment);
    all.put("GIT_TERMINAL_PROMPT", "0");
    all.put("LC_ALL", "C");
    all.putIfAbsent("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
    environment = Map.copyOf(all);
  }

  /** What a call printed, and whether it went well. */
  record Said(boolean good, String output, String errors) {
    /** Whether the branch has gone on since it was read. */
    boolean isOvertaken() {
      return !good
          && (errors.contains("fetch first")
              || errors.contains("non-fast-forward")
              || errors.contains("cannot lock ref")
              || errors.contains("failed to update ref"));
    }
  }

  /** Calls it and gives its output; fails where it does not end well. */
  String run(Path folder, String... arguments) {
    Said said = call(folder, new CompletableFuture<>(), arguments);
    if (!said.good()) {
      throw failed(arguments[0], said);
    }
    return said.output();
  }

  /** Calls it; when the right to act is revoked it is ended. */
  Said call(Path folder, CompletionStage<?> revoked, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      ProcessResult result =
          ProcessRunner.run(
              new ProcessRequest(command, folder, environment, Optional.of(deadline), Output.WHOLE),
              revoked);
      return switch (result.ending()) {
        case EXITED -> new Said(result.isGood(), result.output(), result.errors());
        case LATE ->
            throw PlatformException.unanswered(
                "git %s did not end within %d s".formatted(arguments[0], deadline.toSeconds()));
        case REVOKED -> throw new PlatformException("git " + arguments[0] + " was broken off");
      };
    } catch (IOException e) {
      throw new PlatformException("git cannot be started: is it installed, and on the PATH?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException("git " + arguments[0] + " was interrupted", e);
    }
  }

  /** What went wrong, without what an address may carry. */
  static PlatformException failed(String command, Said said) {
    String errors = Printable.lines(PASSWORD.matcher(said.errors().strip()).replaceAll("://***@"));
    return new PlatformException(
        "git %s failed: %s"
            .formatted(
                command,
                errors.length() > SAID_MAX
                    ? errors.substring(errors.length() - SAID_MAX)
                    : errors));
  }
}
