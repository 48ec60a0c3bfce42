package dev.ripcord.probe.http;

import io.netty.resolver.HostsFileEntriesProvider;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names in the system's hosts file, with every address of each; the resolver of Vert.x knows
 * one only. Read once, as that does.
 */
final class HostsFile {
  private final HostsFileEntriesProvider entries;

  /** Reads the file that a resolver was set up with, else the system's; this blocks. */
  HostsFile(AddressResolverOptions options) {
    @Nullable Buffer value = options.getHostsValue();
    @Nullable String path = options.getHostsPath();
    HostsFileEntriesProvider.Parser parser = HostsFileEntriesProvider.parser();
    try {
      entries =
          value != null
              ? parser.parse(new StringReader(value.toString()))
              : path != null ? parser.parse(new File(path)) : parser.parseSilently();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The addresses of a name, IPv4 first; empty when the file does not have it. */
  List<InetAddress> addresses(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    List<InetAddress> all = new ArrayList<>(entries.ipv4Entries().getOrDefault(name, List.of()));
    all.addAll(entries.ipv6Entries().getOrDefault(name, List.of()));
    return all;
  }
}
