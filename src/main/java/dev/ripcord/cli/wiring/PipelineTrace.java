package dev.ripcord.cli.wiring;

import dev.ripcord.cli.console.Console;
import dev.ripcord.report.trace.TraceParent;
import java.util.Optional;

/** The trace of the pipeline that runs the command, by the variable that its tools agree on. */
public final class PipelineTrace {
  private static final String VARIABLE = "TRACEPARENT";

  private PipelineTrace() {}

  /** The span of the pipeline; empty where there is none. Says so where it cannot be read. */
  public static Optional<String> of(Console console) {
    String given = console.environment().getOrDefault(VARIABLE, "").strip();
    if (given.isEmpty()) {
      return Optional.empty();
    }
    if (TraceParent.parse(given).isEmpty()) {
      console
          .err()
          .println(
              "warning: "
                  + VARIABLE
                  + " is no trace context, such as"
                  + " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01; the trace of the"
                  + " watch stands alone");
      return Optional.empty();
    }
    return Optional.of(given);
  }
}
