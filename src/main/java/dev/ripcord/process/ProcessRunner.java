package dev.ripcord.process;

import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult.Ending;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs programs: within a deadline, ended with all that they started when they may not go on. */
public final class ProcessRunner {
  private static final int TAIL_BYTES = 4_096;

  /** How long a program that is asked to end, and what it started, may take before it is killed. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** How long output is waited for after the end: children may hold the pipe open for ever. */
  private static final Duration DRAIN = Duration.ofMillis(500);

  private ProcessRunner() {}

  /**
   * Starts a program; the future completes, on a thread of the system's, when it has ended and its
   * output is read. It never fails. Starting blocks for the system, not for the program.
   *
   * @param revoked ends the program when it completes, in whichever way
   * @throws IOException when the system does not start it
   */
  public static CompletableFuture<ProcessResult> start(
      ProcessRequest request, CompletionStage<?> revoked) throws IOException {
    Process process = process(request);
    int bytes = request.output() == Output.TAILS ? TAIL_BYTES : Integer.MAX_VALUE - 8;
    TailBuffer output = TailBuffer.of(process.getInputStream(), bytes);
    TailBuffer errors = TailBuffer.of(process.getErrorStream(), bytes);
    CompletableFuture<Void> read = CompletableFuture.allOf(output.ended(), errors.ended());
    CompletableFuture<Ending> ending = new CompletableFuture<>();
    CompletableFuture<?> done =
        request.output() == Output.TAILS
            ? process.onExit()
            : process.onExit().thenCombine(read, (p, r) -> p);
    var _ = done.thenRun(() -> ending.complete(Ending.EXITED));
    var _ = revoked.whenComplete((x, failure) -> ending.complete(Ending.REVOKED));
    request
        .deadline()
        .ifPresent(
            d ->
                ending.completeOnTimeout(
                    Ending.LATE, Math.max(1, d.toMillis()), TimeUnit.MILLISECONDS));
    return ending
        .thenCompose(
            how ->
                how == Ending.EXITED
                    ? CompletableFuture.completedFuture(how)
                    : ProcessTree.end(process.toHandle(), GRACE).thenApply(x -> how))
        .thenCompose(
            how -> soon(CompletableFuture.allOf(process.onExit(), read)).thenApply(x -> how))
        .thenApply(
            how ->
                new ProcessResult(
                    how,
                    process.isAlive() ? -1 : process.exitValue(),
                    output.text(),
                    errors.text()));
  }

  /**
   * Runs a program to its end. Blocks; not for event loops. When the thread is interrupted, the
   * program is ended.
   *
   * @param revoked ends the program when it completes, in whichever way
   * @throws IOException when the system does not start it
   */
  public static ProcessResult run(ProcessRequest request, CompletionStage<?> revoked)
      throws IOException, InterruptedException {
    CompletableFuture<Void> interrupted = new CompletableFuture<>();
    var _ = revoked.whenComplete((x, failure) -> interrupted.complete(null));
    try {
      return start(request, interrupted).get();
    } catch (InterruptedException e) {
      interrupted.complete(null);
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same, to its end or its deadline. */
  public static ProcessResult run(ProcessRequest request) throws IOException, InterruptedException {
    return run(request, new CompletableFuture<>());
  }

  private static Process process(ProcessRequest request) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(request.command())
            .directory(request.folder().toFile())
            .redirectErrorStream(request.output() == Output.WHOLE_TOGETHER)
            .redirectInput(new File("/dev/null"));
    builder.environment().clear();
    builder.environment().putAll(request.environment());
    return builder.start();
  }

  private static CompletableFuture<Void> soon(CompletableFuture<Void> future) {
    return future.completeOnTimeout(null, DRAIN.toMillis(), TimeUnit.MILLISECONDS);
  }
}
