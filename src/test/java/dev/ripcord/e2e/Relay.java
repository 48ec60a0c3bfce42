package dev.ripcord.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One address for a server that comes back on another port. */
final class Relay implements AutoCloseable {
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile Optional<String> losing = Optional.empty();
  private final AtomicInteger left = new AtomicInteger();
  private volatile boolean cut;
  private volatile Optional<Kill> killing = Optional.empty();
  private final AtomicInteger commits = new AtomicInteger();
  private final AtomicInteger passed = new AtomicInteger();
  private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Boolean> answered = new CompletableFuture<>();

  Relay(int target) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /**
   * Cuts a connection when its client has sent the COMMIT of a transaction that holds a text: the
   * server still gets it, and its answer is lost.
   *
   * @param text what the transaction holds
   * @param which the how manieth such transaction is cut, from 1
   */
  void loseAnswer(String text, int which) {
    losing = Optional.of(text);
    left.set(which);
  }

  /**
   * Kills whoever is behind a connection at a COMMIT: before the server gets it, or when the server
   * has done it and nobody has seen the answer.
   *
   * @param which the how manieth COMMIT from now on, from 1
   * @param before whether the server gets it
   * @param kill ends the program for good
   */
  void killAt(int which, boolean before, Runnable kill) {
    commits.set(which);
    killing = Optional.of(new Kill(before, kill));
  }

  private record Kill(boolean before, Runnable kill) {}

  /** Whether a connection was cut. */
  boolean hasCut() {
    return cut;
  }

  /** How many pieces with a COMMIT have come by. */
  int commits() {
    return passed.get();
  }

  /** From now on to another port. */
  void to(int port) {
    target = port;
  }

  /** Cuts what is connected now. */
  void cut() {
    open.forEach(this::shut);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    try {
      Socket behind = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(behind);
      Thread.ofVirtual().start(() -> watch(client, behind));
      copy(behind, client);
    } catch (IOException e) {
      shut(client);
    }
  }

  /** Passes on what a client sends, and cuts where that is asked for. */
  private void watch(Socket client, Socket behind) {
    byte[] piece = new byte[8192];
    boolean holds = false;
    try {
      InputStream in = client.getInputStream();
      OutputStream out = behind.getOutputStream();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        String sent = new String(piece, 0, n, StandardCharsets.ISO_8859_1);
        holds |= losing.filter(sent::contains).isPresent();
        boolean commits = sent.contains("COMMIT");
        passed.addAndGet(commits ? 1 : 0);
        boolean last = commits && holds && left.decrementAndGet() == 0;
        holds &= !commits;
        Optional<Kill> now =
            commits
                ? killing.filter(each -> this.commits.decrementAndGet() == 0)
                : Optional.empty();
        if (now.isPresent()) {
          kill(now.get(), piece, n, client, out);
          return;
        }
        cut |= last;
        if (last) {
          shut(client);
        }
        out.write(piece, 0, n);
        if (last) {
          behind.shutdownOutput();
          return;
        }
      }
      behind.shutdownOutput();
    } catch (IOException e) {
      shut(client);
      shut(behind);
    }
  }

  /** The server does it and answers, or it never hears of it; nobody is left to read an answer. */
  private void kill(Kill kill, byte[] piece, int length, Socket client, OutputStream out)
      throws IOException {
    cut = true;
    killing = Optional.empty();
    if (!kill.before()) {
      silent.add(client);
      out.write(piece, 0, length);
      out.flush();
      answered.completeOnTimeout(false, 5, TimeUnit.SECONDS).join();
    }
    kill.kill().run();
    cut();
  }

  private void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] piece = new byte[8192];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        if (silent.contains(to)) {
          answered.complete(true);
        } else {
          out.write(piece, 0, n);
        }
      }
    } catch (IOException e) {
      // One side has ended, so does the other.
    } finally {
      shut(from);
      shut(to);
    }
  }

  private void shut(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
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
