package dev.ripcord.config.change;

import dev.ripcord.config.ServiceSettings;
import java.util.List;

/**
 * A service that is configured otherwise now.
 *
 * @param before what runs
 * @param after what is to run
 * @param keys what differs, such as {@code rules.cpu.limit}; never empty
 */
public record ServiceChange(ServiceSettings before, ServiceSettings after, List<String> keys) {
  public ServiceChange {
    keys = List.copyOf(keys);
  }
}
