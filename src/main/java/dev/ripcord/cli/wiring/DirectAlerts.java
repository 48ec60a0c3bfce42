package dev.ripcord.cli.wiring;

import dev.ripcord.alert.Alerts;
import dev.ripcord.alert.RetryPolicy;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends past the journal what the journal cannot take: one try at each channel, without a wait.
 *
 * @param channels says where alerts are sent
 * @param journal the id of the journal
 */
record DirectAlerts(Vertx vertx, Supplier<AlertSettings> channels, Clocks clocks, String journal)
    implements Observer {
  private static final Logger LOG = LoggerFactory.getLogger(DirectAlerts.class);

  @Override
  public void unrecorded(Alert alert) {
    RetryPolicy pace = RetryPolicy.standard(clocks.wall(), RandomGenerator.getDefault());
    var _ =
        Alerts.once(vertx, channels.get(), pace, alert, journal)
            .onSuccess(
                failed ->
                    failed.forEach(
                        why -> LOG.warn("no alert was delivered past the journal: {}", why)));
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {}

  @Override
  public void recorded(Recorded recorded) {}
}
