package dev.ripcord.cli.report;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that report a watch. */
public final class ReportOptions {
  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "write a report: Markdown, or JSON where FILE ends in .json")
  private @Nullable Path report;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "write JUnit XML: a suite for the service, a case for each rule")
  private @Nullable Path junit;

  @Option(
      names = "--dotenv",
      paramLabel = "FILE",
      description = "write RIPCORD_OUTCOME and the like, a line each, for later jobs")
  private @Nullable Path dotenv;

  /**
   * Where documents are wanted.
   *
   * @param report the report: Markdown, or JSON by its ending
   * @param junit JUnit XML
   * @param dotenv how it ended, as variables
   */
  public record Places(Optional<Path> report, Optional<Path> junit, Optional<Path> dotenv) {
    /** Nowhere. */
    public static final Places NONE =
        new Places(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** What was given. */
  public Places places() {
    return new Places(
        Optional.ofNullable(report), Optional.ofNullable(junit), Optional.ofNullable(dotenv));
  }
}
