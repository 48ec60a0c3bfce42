package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.json.CheckJson;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Writes each poll to a file that {@code replay} reads, one JSON object a line, and passes
 * everything on. A watch that goes on appends to its file.
 */
final class PollRecorder implements Observer {
  private final Observer next;
  private final PrintStream file;

  private PollRecorder(Observer next, PrintStream file) {
    this.next = next;
    this.file = file;
  }

  /** Opens the file; what it holds stays. */
  static PollRecorder to(Path file, Observer next) {
    try {
      return new PollRecorder(
          next,
          new PrintStream(
              Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
              true,
              StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UsageException(
          "--record: " + file + " cannot be written: " + CommandRunner.whyUnwritten(e));
    }
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    file.println(CheckJson.of(service, sample, reading));
    next.polled(service, sample, reading, streak, took);
  }

  @Override
  public void recorded(Recorded recorded) {
    next.recorded(recorded);
  }

  @Override
  public void known(Recorded recorded) {
    next.known(recorded);
  }

  @Override
  public void underWay(ServiceName service, String text) {
    next.underWay(service, text);
  }

  @Override
  public void unrecorded(Alert alert) {
    next.unrecorded(alert);
  }
}
