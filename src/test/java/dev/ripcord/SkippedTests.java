package dev.ripcord;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes down which tests were skipped and why, so that a green build does not hide what it left
 * out. The build prints the file when it ends. Found by JUnit through META-INF/services.
 */
public final class SkippedTests implements TestExecutionListener {
  private static final Path FILE = Path.of("target", "skipped-tests.txt");

  private final Queue<String> skipped = new ConcurrentLinkedQueue<>();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    add(test, reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      add(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    List<String> lines = skipped.stream().sorted().toList();
    String head =
        lines.isEmpty() ? "Skipped tests: nothing was skipped" : "Skipped tests: " + lines.size();
    try {
      Files.createDirectories(Path.of("target"));
      Files.write(FILE, Stream.concat(Stream.of(head), lines.stream()).toList());
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private void add(TestIdentifier test, String reason) {
    String firstLine = reason.lines().findFirst().orElse("no reason given");
    skipped.add(
        "  "
            + name(test)
            + ": "
            + firstLine.replaceFirst("^Assumption failed: (assumption is not true$)?", ""));
  }

  private static String name(TestIdentifier test) {
    return switch (test.getSource().orElse(null)) {
      case MethodSource method ->
          method.getJavaClass().getSimpleName() + '.' + method.getMethodName();
      case ClassSource type -> type.getJavaClass().getSimpleName() + " (all)";
      case null -> test.getDisplayName();
      case TestSource other -> test.getDisplayName();
    };
  }
}
