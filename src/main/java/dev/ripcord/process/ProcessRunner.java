package dev.ripcord.process;

import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult.Ending;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

  /** How long the first of an answer is waited for. */
  private static final Duration ANSWER = Duration.ofSeconds(10);

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
    boolean isAnswer = request.output() == Output.ANSWER;
    boolean tails = isAnswer || request.output() == Output.TAILS;
    int bytes = tails ? TAIL_BYTES : Integer.MAX_VALUE - 8;
    TailBuffer output = TailBuffer.of(process.getInputStream(), bytes);
    TailBuffer errors = TailBuffer.of(process.getErrorStream(), bytes);
    CompletableFuture<Void> read = CompletableFuture.allOf(output.ended(), errors.ended());
    CompletableFuture<Ending> ending = new CompletableFuture<>();
    CompletableFuture<?> done =
        tails ? process.onExit() : process.onExit().thenCombine(read, (p, r) -> p);
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
            how ->
                within(DRAIN, CompletableFuture.allOf(process.onExit(), read)).thenApply(x -> how))
        .thenCompose(
            how ->
                (isAnswer && how == Ending.EXITED
                        ? within(ANSWER, output.begun())
                        : CompletableFuture.<Void>completedFuture(null))
                    .thenApply(x -> how))
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

  /** Takes what a program prints as it comes. */
  public interface OutputReader {
    /** Reads to the end, or as far as it likes. */
    void read(InputStream output) throws IOException;
  }

  /**
   * Runs a program that prints more than is to be kept. Blocks; not for event loops. A program that
   * still runs when its reader has read enough, or has failed, is ended.
   *
   * @return with the end of its error stream, and no output
   * @throws IOException when the system does not start it, or the reader fails
   */
  public static ProcessResult read(ProcessRequest request, OutputReader reader)
      throws IOException, InterruptedException {
    Process process = process(request);
    TailBuffer errors = TailBuffer.of(process.getErrorStream(), TAIL_BYTES);
    try (InputStream output = process.getInputStream()) {
      reader.read(output);
      output.transferTo(OutputStream.nullOutputStream());
      int exitCode = process.waitFor();
      within(DRAIN, errors.ended()).join();
      return new ProcessResult(Ending.EXITED, exitCode, "", errors.text());
    } finally {
      if (process.isAlive()) {
        ProcessTree.end(process.toHandle(), GRACE).join();
      }
    }
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

  /** A copy, since the future itself goes on beyond that time. */
  private static CompletableFuture<Void> within(Duration time, CompletableFuture<Void> future) {
    return future.copy().completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS);
  }
}
