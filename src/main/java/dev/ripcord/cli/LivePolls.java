package dev.ripcord.cli;

import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Counts;
import dev.ripcord.watch.Reading;
import dev.ripcord.watch.Sample;
import java.time.Duration;

/**
 * Gives the live line each poll for its picture.
 *
 * @param live the line
 */
record LivePolls(LiveLine live) implements Observer {
  @Override
  public void polled(
      ServiceName service, Sample sample, Reading reading, int streak, Duration took) {
    live.polled(sample.counts().orElse(Counts.NONE));
  }

  @Override
  public void recorded(Recorded recorded) {}
}
