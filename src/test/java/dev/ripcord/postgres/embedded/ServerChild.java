package dev.ripcord.postgres.embedded;

import java.nio.file.Path;

/** A process of its own: starts a server and waits to be killed. */
public final class ServerChild {
  private ServerChild() {}

  /** Prints the port once the server runs, or what was wrong. */
  public static void main(String[] arguments) throws Exception {
    try {
      EmbeddedServer server = EmbeddedServer.startThrowaway(Path.of(arguments[0]));
      System.out.println("port " + server.port());
      System.in.read();
      server.stop();
    } catch (RuntimeException e) {
      System.out.println("refused " + e.getMessage());
    }
  }
}
