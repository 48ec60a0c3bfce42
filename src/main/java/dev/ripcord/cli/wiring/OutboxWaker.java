package dev.ripcord.cli.wiring;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import java.time.Duration;

/**
 * Has the outbox looked at as soon as something that may have put an alert there is in the journal.
 *
 * @param wake has it looked at; must return at once
 */
public record OutboxWaker(Runnable wake) implements Observer {
  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {}

  @Override
  public void recorded(Recorded recorded) {
    wake.run();
  }
}
