package dev.ripcord.engine;

import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Reading;
import dev.ripcord.watch.Sample;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every observer; one that throws is logged and does not disturb the others. */
record Fan(List<Observer> observers) implements Observer {
  private static final Logger LOG = LoggerFactory.getLogger(Fan.class);

  @Override
  public void polled(
      ServiceName service, Sample sample, Reading reading, int streak, Duration took) {
    for (Observer observer : observers) {
      try {
        observer.polled(service, sample, reading, streak, took);
      } catch (RuntimeException e) {
        LOG.error("an observer failed", e);
      }
    }
  }

  @Override
  public void recorded(Recorded recorded) {
    for (Observer observer : observers) {
      try {
        observer.recorded(recorded);
      } catch (RuntimeException e) {
        LOG.error("an observer failed", e);
      }
    }
  }
}
