package dev.ripcord.probe.http;

import io.netty.resolver.HostsFileEntriesProvider;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names in the system's hosts file, with every address of each; the resolver of Vert.x knows
 * one only. Read once, as that does.
 */
final class HostsFile {
  private final Map<String, List<InetAddress>> addresses = new HashMap<>();

  /** Reads the file that a resolver was set up with, else the system's; this blocks. */
  HostsFile(AddressResolverOptions options) {
    @Nullable Buffer value = options.getHostsValue();
    @Nullable String path = options.getHostsPath();
    HostsFileEntriesProvider.Parser parser = HostsFileEntriesProvider.parser();
    HostsFileEntriesProvider entries;
    try {
      entries =
          value != null
              ? parser.parse(new StringReader(value.toString()))
              : path != null ? parser.parse(new File(path)) : parser.parseSilently();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    add(entries.ipv4Entries());
    add(entries.ipv6Entries());
  }

  private void add(Map<String, List<InetAddress>> entries) {
    entries.forEach(
        (name, more) ->
            addresses.merge(
                name,
                more,
                (known, further) -> Stream.concat(known.stream(), further.stream()).toList()));
  }

  /** The addresses of a name, IPv4 first; empty when the file does not have it. */
  List<InetAddress> addresses(String host) {
    return addresses.getOrDefault(host.toLowerCase(Locale.ROOT), List.of());
  }
}
