package dev.ripcord.cli.wiring;

import dev.ripcord.alert.Alerts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import java.time.Duration;

/**
 * Has the outbox looked at as soon as something that may have put an alert there is in the journal.
 *
 * @param alerts what carries them
 */
public record OutboxWaker(Alerts alerts) implements Observer {
  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {}

  @Override
  public void recorded(Recorded recorded) {
    alerts.wake();
  }
}
