package dev.ripcord.engine;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notifies every observer; one that throws is logged and does not disturb the others. */
record CompositeObserver(List<Observer> observers) implements Observer {
  private static final Logger LOG = LoggerFactory.getLogger(CompositeObserver.class);

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    each(observer -> observer.polled(service, sample, reading, streak, took));
  }

  @Override
  public void recorded(Recorded recorded) {
    each(observer -> observer.recorded(recorded));
  }

  @Override
  public void known(Recorded recorded) {
    each(observer -> observer.known(recorded));
  }

  @Override
  public void left(ServiceName service) {
    each(observer -> observer.left(service));
  }

  @Override
  public void removed(ServiceName service) {
    each(observer -> observer.removed(service));
  }

  @Override
  public void underWay(ServiceName service, String text) {
    each(observer -> observer.underWay(service, text));
  }

  @Override
  public void unrecorded(Alert alert) {
    each(observer -> observer.unrecorded(alert));
  }

  private void each(Consumer<Observer> event) {
    for (Observer observer : observers) {
      try {
        event.accept(observer);
      } catch (RuntimeException e) {
        LOG.error("an observer failed", e);
      }
    }
  }
}
