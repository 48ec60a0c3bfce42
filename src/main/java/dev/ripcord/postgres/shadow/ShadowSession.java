package dev.ripcord.postgres.shadow;

import dev.ripcord.postgres.MigrationSession;
import org.jspecify.annotations.Nullable;

/** The shadow that a proof works on, and its session. Used from one thread. */
public final class ShadowSession implements AutoCloseable {
  private final ShadowServer server;
  private final String shadow;
  private @Nullable MigrationSession session;

  public ShadowSession(ShadowServer server, String shadow) {
    this.server = server;
    this.shadow = shadow;
  }

  ShadowServer server() {
    return server;
  }

  /** The session in the shadow; a new one after a copy was made. */
  public MigrationSession session() {
    if (session == null) {
      session = server.session(shadow);
    }
    return session;
  }

  /** A copy of the shadow as it is now; the server asks that nobody is in it meanwhile. */
  String copy() {
    close();
    return server.copy(shadow);
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
