package dev.ripcord.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.cli.console.DaemonClient;
import dev.ripcord.cli.console.Format;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.json.CheckJson;
import dev.ripcord.json.CheckJson.Check;
import dev.ripcord.port.Clocks;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The last poll of the daemon that runs on this configuration: it covers a whole interval of the
 * service's traffic, which tells more than a few seconds do.
 */
final class LastPoll {
  private final Vertx vertx;
  private final Settings settings;
  private final Clocks clocks;

  LastPoll(Vertx vertx, Settings settings, Clocks clocks) {
    this.vertx = vertx;
    this.settings = settings;
    this.clocks = clocks;
  }

  /** Empty when no daemon answers, or it has not polled the service for two intervals. */
  Optional<Check> of(ServiceSettings service) {
    try (DaemonClient daemon = new DaemonClient(vertx, settings)) {
      Duration recent =
          service.schedule().interval().multipliedBy(2).plus(service.schedule().timeout());
      Instant since = clocks.wall().instant().minus(recent);
      return daemon
          .find("/api/v1/services/" + service.name())
          .map(found -> found.path("check"))
          .filter(JsonNode::isObject)
          .flatMap(CheckJson::read)
          .filter(check -> check.sample().at().isAfter(since));
    }
  }

  /** That it is not measured now, and how that is had. */
  String line(Check check) {
    Duration age = Duration.between(check.sample().at(), clocks.wall().instant());
    return "  Measured by the daemon "
        + Format.duration(age.isNegative() ? Duration.ZERO : age)
        + " ago. To measure now: ripcord check "
        + check.service()
        + " --over 5s";
  }
}
