package dev.ripcord.cli.console;

import dev.ripcord.config.Durations;
import dev.ripcord.config.ServiceSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What may be set for one run, over the configuration. */
public final class PollOptions {
  @Option(names = "--interval", paramLabel = "TIME", description = "between polls, such as 30s")
  @Nullable String interval;

  @Mixin private final RuleOptions rules = new RuleOptions();

  /** A service with what is set here. */
  public ServiceSettings over(ServiceSettings service, Optional<Duration> bake) {
    ServiceSettings.Schedule schedule = service.schedule();
    Duration every =
        read("--interval", interval, Durations::parsePositive).orElse(schedule.interval());
    Duration most = every.multipliedBy(4).dividedBy(5);
    return service.with(
        rules.over(service.rules()),
        new ServiceSettings.Schedule(
            every,
            schedule.timeout().compareTo(most) < 0 ? schedule.timeout() : most,
            schedule.warmUp(),
            bake.orElse(schedule.bake()),
            schedule.afterBreach().filter(faster -> faster.compareTo(every) < 0)));
  }

  /** Reads an option's value; what is wrong with it names the option. */
  public static <T> Optional<T> read(
      String name, @Nullable String text, Function<String, T> parse) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(text));
    } catch (IllegalArgumentException e) {
      throw new UsageException(name + ": " + e.getMessage());
    }
  }
}
