package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.LiveBlock;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import java.time.Duration;
import java.util.function.IntSupplier;

/** Keeps the block on the terminal true. Any thread may call it. */
final class LivePolls implements Observer {
  private final LiveBlock block;
  private final LiveFrame frame;
  private final Clocks clocks;
  private final Supervisor supervisor;

  LivePolls(
      LiveBlock block, Ansi paint, IntSupplier columns, Clocks clocks, Supervisor supervisor) {
    this.block = block;
    this.frame = new LiveFrame(paint, columns);
    this.clocks = clocks;
    this.supervisor = supervisor;
  }

  @Override
  public synchronized void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    frame.polled(sample, reading.kind());
    draw();
  }

  @Override
  public void recorded(Recorded recorded) {}

  /** Draws the release under watch as it stands; the last frame stays when there is none. */
  synchronized void draw() {
    for (ServiceStatus status : supervisor.services()) {
      status.watch().ifPresent(w -> block.draw(frame.lines(status, w, clocks.wall().instant())));
    }
  }
}
