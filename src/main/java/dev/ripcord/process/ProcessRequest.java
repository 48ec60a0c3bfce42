package dev.ripcord.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to be run. It is called without a shell and reads nothing. Arguments are seen by every
 * user of the machine: a secret goes into the environment.
 *
 * @param command the program and its arguments
 * @param folder where it runs
 * @param environment all of its environment; nothing is inherited besides
 * @param deadline how long it may run; empty where only its caller ends it
 * @param output what of its output is wanted
 */
public record ProcessRequest(
    List<String> command,
    Path folder,
    Map<String, String> environment,
    Optional<Duration> deadline,
    Output output) {

  /** What is kept of what a program prints. */
  public enum Output {
    /**
     * The last 4 KB of each stream. What it started may hold the streams open: they are read for
     * half a second at most after its own end.
     */
    TAILS,
    /**
     * The same of a program that is asked something. As long as nothing of its output was read,
     * that is waited for ten seconds: on a busy machine its end is seen before its answer is read.
     */
    ANSWER,
    /** Each stream to its end, which belongs to the run and to its deadline. */
    WHOLE,
    /** The same, with the error stream in the output, in the order of printing. */
    WHOLE_TOGETHER
  }

  public ProcessRequest {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** A copy of the environment of this process, to be changed. */
  public static Map<String, String> ownEnvironment() {
    return new HashMap<>(System.getenv());
  }
}
