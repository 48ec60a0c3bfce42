package dev.ripcord.cli.console;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command takes. */
public final class CommonOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = {
        "configuration file (default:",
        "./config/ripcord.yaml, /etc/ripcord/ripcord.yaml)"
      })
  @Nullable
  public Path config;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description = "text or json; check: also nagios",
      defaultValue = "text")
  String output = "text";

  @Option(names = "--no-color", description = "no colour (as NO_COLOR)")
  public boolean noColor;

  @Option(
      names = {"-v", "--verbose"},
      description = "more detail")
  public boolean verbose;

  /** What is completed behind {@code -o}; nagios, which only a check knows, is left out. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("text", "json").iterator();
    }
  }

  public boolean json() {
    return output.equals("json");
  }
}
