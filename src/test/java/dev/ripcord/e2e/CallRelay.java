package dev.ripcord.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Stands before an API of HTTP, on a port or a socket of Unix, and counts the calls that change
 * something: each request but GET and HEAD, or those that are named. It can kill the caller at one
 * of them.
 */
final class CallRelay implements AutoCloseable {
  private static final Pattern CALL = Pattern.compile("(POST|PUT|PATCH|DELETE) /");

  private final ServerSocketChannel server;
  private final SocketAddress target;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final Set<SocketChannel> silent = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Boolean> answered = new CompletableFuture<>();
  private final AtomicInteger left = new AtomicInteger();
  private final AtomicInteger passed = new AtomicInteger();
  private volatile Optional<Kill> killing = Optional.empty();
  private volatile Runnable afterAnswers = () -> {};
  private volatile Pattern counted = CALL;

  private record Kill(boolean before, Runnable kill) {}

  private CallRelay(ServerSocketChannel server, SocketAddress target) {
    this.server = server;
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  /** On a free port of loopback, before another. */
  static CallRelay before(int port) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return new CallRelay(
        ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0)),
        new InetSocketAddress(loopback, port));
  }

  /** On a socket of Unix, before another. */
  static CallRelay before(Path socket, Path here) throws IOException {
    return new CallRelay(
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(here)),
        UnixDomainSocketAddress.of(socket));
  }

  int port() {
    return ((InetSocketAddress) localAddress()).getPort();
  }

  /** The socket of Unix. */
  Path socket() {
    return ((UnixDomainSocketAddress) localAddress()).getPath();
  }

  private SocketAddress localAddress() {
    try {
      return server.getLocalAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Kills the caller at a call: before the server gets it, or when the server has answered and
   * nobody has seen the answer.
   *
   * @param which the how manieth call from now on, from 1
   */
  void killAt(int which, boolean before, Runnable kill) {
    left.set(which);
    killing = Optional.of(new Kill(before, kill));
  }

  /** Is run when the server has answered, before the caller hears it. */
  CallRelay afterAnswers(Runnable run) {
    afterAnswers = run;
    return this;
  }

  /**
   * Counts these calls only.
   *
   * @param methods such as PATCH
   */
  CallRelay counting(String methods) {
    counted = Pattern.compile("(" + methods + ") /");
    return this;
  }

  /** How many calls have come by. */
  int calls() {
    return passed.get();
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(SocketChannel client) {
    try {
      SocketChannel behind = SocketChannel.open(target);
      open.add(behind);
      Thread.ofVirtual().start(() -> answers(behind, client));
      calls(client, behind);
    } catch (IOException e) {
      shut(client);
    }
  }

  private void calls(SocketChannel client, SocketChannel behind) {
    ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
    try {
      while (client.read(piece) >= 0) {
        piece.flip();
        if (isCall(piece)) {
          passed.incrementAndGet();
          Optional<Kill> now = killing.filter(each -> left.decrementAndGet() == 0);
          if (now.isPresent()) {
            kill(now.get(), piece, client, behind);
            return;
          }
        }
        send(piece, behind);
        piece.clear();
      }
      behind.shutdownOutput();
    } catch (IOException e) {
      shut(client);
      shut(behind);
    }
  }

  private boolean isCall(ByteBuffer piece) {
    int length = Math.min(16, piece.remaining());
    String start =
        StandardCharsets.ISO_8859_1.decode(piece.slice(piece.position(), length)).toString();
    return counted.matcher(start).lookingAt();
  }

  /** Of a call that is sent in pieces the rest follows until it is answered. */
  private void kill(Kill kill, ByteBuffer piece, SocketChannel client, SocketChannel behind)
      throws IOException {
    killing = Optional.empty();
    if (!kill.before()) {
      silent.add(client);
      send(piece, behind);
      Thread.ofVirtual().start(() -> rest(client, behind));
      answered.completeOnTimeout(false, 30, TimeUnit.SECONDS).join();
    }
    kill.kill().run();
    open.forEach(this::shut);
  }

  private static void rest(SocketChannel client, SocketChannel behind) {
    ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
    try {
      while (client.read(piece) >= 0) {
        piece.flip();
        send(piece, behind);
        piece.clear();
      }
    } catch (IOException e) {
      // The caller is killed.
    }
  }

  private void answers(SocketChannel behind, SocketChannel client) {
    ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
    try {
      while (behind.read(piece) >= 0) {
        piece.flip();
        afterAnswers.run();
        if (silent.contains(client)) {
          answered.complete(true);
        } else {
          send(piece, client);
        }
        piece.clear();
      }
    } catch (IOException e) {
      // One side has ended, so does the other.
    } finally {
      shut(behind);
      shut(client);
    }
  }

  private static void send(ByteBuffer piece, SocketChannel to) throws IOException {
    while (piece.hasRemaining()) {
      to.write(piece);
    }
  }

  private void shut(SocketChannel channel) {
    open.remove(channel);
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(this::shut);
  }
}
