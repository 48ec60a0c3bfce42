package dev.ripcord.cli;

import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.release.ServiceName;
import java.util.Optional;

/** Which service a command is about. */
final class Choice {
  private Choice() {}

  /** The named one, or the only one. */
  static ServiceSettings of(Settings settings, Optional<String> name) {
    if (settings.services().isEmpty()) {
      throw new UsageException(
          "no service is configured; write a file with: ripcord config init, or name one with -c");
    }
    if (name.isEmpty()) {
      if (settings.services().size() == 1) {
        return settings.services().firstEntry().getValue();
      }
      throw new UsageException("which service? There are " + settings.services().keySet());
    }
    ServiceSettings found =
        ServiceName.isValid(name.get())
            ? settings.services().get(new ServiceName(name.get()))
            : null;
    if (found == null) {
      throw new UsageException(
          "service "
              + name.get()
              + " is not configured; there are "
              + settings.services().keySet());
    }
    return found;
  }
}
