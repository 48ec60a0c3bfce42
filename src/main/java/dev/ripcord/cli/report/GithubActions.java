package dev.ripcord.cli.report;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.release.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * What GitHub Actions reads of a step: its summary, its outputs, one annotation. Where the files
 * for them are missing the work goes on, and that is said once.
 */
final class GithubActions {
  /** What GitHub takes of one step's summary. */
  static final long SUMMARY_MAX = 1024 * 1024;

  private static final int MESSAGE_MAX = 4000;

  private final Console console;
  private final List<String> troubles = new ArrayList<>();

  private GithubActions(Console console) {
    this.console = console;
  }

  /** Where a step of GitHub Actions runs this. */
  static Optional<GithubActions> of(Console console) {
    return "true".equals(console.environment().get("GITHUB_ACTIONS"))
        ? Optional.of(new GithubActions(console))
        : Optional.empty();
  }

  /**
   * Appends to the step's summary.
   *
   * @param document made for the number of bytes that there is still room for
   */
  void summary(LongFunction<String> document) {
    append(
        "GITHUB_STEP_SUMMARY",
        file -> {
          long there = Files.exists(file) ? Files.size(file) : 0;
          return document.apply(Math.max(0, SUMMARY_MAX - there));
        });
  }

  /** Sets outputs of the step, in order. */
  void outputs(Map<String, String> outputs) {
    StringBuilder lines = new StringBuilder();
    outputs.forEach((name, value) -> lines.append(output(name, value)));
    append("GITHUB_OUTPUT", file -> lines.toString());
  }

  /** One output; a value of several lines ends with a line that nobody can guess. */
  static String output(String name, String value) {
    if (value.indexOf('\n') < 0 && value.indexOf('\r') < 0) {
      return name + "=" + value + "\n";
    }
    String end = "ripcord-" + UUID.randomUUID();
    return name + "<<" + end + "\n" + value + "\n" + end + "\n";
  }

  /**
   * Annotates the run, as the last thing.
   *
   * @param isGood a notice, else an error
   */
  void annotate(boolean isGood, String title, String text) {
    if (!troubles.isEmpty()) {
      console.err().println("warning: " + String.join("; ", troubles));
      troubles.clear();
    }
    // Past the guard that keeps everybody else's text from being a command.
    byte[] line = (annotation(isGood, title, text) + "\n").getBytes(StandardCharsets.UTF_8);
    console.err().writeBytes(line);
    console.err().flush();
  }

  static String annotation(boolean isGood, String title, String text) {
    String message = text.length() > MESSAGE_MAX ? text.substring(0, MESSAGE_MAX) + "…" : text;
    return "::"
        + (isGood ? "notice" : "error")
        + " title="
        + data(title).replace(":", "%3A").replace(",", "%2C")
        + "::"
        + data(message);
  }

  private static String data(String text) {
    return Printable.lines(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private interface Content {
    String of(Path file) throws IOException;
  }

  private void append(String variable, Content content) {
    String name = console.environment().getOrDefault(variable, "");
    if (name.isEmpty()) {
      troubles.add(variable + " is not set, so the step has none");
      return;
    }
    try {
      Path file = Path.of(name);
      Files.writeString(
          file, content.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      troubles.add(
          variable + " could not be written to " + name + ": " + CommandRunner.whyUnwritten(e));
    }
  }
}
