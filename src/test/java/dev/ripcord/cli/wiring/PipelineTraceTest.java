package dev.ripcord.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipelineTraceTest {
  private static final String GOOD = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private Optional<String> of(Map<String, String> environment) {
    return PipelineTrace.of(
        new Console(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(said, true, StandardCharsets.UTF_8),
            environment,
            false));
  }

  @Test
  void traceOfThePipeline_isTakenFromTheEnvironment() {
    assertThat(of(Map.of("TRACEPARENT", GOOD + "\n"))).contains(GOOD);
    assertThat(of(Map.of())).isEmpty();
    assertThat(of(Map.of("TRACEPARENT", ""))).isEmpty();
    assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void whatIsNoTrace_isSaidAndLeftOut() {
    assertThat(of(Map.of("TRACEPARENT", "abc"))).isEmpty();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .startsWith("warning: TRACEPARENT is no trace context, such as 00-");
  }
}
