package dev.ripcord.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Ends a program with all that it started, the program first: a shell whose child is ended before
 * itself goes on with its next line.
 *
 * <p>A program that ends at the signal may clean up; one that does not within the grace is killed.
 * Only then its descendants are asked to end, and killed after the same grace. What a descendant
 * starts meanwhile is found by looking again.
 */
public final class ProcessTree {
  private static final int ROUNDS_MAX = 5;
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(LOOK.toMillis(), TimeUnit.MILLISECONDS);

  private ProcessTree() {}

  /**
   * Ends a program. Never fails, and never blocks: the future completes when nothing of it is left,
   * or when what is left could not be killed several times over. Callable from any thread.
   *
   * @param root the program; its end is awaited even where it is no child of this process
   * @param grace how long the program, and after it its descendants, may take to end by themselves
   */
  public static CompletableFuture<Void> end(ProcessHandle root, Duration grace) {
    List<ProcessHandle> below = descendants(root);
    root.destroy();
    return ended(List.of(root), grace)
        .thenCompose(
            gone -> {
              if (!gone) {
                below.addAll(descendants(root));
                root.destroyForcibly();
              }
              return endBelow(below, grace);
            })
        .thenCompose(x -> killRounds(all(root, below), grace, 0));
  }

  private static CompletableFuture<Void> endBelow(List<ProcessHandle> below, Duration grace) {
    List<ProcessHandle> alive = below.stream().filter(ProcessTree::isRunning).toList();
    alive.forEach(ProcessHandle::destroy);
    return ended(alive, grace).thenAccept(gone -> {});
  }

  private static CompletableFuture<Void> killRounds(
      List<ProcessHandle> known, Duration grace, int round) {
    List<ProcessHandle> alive =
        known.stream()
            .flatMap(process -> Stream.concat(Stream.of(process), descendants(process).stream()))
            .filter(ProcessTree::isRunning)
            .distinct()
            .toList();
    if (alive.isEmpty() || round == ROUNDS_MAX) {
      return CompletableFuture.completedFuture(null);
    }
    alive.forEach(ProcessHandle::destroyForcibly);
    return ended(alive, grace).thenCompose(gone -> killRounds(alive, grace, round + 1));
  }

  /** The parent before its children, so that nobody outlives who waits for it. */
  private static List<ProcessHandle> descendants(ProcessHandle process) {
    List<ProcessHandle> found = new ArrayList<>();
    process
        .children()
        .forEach(
            child -> {
              found.add(child);
              found.addAll(descendants(child));
            });
    return found;
  }

  private static List<ProcessHandle> all(ProcessHandle root, List<ProcessHandle> below) {
    List<ProcessHandle> all = new ArrayList<>(below);
    all.add(0, root);
    return all;
  }

  /**
   * Waits until a program does nothing any more, however long that takes. It need not be a child of
   * this process. Blocks; not for event loops.
   */
  public static void awaitEnd(ProcessHandle program) {
    while (isRunning(program)) {
      CompletableFuture.runAsync(() -> {}, LATER).join();
    }
  }

  /** Whether all of them ended within a time. */
  private static CompletableFuture<Boolean> ended(List<ProcessHandle> processes, Duration within) {
    if (processes.stream().noneMatch(ProcessTree::isRunning)) {
      return CompletableFuture.completedFuture(true);
    }
    Duration left = within.minus(LOOK);
    return left.isNegative()
        ? CompletableFuture.completedFuture(false)
        : CompletableFuture.supplyAsync(() -> left, LATER)
            .thenCompose(rest -> ended(processes, rest));
  }

  /**
   * Whether a process does anything yet. One that has ended stays in the table of processes until
   * its parent asks for it, and where the first process of a container never asks, for ever.
   */
  static boolean isRunning(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
      return !stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      // Not Linux, or gone meanwhile.
      return process.isAlive();
    }
  }
}
