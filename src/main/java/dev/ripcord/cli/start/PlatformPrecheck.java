package dev.ripcord.cli.start;

import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
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
    return warnings(
        settings.services().values().stream()
            .filter(service -> service.platform().isPresent())
            .limit(MAX)
            .map(assembly::service)
            .toList());
  }

  /** The same of services that were made already. */
  static Future<List<String>> warnings(List<WatchedService> services) {
    List<Future<Optional<String>>> asked =
        services.stream()
            .flatMap(
                service -> service.platform().stream().map(each -> warning(service.name(), each)))
            .limit(MAX)
            .toList();
    return Future.join(asked).map(x -> asked.stream().flatMap(f -> f.result().stream()).toList());
  }

  private static Future<Optional<String>> warning(ServiceName service, Platform platform) {
    return Future.succeededFuture()
        .compose(x -> platform.running())
        .map(running -> Optional.<String>empty())
        .timeout(SECONDS, TimeUnit.SECONDS)
        .otherwise(
            e ->
                Optional.of(
                    "services."
                        + service
                        + ".platform: nothing could be rolled back as things stand: "
                        + message(platform, e)));
  }

  private static String message(Platform platform, Throwable failure) {
    return failure instanceof PlatformException known
        ? String.valueOf(known.getMessage())
        : platform.name() + " has not answered within " + SECONDS + " s";
  }
}
