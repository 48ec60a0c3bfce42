package dev.ripcord.cli.start;

import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks each platform once what runs, while there is time: that one cannot be asked would be seen
 * only at the third breach else.
 */
public final class PlatformPrecheck {
  private static final int SECONDS = 5;

  /** So many are asked at most. */
  private static final int MAX = 200;

  private PlatformPrecheck() {}

  /** What is wrong, a line for each service; never fails, and takes some seconds at most. */
  public static Future<List<String>> warnings(Assembly assembly, Settings settings) {
    List<Future<Optional<String>>> asked = new ArrayList<>();
    for (ServiceSettings service : settings.services().values()) {
      if (service.platform().isPresent() && asked.size() < MAX) {
        assembly
            .service(service)
            .platform()
            .ifPresent(platform -> asked.add(warning(service, platform)));
      }
    }
    return Future.join(asked).map(x -> asked.stream().flatMap(f -> f.result().stream()).toList());
  }

  private static Future<Optional<String>> warning(ServiceSettings service, Platform platform) {
    return Future.succeededFuture()
        .compose(x -> platform.running())
        .map(running -> Optional.<String>empty())
        .timeout(SECONDS, TimeUnit.SECONDS)
        .otherwise(
            e ->
                Optional.of(
                    "services."
                        + service.name()
                        + ".platform: nothing could be rolled back as things stand: "
                        + message(platform, e)));
  }

  private static String message(Platform platform, Throwable failure) {
    return failure instanceof PlatformException known
        ? String.valueOf(known.getMessage())
        : platform.name() + " has not answered within " + SECONDS + " s";
  }
}
