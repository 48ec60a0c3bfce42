package dev.ripcord.cli.console;

import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.release.ServiceName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which service a command is about. */
public final class Choice {
  private Choice() {}

  /** The named one, or the only one. */
  public static ServiceSettings of(Settings settings, Optional<String> name) {
    if (settings.services().isEmpty()) {
      throw new UsageException(
          "no service is configured; write a file with: ripcord config init, or name one with -c");
    }
    if (name.isEmpty()) {
      if (settings.services().size() == 1) {
        return settings.services().firstEntry().getValue();
      }
      throw new UsageException("which service? Configured: " + names(settings));
    }
    ServiceSettings found =
        ServiceName.isValid(name.get())
            ? settings.services().get(new ServiceName(name.get()))
            : null;
    if (found == null) {
      throw new UsageException(
          "service " + name.get() + " is not configured; configured: " + names(settings));
    }
    return found;
  }

  /** The named one, or all; at least one. */
  public static List<ServiceSettings> all(Settings settings, Optional<String> name) {
    return name.isPresent() || settings.services().isEmpty()
        ? List.of(of(settings, name))
        : List.copyOf(settings.services().values());
  }

  private static String names(Settings settings) {
    return settings.services().keySet().stream()
        .map(ServiceName::text)
        .collect(Collectors.joining(", "));
  }
}
