package dev.ripcord.web;

import dev.ripcord.config.Listen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who listens on a port that could not be had: asked over HTTP whether it is another Ripcord, and
 * looked up in {@code /proc} where that is there and may be read.
 */
final class PortHolder {
  private static final long DEADLINE_MILLIS = 2_000;

  /** Columns of /proc/net/tcp: number, local address and port in hex, remote, state. 0A listens. */
  private static final Pattern LISTENS =
      Pattern.compile("^ *\\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A (.*)$");

  private static final int INODE_COLUMN = 5;

  private final Vertx vertx;
  private final Path proc;

  PortHolder(Vertx vertx) {
    this(vertx, Path.of("/proc"));
  }

  /** With another place than {@code /proc}. */
  PortHolder(Vertx vertx, Path proc) {
    this.vertx = vertx;
    this.proc = proc;
  }

  /** {@code by another Ripcord daemon (process 42, java)}; empty where nothing is known. */
  Future<String> find(Listen listen) {
    Future<Optional<String>> process =
        vertx.executeBlocking(() -> process(listen.port())).otherwise(Optional.empty());
    return Future.join(isRipcord(listen), process)
        .map(both -> text(both.resultAt(0), both.resultAt(1)));
  }

  private static String text(boolean ripcord, Optional<String> process) {
    if (ripcord) {
      return " by another Ripcord daemon" + process.map(p -> " (" + p + ")").orElse("");
    }
    return process.map(p -> " by " + p).orElse("");
  }

  /** Whether what answers there has Ripcord's own kind of problem document; never fails. */
  private Future<Boolean> isRipcord(Listen listen) {
    HttpClientAgent client = vertx.createHttpClient();
    return client
        .request(HttpMethod.GET, listen.port(), reachable(listen), "/api/v1/releases/0")
        .compose(HttpClientRequest::send)
        .compose(answer -> answer.body())
        .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
        .map(body -> body.toString().contains("urn:ripcord:problem:"))
        .otherwise(false)
        .eventually(client::close);
  }

  private static String reachable(Listen listen) {
    return switch (listen.host()) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "::1";
      default -> listen.host();
    };
  }

  /** {@code process 42, nginx}; blocks. */
  Optional<String> process(int port) throws IOException {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      Path file = proc.resolve("net").resolve(table);
      if (Files.isReadable(file)) {
        for (String line : Files.readString(file, StandardCharsets.US_ASCII).split("\n", -1)) {
          inode(line, port).ifPresent(inode -> sockets.add("socket:[" + inode + "]"));
        }
      }
    }
    return sockets.isEmpty() ? Optional.empty() : owner(sockets);
  }

  private static Optional<String> inode(String line, int port) {
    Matcher row = LISTENS.matcher(line);
    if (!row.matches() || Integer.parseInt(row.group(1), 16) != port) {
      return Optional.empty();
    }
    String[] columns = row.group(2).strip().split(" +", -1);
    return columns.length > INODE_COLUMN ? Optional.of(columns[INODE_COLUMN]) : Optional.empty();
  }

  private Optional<String> owner(Set<String> sockets) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          String name = Files.readString(process.resolve("comm")).strip();
          return Optional.of("process " + process.getFileName() + ", " + name);
        }
      }
    }
    return Optional.empty();
  }

  /** What belongs to another user cannot be read, and holds nothing as far as can be seen. */
  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (sockets.contains(Files.readSymbolicLink(file).toString())) {
          return true;
        }
      }
    } catch (IOException | SecurityException _) {
      return false;
    }
    return false;
  }
}
